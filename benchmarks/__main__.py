"""`make bench`: prints what was measured beside its floor and its bar, and writes it to `benchmarks/results.json`.

`SCALE` multiplies the years of the load, the number of commits and of questions; 1 unless told otherwise. Making the
load of scale 1 takes a quarter of an hour and 12 GB in `data/`, and the next run finds it there.
"""

import os
import shutil
from pathlib import Path

from benchmarks import (
    accounts,
    bars,
    commits,
    decode,
    decode_csv,
    derive,
    figures,
    hydrographs,
    memory,
    pages,
    proof,
    quality,
    questions,
    reports,
    sealing,
)
from benchmarks.load import open_load
from benchmarks.served import measure as served

HERE = Path(__file__).parent


def main() -> None:
    """Run every benchmark and show the table."""
    scale = float(os.environ.get("SCALE", "1"))
    data = Path(os.environ.get("ARNA_DATA", "data"))
    fresh, kept = data / "bench-fresh", data / f"bench-{scale:g}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    results = decode.measure()
    results += commits.measure(fresh, max(300, int(10_000 * scale)))
    results += decode_csv.measure(scale)
    results += figures.measure(fresh / "figures")
    results += derive.measure()
    results += quality.measure(fresh / "quality")
    results += sealing.measure(fresh / "seal")
    results += proof.measure(fresh / "proof", scale)
    results += accounts.measure(fresh / "accounts")
    results += reports.measure(fresh / "reports")
    results += pages.measure(fresh / "pages")
    load = open_load(kept, scale)
    results += questions.measure(load)
    load.record.engine.dispose()
    results += memory.measure(kept, scale, max(200, int(10_000 * scale)))
    shutil.rmtree(fresh)
    results += served.measure(data)
    results += hydrographs.measure(data)
    bars.show(results)
    bars.write(results, HERE / "results.json")


if __name__ == "__main__":
    main()
