"""Proofs that others have published are judged by the file that stands alone as the record judges them."""

import base64

import pytest

from record import verify as verifier
from record.errors import ProofError
from record.proof import inclusion, policy, tree
from record.verify import FailedError, prove, read_policy
from tests.record.test_tlog_vectors import every


@every("e2e_log.json")
def test_published_proofs_are_judged_as_the_record_judges_them(case: dict[str, object]) -> None:
    named = case["policy"]
    assert isinstance(named, dict)
    text = f"log {named['log']}\n" + "".join(f"witness {name} {key}\n" for name, key in named["witnesses"].items())
    text += f"group both all {' '.join(named['witnesses'])}\nquorum both\n"
    agreed, read = policy.parse(text), read_policy(text)
    (origin,) = agreed.logs
    cases = case["cases"]
    assert isinstance(cases, list)
    for one in cases:
        try:
            inclusion.verify(
                inclusion.parse(one["proof"].encode()), tree.leaf_hash(one["leaf"].encode()), origin, agreed
            )
            step = 5  # of this log, and not in our words: the entry is of a kind that we do not know
        except ProofError:
            step = 0
        extra = f"extra {base64.b64encode(one['leaf'].encode()).decode()}\n"
        with pytest.raises(FailedError) as caught:
            prove(one["proof"].replace("index", f"{extra}index", 1).encode(), read)
        assert (caught.value.step == 5) == (step == 5), one["desc"]


@every("tlog_proof.json")
def test_proof_files_are_read_as_the_record_reads_them(case: dict[str, object]) -> None:
    raw = str(case.get("want") or case["proof"]).encode()
    if b"extra " not in raw:
        raw = raw.replace(b"index", b"extra QUFB\nindex", 1)
    try:
        said = inclusion.parse(raw)
    except ProofError:
        with pytest.raises(ValueError, match=r"."):
            verifier.read_proof(raw)
        return
    found = verifier.read_proof(raw)
    assert (found.index, tuple(found.hashes), found.entry, found.note) == (
        said.index, said.hashes, said.extra, said.checkpoint,
    )  # fmt: skip
