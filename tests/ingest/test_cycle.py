"""From a file in the inbox to the record, with everything that real messages get wrong."""

import gzip
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ingest import cycle
from ingest.cycle import CycleReport
from ingest.decode import DECODERS
from ingest.quality.context import NoContext
from ingest.sources import SOURCES, Fetched, Passed
from ingest.sources.folder import Folder
from record.archive import Archive, Log, Record
from record.entry import Flag, Receipt, Refusal
from record.errors import RecordError
from record.network.source import Source, Table
from record.repeat import TAKES_BACK
from record.selection import Selection
from record.writer import Appended, Pen
from tests.example import KIROV, KIROV_STORAGE, open_pen
from tests.ingest.declared import BISHKEK, HEAD, RECEIVED, clock, network, source
from tests.record.founded import found

GOOD = "05.05.2026 00:00;15954;12,4;400\r\n"
PLACE = "inbox/tables"
TELEGRAMS = source("inbox/telegrams", id="telegrams-kg", format="kn15", media="text/plain", table=None)


@dataclass
class House:
    """A record and a data folder."""

    data: Path
    record: Record
    pen: Pen

    def put(self, name: str, body: str | bytes, place: str = PLACE) -> None:
        path = self.data / place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body if isinstance(body, bytes) else body.encode("cp1251"))

    def run(self, declared: Source | None = None, *, days: float = 0) -> CycleReport:
        now = clock(RECEIVED + timedelta(days=days))
        return cycle.run(declared or source(PLACE), network(), self.pen, data=self.data, now=now)

    @property
    def archive(self) -> Archive:
        return Archive(self.record)

    def latest(self, series: str) -> tuple[float | None, Flag]:
        found = self.archive.latest([series])[series]
        return found.value, found.flag

    def refused(self) -> list[tuple[str, bytes]]:
        found = self.archive.refusals(RECEIVED - timedelta(days=1), RECEIVED + timedelta(days=1))
        return [(one.reason, one.fragment) for one in found]


@pytest.fixture
def house(tmp_path: Path) -> House:
    record, pen = open_pen(tmp_path, network())
    return House(tmp_path / "data", record, pen)


def test_a_file_becomes_judged_values_of_the_record(house: House) -> None:
    house.put("1.csv", HEAD + GOOD)
    report = house.run()
    assert report == CycleReport(receipts=1, entries=(0,), readings=2)
    assert house.latest(KIROV) == (12.4, Flag.GOOD)
    assert house.latest(KIROV_STORAGE) == (400, Flag.GOOD)
    assert (house.data / PLACE / "taken" / "1.csv").exists()
    assert house.run() == CycleReport()


def test_a_day_stands_once_at_whatever_hour_its_mean_is_stamped(house: House) -> None:
    midnight = datetime(2026, 5, 5, tzinfo=BISHKEK)
    for name, hour, value in (("1.csv", "08:00", "12,4"), ("2.csv", "12:00", "12,5")):
        house.put(name, HEAD + GOOD.replace("00:00", hour).replace("12,4", value))
        house.run()
    assert [str(one.value) for one in house.archive.history(KIROV, midnight)] == ["12.4", "12.5"]
    day = Selection(series=(KIROV,), start=midnight, end=midnight + timedelta(days=1))
    assert house.archive.select(day)["inflow"].values.ravel().tolist() == [12.5]
    # The same bytes again, as a file that is sent twice.
    house.put("again.csv", HEAD + GOOD.replace("00:00", "08:00"))
    assert (house.run().repeated, house.latest(KIROV)) == (1, (12.5, Flag.GOOD))
    # Two values of one stamp in one message contradict each other.
    house.put("3.csv", HEAD + GOOD + GOOD.replace("12,4", "13"))
    house.run()
    assert house.latest(KIROV) == (13, Flag.SUSPECT)


def test_a_register_of_two_hours_of_the_day_gives_each_day_one_mean(house: House) -> None:
    house.put("1.csv", HEAD + GOOD.replace("00:00", "08:00") + GOOD.replace("00:00", "20:00").replace("12,4", "13"))
    report = house.run()
    assert (report.readings, len(report.refusals)) == (2, 2)
    assert (house.latest(KIROV), house.latest(KIROV_STORAGE)) == ((12.4, Flag.GOOD), (400, Flag.GOOD))
    reason, fragment = house.refused()[0]
    assert reason == (
        "its stamp 2026-05-05T20:00:00+06:00 and another of the same message, 2026-05-05T08:00:00+06:00, name one daily"
        " period, of which both may not be the mean: that of 2026-05-05T08:00:00+06:00 is taken"
    )
    assert fragment.startswith(b"05.05.2026 20:00;15954")


