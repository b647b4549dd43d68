"""CoverageJSON: whose values they are, when they hold, how arrays lie over axes, and that no value is lost."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from math import prod
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import coveragejson
from ingest.decode.coveragejson import FLAG, axes
from ingest.reading import Reading, Said, Unreadable
from record import quantities
from tests.ingest.declared import RECEIVED, counted, reasons, source, values

ENCODED = Path(__file__).parent.parent / "golden" / "encode"
FLOW: Mapping[str, object] = {"name": "Q", "series": "discharge.hourly", "unit": "m3/s"}
T1, T2 = "2026-03-02T02:00:00Z", "2026-03-02T03:00:00Z"
QARTOD = {"1": "good", "2": "unknown", "3": "suspect", "4": "bad", "9": "missing"}


def said(message: object, *channels: Mapping[str, object], **changes: object) -> list[Said]:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    declared = source("inbox/edr", format="coveragejson", table=None, channels=channels or (FLOW,), **changes)
    return coveragejson.decode(body, RECEIVED, declared)


def array(held: object, *shape: int, names: str = "t") -> dict[str, object]:
    return {
        "type": "NdArray",
        "dataType": "float",
        "axisNames": list(names)[: len(shape)],
        "shape": shape,
        "values": held,
    }


def coverage(ranges: object, axes: Mapping[str, object] | None = None, **more: object) -> dict[str, object]:
    """A coverage at two hours, or over other axes."""
    times = {"t": {"values": [T1, T2]}}
    return {
        "type": "Coverage",
        "id": "15194",
        "domain": {"type": "Domain", "axes": axes or times},
        "ranges": ranges,
        **more,
    }


def told(found: list[Said]) -> list[tuple[str, str, Decimal | None]]:
    return [(one.station, one.quantity, one.value) for one in found if isinstance(one, Reading)]


def test_our_own_answers_say_what_was_asked() -> None:
    body = (ENCODED / "one.covjson.json").read_bytes()
    channels = [{"name": name, "series": f"{name}.term"} for name in ("inflow", "storage")]
    found = said(body, *channels, quality=QARTOD)
    assert told(found) == [
        ("kirov:kg", "inflow", Decimal("21.75")),
        ("kirov:kg", "inflow", None),
        ("kirov:kg", "storage", Decimal("445.6")),
    ]
    assert [one.unit for one in found if isinstance(one, Reading)] == ["m3/s", "m3/s", "hm3"]
    assert [len(one.doubts) for one in found if isinstance(one, Reading)] == [0, 0, 1]
    assert reasons(found) == []


def test_what_we_call_flags_and_entries_is_what_our_encoder_writes() -> None:
    assert (FLAG, coveragejson.ENTRY) == (quantities.FLAG, quantities.ENTRY)


@pytest.mark.parametrize(("nature", "simulated", "taken"), [
    ("real", False, True), ("example", False, True), ("simulated", False, False), ("simulated", True, True),
    ("real", True, False),
])  # fmt: skip
def test_what_is_simulated_is_taken_by_a_source_that_says_so_alone(nature: str, simulated: bool, taken: bool) -> None:
    root = json.loads((ENCODED / "several.covjson.json").read_bytes())
    for one in root["coverages"]:
        one["arna:nature"] = nature
    channels = [{"name": name, "series": f"{name}.term"} for name in ("inflow", "storage", "discharge", "level")]
    found = said(root, *channels, quality=QARTOD, simulated=simulated)
    assert bool(told(found)) == taken
    assert [reason for _, reason in reasons(found) if "its nature is" in reason] == [
        f"its nature is {nature!r}, and source tables-kg is not declared so"
    ] * (0 if taken else len(root["coverages"]))


def test_an_entry_beside_a_null_is_a_missing_value_and_none_says_nothing() -> None:
    ranges = {"Q": array([None, None], 2), "Q_entry": array([7, None], 2)}
    (one,) = said({**coverage(ranges), "arna:nature": "real"})
    assert isinstance(one, Reading)
    assert (one.value, one.where) == (None, "message, 'Q', '2026-03-02T02:00:00Z', entry 7")


def test_entries_of_another_service_are_a_parameter_like_any() -> None:
    found = said(coverage({"Q": array([1, 2], 2), "Q_entry": array([7, 8], 2)}))
    assert values(found) == [Decimal(1), Decimal(2)]
    assert "no channel 'Q_entry'" in reasons(found)[0][1]


def test_flags_mean_what_the_source_declares() -> None:
    found = said(coverage({"Q": array([1, 2], 2), "Q_flag": array([4, 5], 2)}), quality=QARTOD)
    marks = [(one.bad, one.doubts) for one in found if isinstance(one, Reading)]
    assert marks == [(True, ()), (False, ("quality code '5' is not declared",))]


@pytest.mark.parametrize(
    "flags", [array([1], 1), "https://edr.example/flags", array([1, 1], 2, names="x"), {"values": 5}]
)
def test_values_whose_flags_cannot_be_read_are_refused(flags: object) -> None:
    ((_, reason),) = reasons(said(coverage({"Q": array([1, 2], 2), "Q_flag": flags}), quality=QARTOD))
    assert reason.startswith("'Q_flag', which tells of it, ")
    assert reason.endswith("(2 values)")


def test_flags_laid_out_in_another_way_are_not_taken_for_those_of_other_values() -> None:
    over = {"t": {"values": [T1, T2]}, "z": {"values": [1, 2]}}
    ranges = {"Q": array([1, 2, 3, 4], 2, 2, names="tz"), "Q_flag": array([1, 1, 4, 1], 2, 2, names="zt")}
    ((_, reason),) = reasons(said(coverage(ranges, over), {**FLOW, "name": "Q@1"}, quality=QARTOD))
    assert "is laid out in another way" in reason


def test_the_station_is_the_id_a_member_or_the_channels_own() -> None:
    one: Mapping[str, object] = {"t": {"values": [T1]}}
    held = coverage({"Q": array([1], 1)}, one)
    bare = {key: value for key, value in held.items() if key != "id"}
    own = {**FLOW, "station": "15261"}
    assert told(said(held))[0][0] == "15194"
    assert told(said({**bare, "metocean:wigosId": "0-398-1-7"}))[0][0] == "0-398-1-7"
    assert told(said({**bare, "eumetnet:locationId": "0-398-1-7"}))[0][0] == "0-398-1-7"
    assert told(said({**held, "x:stationId": "15261"}, FLOW, own))[0][0] == "15261"
    assert told(said({**bare, "dct:license": "CC-BY-4.0"}, own))[0][0] == "15261"
    assert "neither the message nor channel" in reasons(said(bare))[0][1]


def test_a_coverage_of_another_station_is_not_taken_for_the_declared_one() -> None:
    found = said(coverage({"Q": array([1, 2], 2)}), {**FLOW, "station": "15261"})
    assert told(found) == []
    ((_, reason),) = reasons(found)
    assert "no channel '15194/Q'" in reason
    assert reason.endswith("(2 values)")


def test_a_coverage_without_a_station_is_of_no_channel_where_several_stations_have_one() -> None:
    held = {key: value for key, value in coverage({"Q": array([1, 2], 2)}).items() if key != "id"}
    found = said(held, {**FLOW, "station": "15261"}, {**FLOW, "station": "15194"})
    assert told(found) == []
    assert "no station is named" in reasons(found)[0][1]


def test_a_channel_may_be_called_by_coverage_and_parameter() -> None:
    found = said(coverage({"Q": array([1, 2], 2)}), FLOW, {**FLOW, "name": "15194/Q", "station": "kirov"})
    assert [station for station, _, _ in told(found)] == ["kirov", "kirov"]


@pytest.mark.parametrize(
    ("unit", "wanted"),
    [
        ({"symbol": "l/s"}, "l/s"),
        ({"symbol": {"value": "l/s", "type": "http://www.opengis.net/def/uom/UCUM/"}}, "l/s"),
        ({"label": {"en": "litres"}}, "m3/s"),
        ({"symbol": "", "label": {"en": "litres"}}, "m3/s"),
        (None, "m3/s"),
        ("l/s", "m3/s"),
    ],
)
def test_the_symbol_of_the_parameter_is_the_unit(unit: object, wanted: str) -> None:
    held = coverage({"Q": array([1, 2], 2)}, parameters={"Q": {"unit": unit}})
    assert {one.unit for one in said(held) if isinstance(one, Reading)} == {wanted}


def test_a_label_is_the_unit_where_nothing_else_tells_one() -> None:
    bare = {"name": "Q", "series": "discharge.hourly"}
    for label, unit in [({"en": "m3/s", "ru": "м3/с"}, "m3/s"), ({"ru": "м3/с"}, "м3/с"), ("m3/s", "m3/s")]:
        found = said(coverage({"Q": array([1, 2], 2)}, parameters={"Q": {"unit": {"label": label}}}), bare)
        assert {one.unit for one in found if isinstance(one, Reading)} == {unit}
    assert "names a unit" in reasons(said(coverage({"Q": array([1, 2], 2)}), bare))[0][1]


def test_the_last_axis_of_an_array_runs_fastest() -> None:
    over = {"t": {"values": [T1, T2]}, "z": {"values": [0.5, 1]}, "x": {"values": [74]}}
    series = {"Q@0.5": "inflow.hourly", "Q@1": "release.hourly"}
    channels = [{**FLOW, "name": name, "series": one} for name, one in series.items()]
    for held in (array([1, 2, 3, 4], 2, 2, names="tz"), array([1, 3, 2, 4], 2, 1, 2, names="zxt")):
        found = [
            (one.quantity, one.time.hour, one.value)
            for one in said(coverage({"Q": held}, over), *channels)
            if isinstance(one, Reading)
        ]
        assert sorted(found) == [
            ("inflow", 2, Decimal(1)),
            ("inflow", 3, Decimal(3)),
            ("release", 2, Decimal(2)),
            ("release", 3, Decimal(4)),
        ]


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (array([1], 2), "1 values where its shape has 2"),
        (array([1, 2, 3], 3), "has another length than that of the domain"),
        (array([1, 2], 2, names="y"), "has another length than that of the domain"),
        (array([1, 2], 2, 1, names="t"), "do not fit"),
        (array([1, 2], 2, 2, names="tt"), "one name twice"),
        (array([1], 1, names="x"), "has another length"),
        (array([1, 2], -2), "holds what is no length"),
        ({"values": [1]}, "does not say where it lies along axis 't'"),
        ({"values": [1, 2], "axisNames": ["t"], "shape": [True]}, "holds what is no length"),
        ({"values": [1, 2], "axisNames": [["t"]], "shape": [2]}, "have no names"),
        ({"values": {"a": 1}}, "no array with values"),
        ({"type": "TiledNdArray", "tileSets": []}, "behind links"),
        ("https://edr.example/ranges/Q", "behind links"),
        (None, "no array with values"),
    ],
)  # fmt: skip
def test_an_array_that_does_not_fit_is_refused_whole(held: object, words: str) -> None:
    ((where, reason),) = reasons(said(coverage({"Q": held})))
    assert where == "message, 'Q'"
    assert words in reason


def test_a_shape_beyond_all_measure_is_refused_before_it_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(axes, "MAX_SIZE", 3)
    over = {"t": {"values": [T1, T2]}, "z": {"values": [1, 2]}}
    assert "an array of 4 values: at most 3" in reasons(said(coverage({"Q": array([1], 2, 2, names="tz")}, over)))[0][1]
    many = {"t": {"values": [T1] * 4}}
    assert "4 times: at most 3" in reasons(said(coverage({"Q": array([1] * 4, 4)}, many)))[0][1]


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"x": {"values": [1, 2]}, "t": {"values": [T1]}}, "2 places along axis 'x'"),
        ({"x": {"start": 1, "stop": 2, "num": 10**12}, "t": {"values": [T1]}}, "places along axis 'x'"),
        (
            {"composite": {"dataType": "tuple", "coordinates": ["t", "x"], "values": [[T1, 1], [T2, 2]]}},
            "2 places along",
        ),
        ({"z": {"start": 1, "stop": 2, "num": 3}, "t": {"values": [T1]}}, "does not list its 3 values"),
        ({"t": {"start": 0, "stop": 5, "num": 2}}, "does not list its 2 values"),
        ({"t": {"start": 0, "stop": 5, "num": 1}}, "no axis 't' with times"),
        ({"x": {"values": [1]}}, "no axis 't' with times"),
        ({"x": 5, "t": {"values": [T1]}}, "has neither values nor"),
        ({"x": {"num": True}, "t": {"values": [T1]}}, "has neither values nor"),
        ({"t": {"values": [T1], "bounds": [T1]}}, "1 bounds where 1 times need two each"),
    ],
)
def test_axes_that_make_no_series_of_one_place_are_refused(over: Mapping[str, object], words: str) -> None:
    ((where, reason),) = reasons(said(coverage({"Q": array([1], 1)}, over)))
    assert where == "message"
    assert words in reason


def test_bounds_tell_the_period_of_a_mean() -> None:
    over = {"t": {"values": ["2026-03-02T06:00:00Z"], "bounds": ["2026-03-01T18:00:00Z", "2026-03-02T18:00:00Z"]}}
    for stamped in ("start", "end"):
        channel = {**FLOW, "series": "discharge.daily", "stamped": stamped}
        (one,) = said(coverage({"Q": array([1], 1)}, over), channel)
        assert isinstance(one, Reading)
        assert (one.time, one.doubts) == (datetime(2026, 3, 1, 18, tzinfo=UTC), ())


def test_a_time_that_cannot_be_read_refuses_its_value_alone() -> None:
    found = said(coverage({"Q": array([1, 2], 2)}, {"t": {"values": ["2026-02-30", T2]}}))
    assert values(found) == [Decimal(2)]
    assert [reason for _, reason in reasons(found)] == ["'2026-02-30' is in no calendar"]


@pytest.mark.parametrize(
    "message",
    [
        b"", {}, [], {"type": "Domain"}, {"type": "CoverageCollection"}, {"type": "Coverage"}, {"type": ["Coverage"]},
        {"type": "CoverageCollection", "coverages": []}, coverage({}), coverage([1]), {"code": 400},
        coverage({"Q": array([], 0)}, {"t": {"values": []}}),
    ],
)  # fmt: skip
def test_a_message_without_a_value_is_refused_once(message: object) -> None:
    assert len(reasons(said(message))) == 1


PART: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.integers(-9, 9), st.text(max_size=3), st.sampled_from(["NaN", "1.5", T1]), st.just([]), st.just({})
)
TIME = st.sampled_from([T1, T2, "2026-03-02T08:00", "2026-02-30", "", None, 5])


@st.composite
def coverages(draw: st.DrawFn) -> tuple[dict[str, object], int]:
    """A coverage, damaged here or there, and how many values it has."""
    sizes = {"t": draw(st.integers(1, 3)), "z": draw(st.integers(1, 2)), "x": 1}
    names = draw(st.permutations(["t", "z", "x"]))
    count = prod(sizes.values())
    over: dict[str, Any] = {name: {"values": [draw(PART) for _ in range(sizes[name])]} for name in ("z", "x")}
    over["t"] = {"values": [draw(TIME) for _ in range(sizes["t"])]}
    ranges: dict[str, object] = {}
    for key in draw(st.lists(st.sampled_from(["Q", "H", "T_flag", "Q@1"]), min_size=1, max_size=3, unique=True)):
        held = {"type": "NdArray", "axisNames": names, "shape": [sizes[name] for name in names]}
        held["values"] = [draw(PART) for _ in range(count)]
        held |= draw(st.dictionaries(st.sampled_from(["shape", "axisNames", "type"]), PART, max_size=1))
        ranges[key] = held
    return coverage(ranges, over, parameters=draw(PART), id=draw(PART)), count * len(ranges)


@given(st.lists(coverages(), min_size=1, max_size=2))
def test_every_value_is_accounted_for(made: list[tuple[dict[str, object], int]]) -> None:
    channels = [FLOW, {**FLOW, "name": "Q@1"}, {**FLOW, "name": "H", "station": "15261"}]
    found = said({"type": "CoverageCollection", "coverages": [one for one, _ in made]}, *channels)
    assert all(isinstance(one, Reading | Unreadable) for one in found)
    assert counted(found) == sum(count for _, count in made)
