"""The bytes of an entry: a signed note of one first line, which names its kind, and one line of canonical JSON.

Every kind shares the envelope: `log` the origin, so that an entry cannot be replayed into another record; `source`,
`seq` and `prev` (hex leaf hash), the source's own chain, in which a gap shows; `received`, when the gateway took the
message; `entered`, when the journal took the entry, never earlier than the entry before it; `raw`, the SHA-256 and
length of the original bytes, which are kept beside the journal.

A batch holds `series` ({id, unit, method}) and `rows` ([series number, time, value or null, flag, supersedes or null]),
and, once it was judged, `tests`: the names of the `checks`, and `flags`, a text a row with one digit a check.
`supersedes` is "ref/row": a row of the earlier leaf that `refs` names by index and hash; `reason` then says why, and in
an amendment always.
A network holds the `version` in force from then on and the hashes of its `files`; a proposal the same of a version that
both parties have yet to approve; an approval the `proposal` ({index, leaf}) and a note that one party's key signed.
A review holds what a person says of the readings in its `scope` ({series, start, end}, half open), seen in the first
`size` entries: `level`, `author`, `reason`, `party`, and the `signer`, a key.
A seal holds `segment`: which collection and period, on how many entries it rests, and the file's SHA-256 and length.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from record import verdicts
from record.batch import Batch
from record.entry import FLAG_BY_WORD, Flag, Method
from record.errors import ProofError
from record.proof import canonical, note
from record.proof.keys import Signer, Verifier

BATCH = "arna/batch/v1"
REFUSAL = "arna/refusal/v1"
NETWORK = "arna/network/v1"
REPORT = "arna/report/v1"
SEAL = "arna/seal/v1"
PROPOSAL = "arna/proposal/v1"
APPROVAL = "arna/approval/v1"
REVIEW = "arna/review/v1"

REPORTS = "reports"
"""The source in whose chain issued reports stand."""
AMENDMENTS = "amendments-"
"""How the sources begin under which the amendments of a party stand."""
REVIEWS = "reviews-"
"""How the sources begin under which the reviews of a party stand."""
QUALITY = "quality"
"""The source of flags that later readings changed."""
DERIVED = "derived"
"""The source of computed series."""

_ENVELOPE = frozenset({"log", "source", "seq", "prev", "received", "entered", "raw"})
_FIELDS: Mapping[str, frozenset[str]] = {
    BATCH: _ENVELOPE | {"series", "rows", "refs", "reason"},
    REFUSAL: _ENVELOPE | {"refused"},
    NETWORK: _ENVELOPE | {"version", "files"},
    REPORT: _ENVELOPE | {"report"},
    SEAL: _ENVELOPE | {"segment"},
    PROPOSAL: _ENVELOPE | {"version", "files"},
    APPROVAL: _ENVELOPE | {"version", "proposal", "approval"},
    REVIEW: _ENVELOPE | {"level", "author", "reason", "party", "signer", "size", "scope"},
}

_OPTIONAL: Mapping[str, frozenset[str]] = {BATCH: frozenset({"tests"})}

_WORDS = {int(flag): flag.word for flag in Flag}

MAX_ROWS = 1000
MAX_BYTES = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every entry carries; times are aware, `raw` is (sha256 hex, length, media) of each original."""

    log: str
    source: str
    seq: int
    prev: str | None
    received: datetime
    entered: datetime
    raw: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry's kind and content, as read back from its bytes."""

    kind: str
    content: Mapping[str, Any]

    @property
    def source(self) -> str:
        """The source whose chain it belongs to."""
        return str(self.content["source"])

    @property
    def entered(self) -> datetime:
        """When the journal took it."""
        return parse_time(self.content["entered"])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Earlier:
    """What each row of a batch supersedes: arrays of its length, and the leaf hash (hex) of every entry named.

    `entry` (int64) is the index of the earlier entry, -1 where nobody spoke before; `row` the row's number in it.
    """

    entry: np.ndarray
    row: np.ndarray
    hashes: Mapping[int, str]


def write_time(moment: datetime) -> str:
    """RFC 3339 in UTC to the second, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """Read a time of the journal; raise `ProofError` for any other spelling."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except (ValueError, TypeError):
        raise ProofError(f"{text!r} is not a time of the journal (YYYY-MM-DDThh:mm:ssZ)") from None


def write_value(value: Decimal | None) -> str | None:
    """Decimal text without exponent or a negative zero; trailing zeros are kept, they state the resolution."""
    if value is None:
        return None
    text = str(value)
    if "E" in text:
        text = f"{value:f}"
    return text.removeprefix("-") if text.startswith("-") and value.is_zero() else text