def test_a_duplicate_is_recognised_and_changes_nothing(house: House) -> None:
    house.put("1.csv", HEAD + GOOD + "06.05.2026 00:00;99999;1;2\r\n")
    first = house.run()
    house.put("again.csv", HEAD + GOOD + "06.05.2026 00:00;99999;1;2\r\n")
    again = house.run(days=0.1)
    assert len(first.entries) == 2
    assert again == CycleReport(receipts=1, repeated=1)
    assert again.counts() == {"receipts": 1, "entries": 0, "readings": 0, "refusals": 0, "repeated": 1}
    assert house.archive.size() == 2


@pytest.mark.parametrize(
    ("row", "where", "reason"),
    [
        ("31.11.2025 00:00;15954;12,4;400\r\n", "line 2, column 'дата'", "in no calendar"),
        ("05.05.2026 00:00;99999;12,4;\r\n", "line 2, column 'приток, м3/с'", "'99999'"),
        ("05.05.2026 00:00;example-border;12,4;\r\n", "line 2, column 'приток, м3/с'", "a station of kz"),
        ("05.05.2026 00:00;15954;12.4;\r\n", "line 2, column 'приток, м3/с'", "decimal comma"),
        ("05.05.2026 00:00;15954;12", "line 2", "breaks off"),
        ("25.05.2026 00:00;15954;12,4;\r\n", "line 2, column 'приток, м3/с'", "after the receipt"),
        ("05.05.2026 00:00;15194;12,4;\r\n", "line 2, column 'приток, м3/с'", "no series inflow.daily"),
    ],
)
def test_a_bad_row_is_refused_in_the_record_and_the_good_one_beside_it_is_kept(
    house: House, row: str, where: str, reason: str
) -> None:
    ended = row.endswith("\n")
    house.put("1.csv", HEAD + (row + GOOD if ended else GOOD + row))
    report = house.run()
    assert report.readings == 2
    ((told_where, told),) = report.refusals
    assert told_where == (where if ended else "line 3")
    assert reason in told
    ((kept, fragment),) = house.refused()
    assert kept == told
    assert fragment
    assert house.latest(KIROV) == (12.4, Flag.GOOD)


def test_a_garbled_message_is_refused_whole_with_its_bytes(house: House) -> None:
    body = bytes(range(256))
    house.put("1.csv", body)
    report = house.run()
    assert report.readings == 0
    assert [fragment for _, fragment in house.refused()] == [body]
    assert (house.data / PLACE / "taken" / "1.csv").read_bytes() == body


def test_a_negative_discharge_is_kept_and_flagged_bad(house: House) -> None:
    house.put("1.csv", HEAD + "05.05.2026 00:00;15954;-12,4;400\r\n")
    assert house.run().refusals == ()
    assert house.latest(KIROV) == (-12.4, Flag.BAD)
    (said,) = house.archive.history(KIROV, RECEIVED.replace(day=4, hour=18))
    assert said.value == Decimal("-12.4")


def test_a_later_table_amends_an_earlier_one(house: House) -> None:
    house.put("1.csv", HEAD + GOOD)
    house.run()
    house.put("2.csv", HEAD + GOOD.replace("12,4", "14,2"))
    house.run(days=1)
    said = house.archive.history(KIROV, RECEIVED.replace(day=4, hour=18))
    assert [one.value for one in said] == [Decimal("12.4"), Decimal("14.2")]


def test_a_later_table_that_lacks_a_value_takes_none_back_and_the_report_says_so(house: House) -> None:
    house.put("1.csv", HEAD + GOOD)
    house.run()
    house.put("2.csv", HEAD + GOOD.replace("12,4", "-"))
    report = house.run(days=1)
    assert report.refusals == ((f"{KIROV} 2026-05-04T18:00:00Z", TAKES_BACK),)
    assert house.latest(KIROV) == (12.4, Flag.GOOD)
    assert house.run(days=1).refusals == ()


def test_the_same_row_twice_in_a_message_is_said_once(house: House) -> None:
    house.put("1.csv", HEAD + GOOD + GOOD)
    assert house.run().readings == 2


