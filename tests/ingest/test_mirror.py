"""A mirror copies what the log signed, answers the same, and takes the place of a lost main node."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from ingest import mirror as following
from ingest.mirror import stale
from ingest.peer import Peer
from record import tables
from record.archive import Archive, Log
from record.batch import Batch
from record.check import Known, check
from record.entry import Flag
from record.errors import SourceError
from record.mirror import Mirror
from record.review import Level, Review, Span
from record.seal import seal
from service.app import create_app
from service.settings import Settings
from tests import example
from tests.example import KIROV, START, message, say, seen
from tests.ingest.followed import NOW, Main, alarms, answers, now, opened, record_of, round_of
from tests.keys import APPROVERS, GATEWAY, LOG
from tests.record.founded import approve, declared, open_with
from tests.serving import running

pytestmark = pytest.mark.usefixtures("each_database")


def test_a_mirror_answers_what_the_main_node_answers(tmp_path: Path, main: Main, copy: Mirror) -> None:
    main.say(*range(40))
    main.say(0, 1, value="6")
    assert round_of(main, copy) == following.Followed(46, 46, 42)
    main.say(90)
    assert round_of(main, copy) == following.Followed(47, 1, 1)
    assert round_of(main, copy) == following.Followed(47, 0, 0)
    theirs = record_of(tmp_path / "mirror")
    for as_of in (None, 10, 45):
        assert answers(theirs, as_of) == answers(main.record, as_of)
    with theirs.engine.begin() as connection:
        assert check(connection, Known(gateway=GATEWAY.verifier, log=LOG.verifier)) == 47
        kept = set(connection.execute(select(tables.receipt.c.body)).scalars())
    with main.record.engine.begin() as connection:
        assert kept == set(connection.execute(select(tables.receipt.c.body)).scalars())


def test_a_mirror_has_what_each_check_found_and_what_a_person_reviewed(
    tmp_path: Path, main: Main, copy: Mirror
) -> None:
    said = Batch.of([seen(KIROV, 0, "5")]).judged(("said", "spike"), np.array([[2, 1]], dtype=np.int8))
    main.pen.append(message("judged"), said, [], START)
    at = int(START.timestamp())
    checked = Review(
        level=Level.VALIDATED, author="A. Person", reason="the field book", party="kg", signer="kg.amender",
        size=Archive(main.record).size(), scope=(Span(series=KIROV, start=at, end=at + 1),),
    )  # fmt: skip
    main.pen.review(message("a review", source="reviews-kg"), checked, NOW)
    main.pen.checkpoint(NOW)
    round_of(main, copy)
    theirs = record_of(tmp_path / "mirror")
    assert answers(theirs) == answers(main.record)
    (one,) = Archive(theirs).history(KIROV, START)
    assert (dict(one.tests), one.status) == ({"said": Flag.UNKNOWN, "spike": Flag.GOOD}, Level.VALIDATED)
    mine, copied = (Archive(record).reviews(None, START, NOW) for record in (main.record, theirs))
    assert mine == copied != []


def test_a_mirror_makes_the_sealed_files_itself(tmp_path: Path, main: Main, copy: Mirror) -> None:
    main.say(*range(20))
    (sealed,) = seal(main.record, main.pen, lambda: START + timedelta(days=900), lambda: None)
    assert sealed.fault is None
    main.say(3, value="7")
    round_of(main, copy)
    theirs = record_of(tmp_path / "mirror")
    assert theirs.segments.store.names() == main.record.segments.store.names() != set()
    for as_of in (None, 10):
        assert answers(theirs, as_of) == answers(main.record, as_of)


def test_a_round_that_broke_off_goes_on(
    tmp_path: Path, main: Main, copy: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    main.say(*range(300))
    real, asked = Peer.get, []

    def breaking(peer: Peer, path: str, at_most: int) -> object:
        asked.append(path)
        if path.startswith("/log/tile/entries/001"):
            raise SourceError("the line broke")
        return real(peer, path, at_most)

    monkeypatch.setattr(Peer, "get", breaking)
    with pytest.raises(SourceError):
        round_of(main, copy)
    assert copy.size == 256
    monkeypatch.setattr(Peer, "get", real)
    main.say(301)
    assert round_of(main, opened(tmp_path / "mirror")).entries == 49
    assert answers(record_of(tmp_path / "mirror")) == answers(main.record)
    assert alarms(copy) == []


def test_cosignatures_come_along_and_make_the_copy_final(tmp_path: Path, main: Main, copy: Mirror) -> None:
    main.say(0)
    main.cosign("kg", "kz")
    final = Log(main.record).final()
    main.say(1)
    main.cosign("kg")
    round_of(main, copy)
    theirs = Log(record_of(tmp_path / "mirror"))
    assert theirs.final() == final
    assert theirs.checkpoint() == Log(main.record).checkpoint()
    assert [one.name for one in theirs.standing().waiting] == ["kz"]
    main.cosign("kz")
    round_of(main, copy)
    assert theirs.standing().final == 6
    assert theirs.standing().waiting == ()


def test_a_new_network_is_taken_when_both_approved(tmp_path: Path, main: Main, copy: Mirror) -> None:
    main.say(0)
    round_of(main, copy)
    other = declared(main.folder / "other", {"seasons.toml": "# none\n"})
    record, pen = open_with(main.folder, other)
    pen.declare(NOW)
    approve(record, pen, *APPROVERS.values())
    pen.checkpoint(NOW)
    round_of(main, copy)
    assert record_of(tmp_path / "mirror").network.version == other.version


def test_a_log_that_falls_silent_is_stale(main: Main, copy: Mirror) -> None:
    main.say(0)
    round_of(main, copy)
    assert stale(copy, NOW + timedelta(hours=1), timedelta(hours=2)) is None
    assert "nothing new since 2026-07-30T02:00:00Z" in str(stale(copy, NOW + timedelta(hours=3), timedelta(hours=2)))
    main.cosign("kg")
    assert stale(copy, NOW, timedelta(0)) is None


def test_a_mirror_restores_a_lost_main_node(tmp_path: Path, main: Main, copy: Mirror) -> None:
    main.say(*range(10))
    main.cosign("kg", "kz")
    round_of(main, copy)
    before = answers(main.record)
    record, pen = open_with(tmp_path / "mirror", main.record.declared)
    assert answers(record) == before
    assert say(pen, "day 3 5", [seen(KIROV, 3, "5.3")], hours=72).repeated
    say(pen, "day 20", [seen(KIROV, 20, "5")], hours=24 * 20)
    pen.checkpoint(NOW)
    second = opened(tmp_path / "second")
    with running(
        create_app(
            Settings(
                config=main.folder / "config", data=tmp_path / "mirror", record=example.url_of(tmp_path / "mirror")
            ),
            now=now,
        )
    ) as url:
        restored = Main(tmp_path / "mirror", url, record, pen)
        assert round_of(restored, second).size == 15
        assert round_of(restored, copy).size == 15
