"""The record that tests of clients ask holds what its description says."""

import httpx2
import numpy as np

from record.archive import Archive
from record.archive.segment import manifest
from record.entry import Flag
from record.selection import Selection
from tests.service.world import BEGIN, END, HOURLY, SEALED_UNTIL, World, post


def test_it_holds_gaps_flags_corrections_and_a_sealed_month(served_world: World) -> None:
    archive = Archive(served_world.record)
    assert len(served_world.network.collection(HOURLY).series) == 18
    found = archive.select(Selection(series=(f"{post(0)}.discharge.hourly",)))
    flags = set(found.discharge_flag.values.ravel().tolist())
    assert flags == {Flag.GOOD, Flag.SUSPECT, Flag.BAD, Flag.MISSING}
    assert 0 < found.sizes["time"] < (END - BEGIN) // (found.time.values[1] - found.time.values[0]).astype(object)
    assert np.isnan(found.discharge.values).any()
    assert found.discharge.sel(time="2026-05-11T00:00:00").item() == 33.25
    with served_world.record.engine.begin() as connection:
        (sealed,) = manifest.everything(connection)
    assert sealed[0].last < SEALED_UNTIL.timestamp()


def test_it_answers(served_world: World) -> None:
    assert httpx2.get(f"{served_world.url}/collections/{HOURLY}").json()["id"] == HOURLY