def test_a_message_that_contradicts_itself_is_entered_as_suspect(house: House) -> None:
    house.put("1.csv", HEAD + GOOD + GOOD.replace("12,4", "14,2"))
    assert house.run().readings == 3
    assert house.latest(KIROV) == (14.2, Flag.SUSPECT)
    assert house.latest(KIROV_STORAGE) == (400, Flag.GOOD)


@pytest.mark.parametrize("body", [HEAD, ""])
def test_a_message_that_says_nothing_is_refused(house: House, body: str) -> None:
    house.put("1.csv", body)
    report = house.run()
    assert report.readings == 0
    assert len(report.refusals) == 1
    assert len(house.refused()) == 1


def test_a_decoder_that_yields_nothing_is_a_refusal(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DECODERS, "csv-table", lambda body, received, declared: [])
    house.put("1.csv", "words")
    assert house.run().refusals == (("message", cycle.SAYS_NOTHING),)
    assert house.refused() == [(cycle.SAYS_NOTHING, b"words")]


def test_a_message_that_is_too_large_is_refused_and_its_beginning_kept(house: House) -> None:
    house.put("1.csv", HEAD + GOOD * 10)
    report = house.run(source(PLACE, max_bytes=100))
    assert report.readings == 0
    ((reason, fragment),) = house.refused()
    assert "more than 100 bytes" in reason
    assert fragment == (HEAD + GOOD * 10).encode("cp1251")[:100]


def test_a_source_that_declares_no_table_is_refused(house: House) -> None:
    house.put("1.csv", HEAD + GOOD)
    ((_, reason),) = house.run(source(PLACE, table=None)).refusals
    assert "declares no table" in reason


def test_a_telegram_goes_the_same_way(house: House) -> None:
    house.put("1.txt", b"HHZZ\n15194 10081 10204=\n99999 10081 10204=\n15194 NIL=\n15194 10081 1=", TELEGRAMS.place)
    report = house.run(TELEGRAMS)
    assert house.archive.history("post:kg.level.term", RECEIVED.replace(hour=2))[0].value == Decimal("2.04")
    assert [reason for _, reason in report.refusals if "'99999'" in reason]
    assert report.readings == 1 + 3
    assert len(report.refusals) == 2


class BrokenPen(Pen):
    """A pen that writes and then loses its tongue: the record holds the message, the caller is never told."""

    def append(
        self,
        receipt: Receipt,
        observations: object,
        refusals: object,
        now: object,
        cursor: str | None = None,
        reason: str = "",
        *,
        again: bool = False,
        late: bool = False,
        instead_of: object = None,
    ) -> Appended:
        super().append(receipt, observations, refusals, now, cursor)  # type: ignore[arg-type]
        raise RecordError("the disk is gone")


def test_a_crash_after_the_commit_loses_nothing_and_enters_nothing_twice(house: House) -> None:
    house.put("1.csv", HEAD + GOOD)
    house.put("2.csv", HEAD + GOOD.replace("05.05", "06.05"))
    whole, broken = house.pen, BrokenPen.__new__(BrokenPen)
    broken.__dict__.update(whole.__dict__)
    house.pen = broken
    with pytest.raises(RecordError):
        house.run()
    assert [path.name for path in (house.data / PLACE / "claimed").glob("*.csv")] == ["1.csv"]
    assert (house.data / PLACE / "2.csv").exists()
    house.pen = whole
    assert house.run(days=0.1) == CycleReport(receipts=2, entries=(1,), readings=2, repeated=1)
    assert sorted(path.name for path in (house.data / PLACE / "taken").iterdir()) == ["1.csv", "2.csv"]


def test_a_fault_of_one_file_keeps_what_the_others_said(house: House) -> None:
    house.put("1.csv", HEAD + GOOD)
    (house.data / PLACE / "0.csv").symlink_to("/etc/hostname")
    report = house.run()
    assert "a link or device" in (report.fault or "")
    assert report.readings == 2
    assert house.latest(KIROV) == (12.4, Flag.GOOD)


