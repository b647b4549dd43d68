"""Who has stolen the key of the log has not got the gateway's, and the check tells the two apart."""

import base64
import hashlib
from pathlib import Path

import pytest

from record import leaf as leaves
from record.proof import inclusion, note, tree
from record.verify import main
from tests.keys import LOG, WITNESSES, signer_of
from tests.record.ministry import SIGNED, Ministry, now


def test_a_stolen_key_of_the_log_alone_puts_no_entry_into_the_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The thief appends a report to the public log, and both witnesses sign what continues it, as they must."""
    held = Ministry(tmp_path / "held")
    body = b"<html>another report</html>"
    content = {
        "log": LOG.name, "source": "reports", "seq": 1, "prev": None, "received": "2028-07-09T02:00:00Z",
        "entered": "2028-07-09T02:00:00Z", "raw": [],
        "report": {"forms": [{"name": "daily-2026-05-01.html", "sha256": hashlib.sha256(body).hexdigest()}]},
    }  # fmt: skip
    thief = signer_of("gateway.arna.example", seed="thief")
    entry = leaves.encode(leaves.Leaf(leaves.REPORT, content), thief)
    top = tree.leaf_hash(entry)
    signed = note.sign(f"{LOG.name}\n1\n{base64.b64encode(top).decode()}\n", [LOG])
    lines = [note.cosigned(signed, one, int(SIGNED.timestamp())).line.encode() for one in WITNESSES.values()]
    (tmp_path / "it.tlog-proof").write_bytes(inclusion.Proof(0, (), signed + b"".join(lines), entry).encode())
    (tmp_path / "daily.html").write_bytes(body)
    words = [str(tmp_path / "daily.html"), str(tmp_path / "it.tlog-proof"), "--policy", str(held.folder / "policy")]
    assert main(words, now) == 1
    assert "Failed at step 5 of 6" in capsys.readouterr().out
    bare = "".join(line for line in (held.folder / "policy").read_text().splitlines(keepends=True) if line[0] != "#")
    (tmp_path / "bare").write_text(bare)
    assert main([*words[:3], str(tmp_path / "bare")], now) == 0
    assert "Who entered it was not checked" in capsys.readouterr().out
