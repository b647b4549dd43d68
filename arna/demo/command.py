"""The main job from end to end: play a day, print what came in, issue the day's report, serve."""

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from rich.console import Console

from arna import house, serving
from arna.demo import table
from arna.demo.parties import POLICY
from arna.demo.run import issue_report, run_demo
from service.reports import last_complete_day
from service.reports.editions import BOTH
from service.settings import Settings

_WIDTH_OF_PIPES = 200


def run(*, once: bool, day: date | None, host: str, port: int, now: Callable[[], datetime]) -> None:
    """Run the demonstration in a folder of its own within the data folder; serve unless `once`."""
    found = Settings()
    settings = found.model_copy(update={"data": found.data / "demo"})
    network = house.open_network(settings)
    chosen = day or last_complete_day(network, now())
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH_OF_PIPES)
    console.print(f"Playing report day {chosen} in {settings.data}: two real series, and simulated messages.")
    result = run_demo(settings, day=chosen, now=now)
    table.show(result, network, console)
    issued = issue_report(settings, chosen, now)
    html, proof = (_relative(issued.folder / f"{issued.name}.{end}") for end in ("en.html", "tlog-proof"))
    both = _relative(issued.path("pdf", BOTH))
    console.print(f"Issued the report of {chosen} as entry {issued.figures}: {both}", highlight=False)
    console.print(f"All its {len(issued.files)} files lie in {_relative(issued.folder)}.", highlight=False)
    policy = _relative(settings.data / POLICY)
    console.print(f"Both demonstration witnesses signed. Check it: arna verify {html} {proof} --policy {policy}")
    if once:
        return
    address = f"http://{host}:{port}"
    console.print(f"Serving on {address} until you press Ctrl+C. The report:")
    for language in ("kk", "ky"):
        console.print(f"  {address}/reports/daily/{chosen}.pdf?lang={language}", highlight=False)
    serving.serve(settings.model_copy(update={"config": settings.data / "config"}), host, port, workers=1)


def _relative(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