def test_the_cursor_is_read_before_and_entered_with_the_message(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Counting(Folder):
        def fetch(self, cursor, now, /):  # type: ignore[no-untyped-def]
            asked.append(cursor)
            for message in super().fetch(cursor, now):
                yield Fetched(receipt=message.receipt, cursor=str(len(asked)))

    monkeypatch.setitem(SOURCES, "folder", Counting)
    for body in (GOOD, GOOD.replace("05.05", "06.05")):
        house.put("1.csv", HEAD + body)
        house.run()
    house.run()
    assert asked == [None, "1", "2"]


def test_a_packed_message_is_read_unpacked_and_kept_as_it_came(house: House) -> None:
    packed = gzip.compress((HEAD + GOOD).encode("cp1251"))
    house.put("1.csv.gz", packed)
    assert house.run().readings == 2
    assert house.latest(KIROV) == (12.4, Flag.GOOD)
    assert Log(house.record).receipt(hashlib.sha256(packed).hexdigest()).body == packed


def test_a_packed_message_that_swells_is_refused_as_it_came(house: House) -> None:
    packed = gzip.compress(b"0" * 1_000_000)
    house.put("1.csv.gz", packed)
    report = house.run(source(PLACE, max_bytes=10_000))
    assert report.readings == 0
    ((reason, fragment),) = house.refused()
    assert "holds more than 10000 bytes" in reason
    assert fragment == packed


def test_a_cursor_moves_on_where_nothing_is_for_us(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    class Passing(Folder):
        def fetch(self, cursor, now, /):  # type: ignore[no-untyped-def]
            yield Passed(f"behind {cursor}")

    monkeypatch.setitem(SOURCES, "folder", Passing)
    assert house.run() == CycleReport()
    assert house.pen.cursor("tables-kg") == "behind None"
    house.run()
    assert house.pen.cursor("tables-kg") == "behind behind None"
    assert house.archive.size() == 0


def test_what_is_understood_is_observations_and_refusals_alone() -> None:
    receipt = Receipt(source="tables-kg", name="1.csv", media="text/csv", received=RECEIVED, body=b"\x00")
    observations, refusals = cycle.understood(Fetched(receipt=receipt), source(PLACE), network(), NoContext())
    assert len(observations) == 0
    assert [type(one) for one in refusals] == [Refusal]


def test_both_parties_readings_of_one_border_gate_stand_side_by_side(tmp_path: Path) -> None:
    """Neither takes the place of the other, and neither can speak for the other's gauge."""
    columns = [{"heading": "q", "series": "discharge.daily", "unit": "m3/s"}]
    table = {"time_heading": "d", "time_format": "%Y-%m-%d", "zone": "UTC", "station_heading": "s", "columns": columns}
    sources = [
        source(f"inbox/{party}", id=f"gate-{party}", party=party, table=Table.model_validate(table))
        for party in ("kg", "kz")
    ]
    record, pen = found(tmp_path)
    declared = replace(record.network, sources={one.id: one for one in sources})
    for one, value in zip(sources, ("10.5", "12"), strict=True):
        folder = tmp_path / one.place
        folder.mkdir(parents=True)
        rows = [f"2026-05-05,example-border-{party},{value}" for party in ("kg", "kz")]
        (folder / "gate.csv").write_text("\n".join(["d,s,q", *rows, ""]))
        report = cycle.run(one, declared, pen, data=tmp_path, now=clock())
        assert (report.readings, len(report.refusals)) == (1, 1)
        assert "may not speak" in report.refusals[0][1]
    names = [f"example-border:{party}.discharge.daily" for party in ("kg", "kz")]
    latest = Archive(record).latest(names)
    assert [latest[name].value for name in names] == [10.5, 12.0]
    assert all(len(Archive(record).history(name, latest[name].time)) == 1 for name in names)
    record.engine.dispose()


def test_channels_that_nobody_wants_are_passed_over_without_a_refusal(house: House) -> None:
    stations = source(
        "inbox/stations", id="stations-kg", format="kyrgyz-stations", media="text/xml", table=None,
        channels=[{"name": "LW", "series": "level.term", "unit": "cm"}], ignored=["LW/MAX", "TA"],
    )  # fmt: skip
    body = (
        '<R><r TIME="10-05-2026T02:00:00Z"><station ID="151941"/>'
        '<parameter VAR="LW"><value PROC="AVE">204</value><value PROC="MAX">209</value><value PROC="MIN">1</value>'
        "</parameter></r></R>"
    )
    house.put("a.xml", body, stations.place)
    report = house.run(stations)
    assert report.readings == 1
    assert [reason for _, reason in report.refusals if "LW/MIN" in reason]
    assert len(report.refusals) == 1
