"""`python -m tests.operation STATIONS HOURS`: a day of that many stations at each office, and what came of it."""

import logging
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.ingest import ftp_server
from tests.operation.play import outcome, playing


def main(stations: int, hours: int) -> int:
    """Play it and tell what came of it; 1 where the record holds anything else than what was meant."""
    logging.disable(logging.ERROR)
    os.environ["WORD"] = ftp_server.PASSWORD
    begun = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        day = playing(stack, folder, stations=stations, hours=hours)
        day.play()
        end = outcome(day)
    sys.stdout.write(
        f"{hours} hours of {12 * stations} stations in {time.monotonic() - begun:.0f} s: {end.readings} readings,"
        f" {end.corrected} superseded, {end.refusals} refusals, {end.entries} entries; {len(end.faults)} faults\n"
    )
    sys.stdout.writelines(f"{fault}\n" for fault in end.faults[:40])
    return int(bool(end.faults))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
