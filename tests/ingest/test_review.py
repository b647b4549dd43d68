"""Reviews as files: who may review what, what the file must say, and what the record keeps of it."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from arna import amendments
from ingest import amendment, by_hand, review
from record.archive import Archive
from record.check import Known, check
from record.errors import ConfigError, ProofError
from record.network import Network
from record.network.computed import computed_id
from record.proof import note
from record.review import Level, Span
from tests.example import KIROV, START, say, seen
from tests.ingest.test_amendment import AMENDER, KEYS, OTHERS
from tests.ingest.test_amendment import HEAD as AMENDING
from tests.ingest.test_amendment import VALUE as AMENDED
from tests.keys import GATEWAY, LOG
from tests.record.founded import declared, found

NOW = START + timedelta(days=9)
HEAD = """party = "kg"
author = "A. Person, Kyrgyzhydromet"
reason = "compared with the field book of May"
level = "verified"
size = 5
"""
SCOPE = """
[[scope]]
station = "kirov:kg"
series = "inflow.daily"
start = 2026-05-01T00:00:00+06:00
end = 2026-06-01T00:00:00+06:00
"""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return declared(tmp_path_factory.mktemp("config"), KEYS)


def now() -> datetime:
    return NOW


def test_a_review_stands_with_level_author_reason_and_signature(tmp_path: Path) -> None:
    record, pen = found(tmp_path, KEYS)
    say(pen, "one", [seen(KIROV, 0, "12.5"), seen(KIROV, 40, "13")])
    size = Archive(record).size()
    raw = review.signed(HEAD.replace("size = 5", f"size = {size}") + SCOPE, AMENDER, record.network)
    assert amendments.enter_review(raw, record.network, pen, now) == size
    (one,) = Archive(record).reviews([KIROV], START, NOW)
    assert (one.level, one.author, one.reason) == (
        Level.VERIFIED,
        "A. Person, Kyrgyzhydromet",
        "compared with the field book of May",
    )
    assert (one.party, one.signer, one.size, one.entry) == ("kg", "kg.amender.example", size, size)
    (said,) = Archive(record).history(KIROV, START)
    assert said.status is Level.VERIFIED
    # Signed twice, or with another's line below it, it is the same review.
    assert amendments.enter_review(raw + b"\xe2\x80\x94 other AAAAAAAA\n", record.network, pen, now) is None
    with record.engine.connect() as connection:
        assert check(connection, Known(gateway=GATEWAY.verifier, log=LOG.verifier)) == size + 1
    record.engine.dispose()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("author", "writer"), "author: Field required"),
        (("reason =", "# reason ="), "reason: Field required"),
        (('"compared with the field book of May"', '" "'), "reason: String should have at least 3 characters"),
        (('level = "verified"', 'level = "final"'), "level: Input should be 'provisional', 'verified' or 'validated'"),
        (("size = 5", ""), "size: Field required"),
        (("size = 5", "size = 0"), "size: Input should be greater than or equal to 1"),
        (("size = 5", 'size = "5"'), "size: Input should be a valid integer"),
        (("size = 5", "size = 5\nvalue = 1"), "value: Extra inputs are not permitted"),
        (('party = "kg"', 'party = "uz"'), "the review is of party 'uz': use one of kg, kz"),
        (('station = "kirov:kg"', 'station = "nowhere"'), "no station is called 'nowhere'"),
        (
            ('series = "inflow.daily"', 'series = "intake.daily"'),
            "the station has no such series, but storage.term, inflow.daily",
        ),
        (("01T00:00:00+06:00", "01T00:00:00"), "scope.0.start: Input should have timezone info"),
        (("01T00:00:00+06:00", "01T00:00:00.5+06:00"), "fraction of a second"),
        (("2026-06", "2026-05"), "start must come before end"),
        (("2026-06", "2326-06"), "both lie between"),
        ((SCOPE, ""), "scope: Field required"),
        ((SCOPE, SCOPE * 251), "scope: Tuple should have at most 250 items"),
        (('party = "kg"', "party = "), "the review is not TOML"),
    ],
)
def test_a_review_that_cannot_stand_is_refused_in_one_line(
    network: Network, change: tuple[str, str], complaint: str
) -> None:
    with pytest.raises(ConfigError, match=complaint) as refused:
        review.signed((HEAD + SCOPE).replace(*change), AMENDER, network)
    assert "\n" not in str(refused.value)


def test_no_party_reviews_what_the_other_measured_nor_signs_for_it(network: Network) -> None:
    theirs = (HEAD + SCOPE).replace('party = "kg"', 'party = "kz"')
    with pytest.raises(ConfigError, match="kirov:kg is a station of kg, whose readings kz reviews not"):
        review.signed(theirs, OTHERS, network)
    with pytest.raises(ConfigError, match="kirov:kg is a station of kg"):
        review.prepared(note.sign(theirs, [OTHERS]), network, NOW)
    with pytest.raises(ProofError, match="not that of an amender of kg"):
        review.signed(HEAD + SCOPE, OTHERS, network)
    with pytest.raises(ProofError, match="no known key signed this note"):
        review.prepared(note.sign(HEAD + SCOPE, [OTHERS]), network, NOW)
    changed = review.signed(HEAD + SCOPE, AMENDER, network).replace(b"verified", b"validated")
    with pytest.raises(ProofError, match="does not fit the text"):
        review.prepared(changed, network, NOW)
    with pytest.raises(ProofError, match=r"the review is not signed .* see docs/reviews.md"):
        review.prepared((HEAD + SCOPE).encode(), network, NOW)


def test_the_example_of_the_docs_is_a_review(network: Network) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reviews.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert by_hand.read(example, review.Form, "review", network).level == "verified"


def test_an_amendment_is_no_review_and_a_review_no_amendment(network: Network) -> None:
    with pytest.raises(ConfigError, match="the review: "):
        review.prepared(amendment.signed(AMENDING + AMENDED, AMENDER, network, NOW), network, NOW)
    with pytest.raises(ConfigError, match="the amendment: "):
        amendment.prepared(review.signed(HEAD + SCOPE, AMENDER, network), network, NOW)


def test_a_station_is_named_by_its_code_too_and_what_is_computed_of_it_by_its_id(network: Network) -> None:
    raw = review.signed((HEAD + SCOPE).replace("kirov:kg", network.stations["kirov:kg"].code), AMENDER, network)
    (span,) = review.prepared(raw, network, NOW).review.scope
    begin = int(datetime.fromisoformat("2026-05-01T00:00:00+06:00").timestamp())
    assert span == Span(series=KIROV, start=begin, end=begin + 31 * 86_400)
    twin = computed_id("kirov:kg")
    station = network.stations["kirov:kg"].model_copy(update={"id": twin, "code": twin, "computed": True})
    with_twin = replace(network, stations={**network.stations, twin: station})
    raw = review.signed((HEAD + SCOPE).replace("kirov:kg", twin), AMENDER, with_twin)
    assert review.prepared(raw, with_twin, NOW).review.scope[0].series == f"{twin}.inflow.daily"
    with pytest.raises(ConfigError, match="is a station of kg"):
        review.signed((HEAD + SCOPE).replace("kirov:kg", twin).replace('"kg"', '"kz"'), OTHERS, with_twin)


def test_what_lies_in_the_tray_is_entered_beside_amendments_or_laid_aside(tmp_path: Path) -> None:
    record, pen = found(tmp_path, KEYS)
    say(pen, "one", [seen(KIROV, 0, "12.5")])
    size = Archive(record).size()
    text = HEAD.replace("size = 5", f"size = {size}") + SCOPE
    amendments.lay_in(tmp_path, review.signed(text, AMENDER, record.network), review=True)
    amendments.lay_in(tmp_path, amendment.signed(AMENDING + AMENDED, AMENDER, record.network, NOW))
    beyond = review.signed(text.replace(f"size = {size}", "size = 99"), AMENDER, record.network)
    amendments.lay_in(tmp_path, beyond, review=True)
    amendments.lay_in(tmp_path, text.encode(), review=True)
    assert amendments.take(record.network, pen, tmp_path, now) == 2
    assert len(Archive(record).reviews([KIROV], START, NOW)) == 1
    tray = tmp_path / "amendments"
    assert [len(list((tray / aside).iterdir())) for aside in ("taken", "refused")] == [2, 2]
    assert list(tray.glob("*.note")) == []
    record.engine.dispose()
