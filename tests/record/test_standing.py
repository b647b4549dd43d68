"""What both have signed stays final, whatever one of them does afterwards."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from record import tables
from record.archive import Log, Record
from record.errors import ConfigError, ProofError
from record.proof import note
from record.writer import Pen
from tests.example import KIROV, START, say, seen
from tests.keys import APPROVERS, WITNESSES, keys_toml, signer_of
from tests.record.founded import approve, declared, found, open_with

pytestmark = pytest.mark.usefixtures("each_database")


def line_of(record: Record, party: str, seconds: int) -> bytes:
    return note.cosigned(Log(record).checkpoint(), WITNESSES[party], seconds).line.encode()


def cosign(record: Record, pen: Pen, *parties: str) -> None:
    signed = pen.checkpoint(START)
    size = int(signed.split(b"\n")[1])
    for party in parties:
        pen.cosign(size, note.cosigned(signed, WITNESSES[party], int(START.timestamp())).line.encode(), START)


def test_what_was_final_stays_so_while_one_is_silent_for_years(tmp_path: Path) -> None:
    record, pen = found(tmp_path)
    cosign(record, pen, "kg", "kz")
    final = Log(record).final()
    rows = [{"size": size, "issued": 0, "note": b""} for size in range(5, 9000)]
    with record.engine.begin() as connection:
        connection.execute(insert(tables.checkpoint), rows)
        key = WITNESSES["kg"].verifier.key
        marks = [{"size": size, "name": key, "time": 0, "line": b""} for size in range(5, 9000)]
        connection.execute(insert(tables.cosignature), marks)
    assert Log(record).final() == final


@pytest.mark.parametrize("late", [10**9, 10**15, 2**64 - 1 - int(START.timestamp())])
def test_a_signature_of_a_time_to_come_is_refused(tmp_path: Path, late: int) -> None:
    record, pen = found(tmp_path)
    pen.checkpoint(START)
    line = line_of(record, "kz", int(START.timestamp()) + late)
    with pytest.raises(ProofError, match="of a time to come"):
        pen.cosign(4, line, START)
    assert Log(record).standing().signed == {}


def test_what_stands_beside_a_signature_becomes_no_part_of_the_checkpoint(tmp_path: Path) -> None:
    """A witness that sends a text of its own with a signature for it has signed nothing of ours."""
    record, pen = found(tmp_path)
    signed = pen.checkpoint(START)
    own = signed + b"\n" + b"a text of mine\n"
    forged = note.cosigned(own + b"\n" + note.parse(signed).signatures[0].line.encode(), WITNESSES["kz"], 1)
    with pytest.raises(ProofError):
        pen.cosign(4, b"\na text of mine\n\n" + forged.line.encode(), START)
    stranger = note.cosigned(signed, signer_of("stranger.example", 4), 1).line.encode()
    assert pen.cosign(4, stranger + line_of(record, "kz", 1), START) == (WITNESSES["kz"].verifier.key,)
    assert note.verified(Log(record).checkpoint(), [WITNESSES["kz"].verifier]).signed == {WITNESSES["kz"].name: 1}
    assert b"stranger" not in Log(record).checkpoint()


def test_a_new_key_under_the_old_name_has_signed_nothing_yet(tmp_path: Path) -> None:
    record, pen = found(tmp_path)
    cosign(record, pen, "kg", "kz")
    fresh = signer_of(WITNESSES["kz"].name, WITNESSES["kz"].kind, seed="2")
    other = declared(tmp_path / "other", {"keys.toml": keys_toml(witnesses=WITNESSES | {"kz": fresh})})
    record, pen = open_with(tmp_path, other)
    pen.declare(START)
    approve(record, pen, *APPROVERS.values())
    record, _ = open_with(tmp_path, other)
    assert Log(record).standing().final == 0
    assert list(Log(record).standing().signed) == ["kg"]


def test_an_old_pen_writes_nothing_after_another_network_came_into_force(tmp_path: Path) -> None:
    _, old = found(tmp_path)
    record, pen = open_with(tmp_path, declared(tmp_path / "other", {"seasons.toml": "# none\n"}))
    pen.declare(START)
    approve(record, pen, *APPROVERS.values())
    with pytest.raises(ConfigError, match="another version of the network came into force"):
        say(old, "late", [seen(KIROV, 0, "1")])
    with pytest.raises(ConfigError, match="another version of the network came into force"):
        old.issue({"kind": "daily"}, [], START + timedelta(hours=1))
