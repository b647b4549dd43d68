"""SensorThings: the newest reading of every series, which is what dashboards ask for every minute."""

from typing import Any

import httpx2
import pytest

from record.archive import Archive
from service.sensorthings.document import Writer
from service.sensorthings.observations import Rows
from service.sensorthings.options import Options
from tests.service.world import World

NEWEST = "Observations($top=1;$orderby=phenomenonTime desc%s)"


def streams(world: World, client: httpx2.Client, expand: str, **more: str) -> list[dict[str, Any]]:
    """All Datastreams with what is expanded in them."""
    answer = client.get(f"{world.url}/sensorthings/v1.1/Datastreams", params={"$expand": expand, **more})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["value"]
    return found


def test_the_newest_reading_comes_with_every_series_at_once(
    served_world: World, forgetful: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = Archive(served_world.record).latest(list(served_world.network.series))

    def never(*_: object) -> None:
        raise AssertionError("a series was read by itself")

    monkeypatch.setattr(Archive, "answer", never)
    found = streams(served_world, forgetful, NEWEST % ";$select=result,id")
    assert len(found) == len(expected)
    for one in found:
        (newest,) = one["Observations"]
        assert newest == {"@iot.id": f"{one['@iot.id']}@{expected[one['@iot.id']].time:%Y-%m-%dT%H:%M:%SZ}",
            "result": expected[one["@iot.id"]].value}  # fmt: skip


def test_the_newest_readings_are_written_together_as_of_any_state(
    served_world: World, forgetful: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, written, rows = Archive(served_world.record), list[int](), Writer._rows

    def watched(writer: Writer, series: tuple[str, ...], some: Rows, options: Options) -> list[dict[str, Any]]:
        written.append(len(some))
        return rows(writer, series, some, options)

    monkeypatch.setattr(Writer, "_rows", watched)
    for count in (archive.size(), archive.size() - 1, 1):
        expected = archive.latest(list(served_world.network.series), count)
        found = streams(served_world, forgetful, NEWEST % "", **{"as-of": str(count)})
        assert written.pop() == len(expected)
        assert written == []
        assert {one["@iot.id"] for one in found if one["Observations"]} == expected.keys()
        for one in found:
            for newest in one["Observations"]:
                known = expected[one["@iot.id"]]
                assert newest["@iot.id"] == f"{one['@iot.id']}@{known.time:%Y-%m-%dT%H:%M:%SZ}"
                assert (newest["result"], newest["parameters"]["entry"]) == (known.value, known.entry)
    assert len(expected) < len(served_world.network.series)
