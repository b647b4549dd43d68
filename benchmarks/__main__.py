"""`make bench`: prints what was measured, its floor and their ratio, and writes them to `benchmarks/results.json`."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.record import measure
from record.network import load_network

HERE = Path(__file__).parent


def main() -> None:
    """Run every benchmark; `SCALE` multiplies the number of commits, 300 by default."""
    commits = max(10, int(300 * float(os.environ.get("SCALE", "1"))))
    with TemporaryDirectory() as folder:
        rows = measure(load_network(HERE.parent / "config"), Path(folder), commits)
    results = [
        {
            "name": name,
            "measured": round(ours, 3),
            "unit": "ms",
            "floor": round(floor, 3),
            "ratio": round(ours / floor, 1),
        }
        for name, ours, floor in rows
    ]
    (HERE / "results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    for row in results:
        print(f"{row['name']:<50} {row['measured']:>9} ms   floor {row['floor']:>8} ms   ratio {row['ratio']}")


if __name__ == "__main__":
    main()
