"""SensorThings: which Datastream an Observation belongs to, when it was, and that none is lost."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import sensorthings
from ingest.reading import Reading, Said
from tests.ingest.declared import RECEIVED, counted, reasons, source, values

SAMPLES = Path(__file__).parents[3] / "shared" / "formats" / "samples"
LEVEL: Mapping[str, object] = {"name": "12", "series": "level.term", "station": "15194", "unit": "m"}
AT = "2026-03-02T02:00:00Z"
HALF = Decimal("0.5")


def said(message: object, *channels: Mapping[str, object], **changes: object) -> list[Said]:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    declared = source("inbox/sta", format="sensorthings", table=None, channels=channels or (LEVEL,), **changes)
    return sensorthings.decode(body, RECEIVED, declared)


def seen(**more: object) -> dict[str, object]:
    """An Observation of half a metre."""
    return {"phenomenonTime": AT, "result": 0.5, **more}


def stations(found: list[Said]) -> list[str]:
    return [one.station for one in found if isinstance(one, Reading)]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("sta_observation.json", [("2026-01-05T02:00", "1.43", 0)]),
        ("sta_dataarray.json", [("2026-01-05T02:00", "1.43", 0), ("2026-01-04T20:00", "1.45", 1)]),
    ],
)
def test_a_shared_sample_says_what_is_known_of_it(name: str, wanted: list[tuple[str, str, int]]) -> None:
    file = SAMPLES / name
    if not file.is_file():
        pytest.skip(f"no sample at {file}")
    found = said(file.read_bytes())
    told = [(one.time, one.value, len(one.doubts)) for one in found if isinstance(one, Reading)]
    assert told == [(datetime.fromisoformat(at).replace(tzinfo=UTC), Decimal(value), n) for at, value, n in wanted]
    assert reasons(found) == []


@pytest.mark.parametrize(
    "named",
    [
        {"Datastream@iot.navigationLink": "https://sta.example/v1.1/Datastreams(12)"},
        {"Datastream@iot.navigationLink": "Datastreams('12')/"},
        {"Datastream": {"@iot.id": 12}},
        {"Datastream": {"@iot.id": "12"}},
        {"Datastream": {"@iot.selfLink": "https://sta.example/v1.1/Datastreams(12)"}},
        {"Datastream": {"@iot.id": 99, "name": "12"}},
    ],
)
def test_a_datastream_is_named_in_many_ways(named: dict[str, object]) -> None:
    other = {**LEVEL, "name": "13", "series": "storage.term", "unit": "hm3"}
    (one,) = said(seen(**named), other, LEVEL)
    assert isinstance(one, Reading)
    assert (one.quantity, one.value) == ("level", HALF)


def test_an_id_in_quotation_marks_may_hold_them() -> None:
    link = {"Datastream@iot.navigationLink": "https://sta.example/v1.1/Datastreams('q''1')"}
    assert values(said(seen(**link), {**LEVEL, "name": "q'1"})) == [HALF]


def test_a_payload_without_a_datastream_is_of_the_only_channel() -> None:
    link = {"Datastream@iot.navigationLink": "https://sta.example/v1.1/Observations(5)/Datastream"}
    assert values(said(seen(**link))) == [HALF]
    ((_, reason),) = reasons(said(seen(**link), LEVEL, {**LEVEL, "name": "13"}))
    assert "names no Datastream" in reason


def test_a_payload_without_a_datastream_is_of_no_channel_where_its_station_is_open() -> None:
    found = said(seen(), LEVEL, {**LEVEL, "station": "15261"})
    assert "several stations have a channel '12'" in reasons(found)[0][1]
    found = sensorthings.decode(json.dumps(seen()).encode(), RECEIVED, source("inbox/sta", table=None))
    assert "names no Datastream" in reasons(found)[0][1]


def test_a_thing_tells_apart_datastreams_of_one_name() -> None:
    stream = {"name": "H", "Thing": {"@iot.id": 7, "name": "upper"}}
    channels = [{**LEVEL, "name": "H", "station": station} for station in ("lower", "7")]
    assert stations(said(seen(Datastream=stream), *channels)) == ["7"]
    assert "several stations" in reasons(said(seen(Datastream={"name": "H"}), *channels))[0][1]


def test_the_station_of_the_channel_stands_before_the_name_of_the_thing() -> None:
    stream = {"@iot.id": 12, "Thing": {"name": "Gauge at the bridge"}}
    assert stations(said(seen(Datastream=stream))) == ["15194"]
    general = {key: value for key, value in LEVEL.items() if key != "station"}
    assert stations(said(seen(Datastream=stream), general)) == ["Gauge at the bridge"]


@pytest.mark.parametrize(("symbol", "unit"), [("cm", "cm"), ("", "m"), (None, "m"), (5, "5")])
def test_the_symbol_of_the_datastream_is_the_unit(symbol: object, unit: str) -> None:
    (one,) = said(seen(Datastream={"@iot.id": 12, "unitOfMeasurement": {"symbol": symbol}}))
    assert isinstance(one, Reading)
    assert one.unit == unit


@pytest.mark.parametrize(
    ("result", "value"), [(1.430, "1.430"), ("1.430", "1.430"), (None, None), (-0.5, "-0.5"), (1e3, "1000")]
)
def test_a_result_is_a_number_a_text_of_one_or_missing(result: object, value: str | None) -> None:
    (one,) = said(json.dumps(seen(result=result)).replace("1.43", "1.430").replace("1.4300", "1.430").encode())
    assert isinstance(one, Reading)
    assert one.value == (None if value is None else Decimal(value))


@pytest.mark.parametrize("result", ["ice", True, [1, 2], {"a": 1}, ""])
def test_any_other_result_is_refused(result: object) -> None:
    ((where, reason),) = reasons(said(seen(result=result)))
    assert (where, reason.endswith("is not a number")) == ("message", True)


@pytest.mark.parametrize(
    ("series", "stamped", "period", "start", "doubts"),
    [
        ("discharge.daily", "start", "2026-03-01T18:00:00Z/2026-03-02T18:00:00Z", "2026-03-01T18:00", 0),
        ("discharge.daily", "end", "2026-03-01T18:00:00Z/2026-03-02T18:00:00Z", "2026-03-01T18:00", 0),
        ("discharge.daily", "start", "2026-03-01T18:00:00Z/2026-03-02T06:00:00Z", "2026-03-01T18:00", 1),
        ("discharge.10-day", "end", "2026-02-20T18:00:00Z/2026-02-28T18:00:00Z", "2026-02-20T18:00", 0),
        ("discharge.10-day", "start", "2026-02-20T18:00:00Z/2026-02-27T18:00:00Z", "2026-02-20T18:00", 1),
        ("discharge.monthly", "start", "2026-01-31T18:00:00Z/2026-02-28T18:00:00Z", "2026-01-31T18:00", 0),
        ("discharge.hourly", "start", "2026-03-02T01:00:00Z/2026-03-02T02:00:00Z", "2026-03-02T01:00", 0),
        ("discharge.hourly", "end", "2026-03-02T01:00:00Z/2026-03-02T02:00:00Z", "2026-03-02T02:00", 0),
        ("discharge.10-minute", "start", "2026-03-02T01:00:00Z/2026-03-02T02:00:00Z", "2026-03-02T01:00", 1),
        ("discharge.term", "start", "2026-03-02T02:00:00Z/2026-03-02T02:00:00Z", "2026-03-02T02:00", 0),
        ("discharge.term", "start", "2026-03-02T01:00:00Z/2026-03-02T02:00:00Z", "2026-03-02T01:00", 1),
        ("discharge.daily", "end", "2026-03-02T18:00:00Z", "2026-03-01T18:00", 0),
    ],
)
def test_a_period_that_is_written_out_is_stamped_with_its_start(
    series: str, stamped: str, period: str, start: str, doubts: int
) -> None:
    channel = {**LEVEL, "series": series, "stamped": stamped, "unit": "m3/s"}
    (one,) = said(seen(phenomenonTime=period), channel)
    assert isinstance(one, Reading)
    assert one.time == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert len(one.doubts) == doubts


@pytest.mark.parametrize(
    "time", [None, "", "/", f"{AT}/", f"{AT}/{AT}/{AT}", f"{AT}/2026-03-01T02:00:00Z", "2026-02-30T02:00Z", 5, {}]
)
def test_an_observation_without_a_time_is_refused(time: object) -> None:
    assert len(reasons(said(seen(phenomenonTime=time)))) == 1


def test_a_time_without_an_offset_is_read_in_the_zone_of_the_source() -> None:
    (one,) = said(seen(phenomenonTime="2026-03-02T08:00:00"))
    assert isinstance(one, Reading)
    assert one.time == datetime(2026, 3, 2, 2, tzinfo=UTC)
    ((_, reason),) = reasons(said(seen(phenomenonTime="2026-10-25T02:30:00"), zone="Europe/Berlin"))
    assert "twice" in reason


def test_a_quality_is_a_code_or_makes_the_value_doubtful() -> None:
    for quality, bad, doubts in [(None, False, 0), (4, True, 0), ("4", True, 0), ({"code": 4}, False, 1)]:
        (one,) = said(seen(resultQuality=quality), quality={"4": "bad"})
        assert isinstance(one, Reading)
        assert (one.bad, len(one.doubts)) == (bad, doubts)


def test_a_data_array_to_be_created_says_the_same() -> None:
    group = {"Datastream": {"@iot.id": 12}, "components": ["result", "phenomenonTime"], "dataArray": [[0.5, AT]]}
    (one,) = said([group])
    assert values([one]) == [HALF]
    assert one.where == "0.dataArray.0"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"5", b'{"value":[]}', b'{"code":404,"message":"no such thing"}', b'{"value":{"a":1}}']
)
def test_a_message_without_an_observation_is_refused_once(body: bytes) -> None:
    assert len(reasons(said(body))) == 1


def test_what_follows_the_last_observation_that_is_read_is_refused_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensorthings, "MAX_VALUES", 2)
    found = said([seen() for _ in range(5)])
    assert values(found) == [HALF, HALF]
    assert reasons(found) == [("2", "more than 2 observations in one message, 3 are left unread: split it")]


def test_a_component_that_stands_twice_names_no_cell() -> None:
    group = {"components": ["phenomenonTime", "result", "result"], "dataArray": [[AT, 1, 2]]}
    assert [where for where, _ in reasons(said([group]))] == ["0.dataArray.0"]


def test_observations_of_a_datastream_nobody_declared_are_counted_in_one_refusal() -> None:
    link = {"Datastream@iot.navigationLink": "Datastreams(13)"}
    found = said([seen(**link), seen(), seen(**link)])
    assert values(found) == [HALF]
    ((where, reason),) = reasons(found)
    assert (where, reason.endswith("(2 values)"), "no channel '13'" in reason) == ("0", True, True)


PART = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=4),
    st.sampled_from([AT, f"{AT}/{AT}", "2026-02-30", "Datastreams(12)", "Datastreams(13)"]),
    st.just([]),
    st.dictionaries(st.sampled_from(["@iot.id", "name", "unitOfMeasurement", "Thing", "symbol"]), st.just(12)),
)
ENTITY = st.fixed_dictionaries(
    {"result": PART},
    optional={
        "phenomenonTime": PART, "resultQuality": PART, "Datastream": PART, "Datastream@iot.navigationLink": PART,
        "@iot.id": PART,
    },
)  # fmt: skip
NAMES = st.lists(st.sampled_from(["phenomenonTime", "result", "resultQuality", "id"]), min_size=1, max_size=4)


@given(st.lists(ENTITY | PART, min_size=1, max_size=8))
def test_every_observation_is_accounted_for(entities: list[Any]) -> None:
    silent = sum(len(one) - 1 for one in entities if isinstance(one, list))
    assert counted(said({"value": [*entities, seen()]})) == len(entities) + 1 + silent


@given(NAMES, st.lists(st.lists(PART, max_size=4) | PART, min_size=1, max_size=8))
def test_every_row_of_a_data_array_is_accounted_for(names: list[str], rows: list[Any]) -> None:
    group = {"Datastream@iot.navigationLink": "Datastreams(12)", "components": names, "dataArray": rows}
    assert counted(said({"value": [group]})) == len(rows)