def batch(envelope: Envelope, said: Batch, units: Mapping[str, str], earlier: Earlier, reason: str | None) -> Leaf:
    """A batch in the units of its series; `reason` must be given where anything is superseded."""
    first = np.sort(np.unique(said.which, return_index=True)[1])
    pairs = said.which[first].tolist()
    number = np.empty(len(said.said), dtype=np.int64)
    number[pairs] = np.arange(len(pairs))
    refs, supersedes = _references(earlier)
    if refs and not reason:
        raise ValueError("an entry that supersedes earlier rows must say why")
    times = np.datetime_as_string(said.time.astype("datetime64[s]"), timezone="UTC").tolist()
    values = [write_value(value) for value in said.value]
    words = [_WORDS[flag] for flag in said.flag.tolist()]
    content = _envelope(envelope) | {
        "series": [
            {"id": name, "unit": units[name], "method": method.value}
            for name, method in (said.said[pair] for pair in pairs)
        ],
        "rows": list(zip(number[said.which].tolist(), times, values, words, supersedes, strict=True)),
        "refs": refs,
        "reason": reason if refs or envelope.source.startswith(AMENDMENTS) else None,
    }
    if said.verdicts is not None and said.checks:
        content["tests"] = verdicts.spelled(said.checks, said.verdicts)
    return Leaf(BATCH, content)


def _references(earlier: Earlier) -> tuple[list[dict[str, Any]], list[str | None]]:
    """The entries that a batch refers to, and for each row the "ref/row" that it supersedes, or None."""
    superseding = earlier.entry >= 0
    if not superseding.any():
        return [], [None] * len(superseding)
    refs: dict[int, int] = {}
    texts: list[str | None] = [
        f"{refs.setdefault(entry, len(refs))}/{row}" if entry >= 0 else None
        for entry, row in zip(earlier.entry.tolist(), earlier.row.tolist(), strict=True)
    ]
    return [{"index": index, "leaf": earlier.hashes[index]} for index in refs], texts


def other(kind: str, envelope: Envelope, fields: Mapping[str, Any]) -> Leaf:
    """An entry of another kind: the envelope and its own fields."""
    return Leaf(kind, _envelope(envelope) | dict(fields))


def encode(leaf: Leaf, gateway: Signer) -> bytes:
    """The signed bytes of an entry."""
    text = f"{leaf.kind}\n{canonical.encode(leaf.content).decode()}\n"
    return note.sign(text, [gateway])


def decode(raw: bytes) -> Leaf:
    """Read an entry's bytes strictly; the signature is not checked here. Raises `ProofError`."""
    return _from_text(note.parse(raw).text)


def verified(raw: bytes, known: Sequence[Verifier]) -> Leaf:
    """Read an entry and check that a known gateway signed it. Raises `ProofError`."""
    return _from_text(note.verified(raw, known)[0].text)


def batch_of(leaf: Leaf) -> Batch:
    """The rows of a batch as columns, in their order; raise `ProofError` where they are not as this house writes."""
    rows, named = leaf.content["rows"], leaf.content["series"]
    if not rows:
        raise ProofError("a batch without a row")
    try:
        which, times, values, words, _ = zip(*rows, strict=True)
        checks, found = verdicts.read(leaf.content["tests"], len(rows)) if "tests" in leaf.content else ((), None)
        return Batch(
            said=tuple((series["id"], Method(series["method"])) for series in named),
            which=_places(which, len(named)),
            time=_parse_times(times),
            value=[None if value is None else Decimal(value) for value in values],
            flag=np.array([int(flag_of(word)) for word in words], dtype=np.int8),
            checks=checks,
            verdicts=found,
        )
    except (ValueError, TypeError, KeyError, ArithmeticError) as fault:
        raise ProofError(f"a batch with rows that cannot be read: {fault}") from None


def _places(which: Sequence[int], count: int) -> np.ndarray:
    found = np.array(which, dtype=np.int64)
    if found.min() < 0 or found.max() >= count:
        raise ValueError("a row speaks of a series that the batch does not name")
    return found


def _parse_times(texts: Sequence[str]) -> np.ndarray:
    times = np.array([text.removesuffix("Z") for text in texts], dtype="datetime64[s]")
    if np.datetime_as_string(times, timezone="UTC").tolist() != list(texts):
        raise ValueError("a time that is not spelled YYYY-MM-DDThh:mm:ssZ")
    return times.astype(np.int64)


def flag_of(word: str) -> Flag:
    """The flag that a row's word stands for; raise `ProofError` for an unknown word."""
    try:
        return FLAG_BY_WORD[word]
    except KeyError:
        raise ProofError(f"flag {word!r} is not one of {', '.join(FLAG_BY_WORD)}") from None


def _envelope(envelope: Envelope) -> dict[str, Any]:
    return {
        "log": envelope.log,
        "source": envelope.source,
        "seq": envelope.seq,
        "prev": envelope.prev,
        "received": write_time(envelope.received),
        "entered": write_time(envelope.entered),
        "raw": [{"sha256": digest, "bytes": length, "media": media} for digest, length, media in envelope.raw],
    }


def _from_text(text: str) -> Leaf:
    kind, newline, line = text.partition("\n")
    fields = _FIELDS.get(kind)
    if not newline or fields is None:
        raise ProofError(f"not an entry of this journal: its first line is {kind[:60]!r}")
    content = canonical.decode(line.removesuffix("\n").encode())
    if not isinstance(content, dict) or set(content) - _OPTIONAL.get(kind, frozenset()) != fields:
        raise ProofError(f"an entry of kind {kind} with missing or unknown fields")
    return Leaf(kind, content)
