"""Our service over the load, as `arna serve` runs it with one worker."""

import sys
from datetime import timedelta
from pathlib import Path

from arna.serving import serve_app
from benchmarks.served.load import Served, opened
from benchmarks.world import after
from service import renewal
from service.app import create_app
from service.settings import Settings


def main(folder: Path, port: int) -> None:
    """Serve until stopped; the clock stands a day after the last reading."""
    now = after(Served(folder).spans[-1][1]) + timedelta(days=1)
    app = create_app(Settings(config=Path("config"), data=folder / "own"), now=lambda: now)
    renewal.install(app, lambda: opened(folder))
    serve_app(app, "127.0.0.1", port)


if __name__ == "__main__":
    Path(sys.argv[1], "own").mkdir(exist_ok=True)
    main(Path(sys.argv[1]), int(sys.argv[2]))
