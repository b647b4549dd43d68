"""Reading messages on one core, from bytes to readings: a row a format. By itself: `python -m benchmarks.decode`.

Seconds are those of the processor, so that what else the machine does counts for nothing. The floor is parting the same
bytes into their groups or cells and nothing more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from statistics import median
from time import process_time

from benchmarks.bars import Result, Run, at_least, show
from ingest.decode import DECODERS
from ingest.reading import Reading, Said
from record.network.source import Source, Trigger

_RECEIVED = datetime(2026, 5, 6, 5, tzinfo=UTC)
_TIMES = 15
_POSTS = 1_000


@dataclass(frozen=True, kw_only=True)
class Row:
    """A message of `format` that holds `count` of `what`, of which the record wants `bar` read a second.

    `readings` is how many it must come to at the least, `part` how its floor parts it.
    """

    format: str
    what: str
    bar: float
    count: int
    readings: int
    body: bytes
    part: Callable[[bytes], object]


def measure() -> list[Result]:
    """Every row, against its bar."""
    return [_measured(make(Random(15))) for make in ROWS]


def _measured(row: Row) -> Result:
    source = Source(
        id="bench", party="kg", kind="folder", place="inbox/bench", format=row.format, media="text/plain",
        trigger=Trigger(every=60), zone="Asia/Bishkek",
    )  # fmt: skip

    def read() -> list[Said]:
        return DECODERS[row.format](row.body, _RECEIVED, source)

    found = sum(isinstance(said, Reading) for said in read())
    if found < row.readings:
        raise SystemExit(f"{row.format}: {found} readings where {row.readings} are in the message at the least")
    ours, floor = (row.count / median(_spent(run) for _ in range(_TIMES)) for run in (read, lambda: row.part(row.body)))
    name = f"{row.format}: {row.what} decoded, {found / row.count:.1f} readings each"
    return at_least(name, ours, f"{row.what}/s", row.bar, floor)


def _spent(run: Run) -> float:
    began = process_time()
    run()
    return process_time() - began


def telegrams(chance: Random) -> Row:
    """A morning's bulletin of KN-15: posts with ice and rain, past days, means, reservoirs, a few that are silent."""
    said = [_telegram(15_000 + number, chance) for number in range(_POSTS)]
    body = "\r\r\n".join(["SRKG31 UCFM 060430", "HHZZ", *said, "NNNN", "\x03"]).encode("ascii")
    return Row(
        format="kn15",
        what="telegrams",
        bar=5_000,
        count=_POSTS,
        readings=4 * _POSTS,
        body=body,
        part=lambda raw: [piece.split() for piece in raw.decode("ascii").split("=")],
    )


def _telegram(post: int, chance: Random) -> str:
    if chance.random() < 0.04:
        return f"{post} 06081 NIL="
    parts = [_term(chance)]
    if chance.random() < 0.3:
        parts.append(f"93301 4{_flow(chance)}")
    if chance.random() < 0.1:
        parts.append(f"92205 {_term(chance)}")
    if chance.random() < 0.1:
        parts.append(
            f"94406 1{_level(chance)} 7{_flow(chance)} 95506 1{_flow(chance)} 4{_flow(chance)} 7{_flow(chance)}"
        )
    if chance.random() < 0.02:
        parts.append("2O071")  # a letter where a figure belongs
    # The communication centre breaks lines after some ten groups.
    groups = [f"{post}", f"0608{2 if len(parts) > 1 else 1}", *" ".join(parts).split()]
    lines = [" ".join(groups[at : at + 10]) for at in range(0, len(groups), 10)]
    return "\r\r\n".join(lines) + "="


def _term(chance: Random) -> str:
    water = f"{chance.randrange(0, 99):02}//" if chance.random() < 0.8 else f"{chance.randrange(10, 25)}99"
    ice = f"5{chance.choice((12, 16, 39))}{chance.randrange(1, 11):02} " if chance.random() < 0.2 else ""
    return (
        f"1{_level(chance)} 2{chance.randrange(0, 30):03}{chance.choice('12')} 3{_level(chance)} 4{water} {ice}60000"
        f" 8{_flow(chance)} 0{chance.choice((0, 0, 3, 12, 994)):03}{chance.randrange(5)}"
    )


def _level(chance: Random) -> str:
    return f"{chance.randrange(40, 600):04}"


def _flow(chance: Random) -> str:
    return f"{chance.randrange(0, 4)}{chance.randrange(100, 1000)}"


ROWS: tuple[Callable[[Random], Row], ...] = (telegrams,)
"""What makes each row; its message is the same in every run."""


if __name__ == "__main__":
    show(measure())
