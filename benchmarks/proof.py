"""Proof: one out of a million entries, checking it, a mirror that catches up, and what signing adds to a commit."""

import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from unittest import mock

import numpy as np
import uvicorn
from sqlalchemy import insert

from benchmarks.bars import Result, at_least, at_most, timed
from benchmarks.load import COMMIT
from benchmarks.parties import found
from benchmarks.world import Gauges, after, months, receipt
from ingest.mirror import follow
from ingest.peer import Peer
from record import journal, tables
from record import leaf as leaves
from record.archive import Archive, Log, Record
from record.mirror import open_mirror
from record.proof import note, policy, tree
from record.verify import LANGUAGES, read_policy, verify
from service.app import create_app
from service.settings import Settings

ENTRIES = 1_000_000
_STEP = 50_000


def measure(folder: Path, scale: float) -> list[Result]:
    """All of it, in folders of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    many = max(10_000, int(ENTRIES * scale))
    return [*_proofs(folder / "proofs", many), *_mirror(folder / "mirror", scale), *_signing(folder / "signing")]


def _proofs(folder: Path, many: int) -> list[Result]:
    """A proof of a reading among so many entries, and checking it offline."""
    parties = found(folder, gauges=10)
    _fill(parties.record, many)
    gauges = Gauges.of(parties.record.network, "chu-hourly")
    hour = months(1)[0][0]
    said = gauges.moment(np.arange(10), hour)
    parties.pen.append(receipt("last", said, after(hour)), said, [], after(hour))
    parties.cosign()
    archive, log = Archive(parties.record), Log(parties.record)

    def take() -> bytes:
        entry = archive.history(gauges.series[3], datetime.fromtimestamp(hour, UTC))[-1].entry
        return log.proof(entry).encode()

    files, read = {"it.tlog-proof": take()}, read_policy(policy.write(parties.policy))

    def check() -> None:
        if not verify(files, read, LANGUAGES["en"], parties.now()).shown:
            raise SystemExit("the proof does not hold")

    taken = median(timed(take) for _ in range(200))
    checked = median(timed(check) for _ in range(200))
    with mock.patch.dict("sys.modules", {"cryptography.hazmat.primitives.asymmetric.ed25519": None}):
        plain = median(timed(check) for _ in range(20))
    size = journal_size(parties.record)
    parties.record.engine.dispose()
    return [
        at_most(f"proof of a reading among {size:,} entries", taken, "ms", 2),
        at_most("checking it offline, three signatures", checked, "ms", 2),
        at_most("checking it by plain Python alone", plain, "ms", None),
    ]


def _fill(record: Record, many: int) -> None:
    """Entries of some hundred bytes, straight into the tables: it is their number that counts here."""
    nodes: dict[tuple[int, int], bytes] = {}
    with record.engine.begin() as connection:
        for entry in journal.entries(connection):
            fresh = tree.grown(entry.index, entry.hash, lambda *at: nodes[at])
            nodes.update({(level, place): digest for level, place, digest in fresh})
        begin = journal.size(connection)
        for first in range(begin, many, _STEP):
            rows, fresh_nodes = [], []
            for index in range(first, min(first + _STEP, many)):
                raw = f"arna/filler/v1 {index}".encode() * 10
                digest = tree.leaf_hash(raw)
                fresh = tree.grown(index, digest, lambda *at: nodes[at])
                nodes.update({(level, place): top for level, place, top in fresh})
                fresh_nodes += [{"level": level, "idx": place, "hash": top} for level, place, top in fresh]
                rows.append(
                    {"idx": index, "kind": "filler", "source": "filler", "seq": index, "entered": 0, "leaf": raw}
                    | {"hash": digest}
                )
            connection.execute(insert(tables.entry), rows)
            connection.execute(insert(tables.node), fresh_nodes)


def _mirror(folder: Path, scale: float) -> list[Result]:
    """A mirror that copies, over HTTP from another process: a back-fill, then commits as they come every hour."""
    parties = found(folder / "main", gauges=COMMIT)
    gauges = Gauges.of(parties.record.network, "chu-hourly")
    spans = months(max(1, round(3 * min(scale, 1))))
    for span in spans:
        times = np.arange(*span, gauges.step)
        for first in range(0, len(gauges.series), 10):
            said = gauges.span(np.arange(first, first + 10), times)
            parties.pen.append(receipt(f"{first}-{span[0]}", said, after(span[1])), said, [], after(span[1]))
    parties.cosign()
    (folder / "copy").mkdir()
    copy = open_mirror(
        f"sqlite:///{folder / 'copy' / 'record.sqlite'}",
        segments=str(folder / "copy" / "segments"),
        data=folder / "copy",
        origin=parties.record.network.origin,
    )
    with _served(folder / "main") as url, Peer(url) as peer:
        began = time.perf_counter()
        backfilled = follow(peer, copy, parties.policy, parties.now).readings / (time.perf_counter() - began)
        hour = spans[-1][1]
        for number in range(max(50, int(200 * scale))):
            rows = np.arange(number * COMMIT, (number + 1) * COMMIT)
            said = gauges.moment(np.unique(rows % len(gauges.series)), hour + number * gauges.step)
            parties.pen.append(receipt(f"h{number}", said, after(hour)), said, [], parties.now())
        parties.cosign()
        began = time.perf_counter()
        hourly = follow(peer, copy, parties.policy, parties.now).readings / (time.perf_counter() - began)
    same = copy.root(copy.size) == _root(parties.record)
    if not same:
        raise SystemExit("the mirror does not hold what the main node holds")
    parties.record.engine.dispose()
    copy.engine.dispose()
    return [
        at_least("mirror catches up on a back-fill (entries of 1,000)", backfilled, "readings/s", 50_000),
        at_least("mirror catches up on messages of 400 readings", hourly, "readings/s", 50_000),
    ]


def _signing(folder: Path) -> list[Result]:
    """What signing an entry of 400 readings, hashing it and growing the tree take of a commit."""
    parties = found(folder, gauges=400)
    gauges = Gauges.of(parties.record.network, "chu-hourly")
    hour = months(1)[0][0]
    said = gauges.moment(np.arange(400), hour)
    done = parties.pen.append(receipt("one", said, after(hour)), said, [], after(hour))
    with parties.record.engine.begin() as connection:
        entry = journal.entry_at(connection, done.entries[0])
        text = note.parse(entry.raw).text

        def sign_and_hash() -> None:
            raw = note.sign(text, [parties.gateway])
            fresh = tree.grown(entry.index, tree.leaf_hash(raw), lambda *at: journal.stored_node(connection, *at))
            rows = [{"level": 40 + level, "idx": place, "hash": top} for level, place, top in fresh]
            connection.execute(insert(tables.node), rows)
            connection.execute(tables.node.delete().where(tables.node.c.level >= 40))

        spent = median(timed(sign_and_hash) for _ in range(300))
        written = median(timed(lambda: leaves.encode(entry.leaf, parties.gateway)) for _ in range(100))
    parties.record.engine.dispose()
    return [
        at_most("signing and hashing in a commit of 400 readings", spent, "ms", 2),
        at_most("the same with reading and writing its canonical JSON", written, "ms", None),
    ]


def journal_size(record: Record) -> int:
    """How many entries the journal holds."""
    with record.engine.begin() as connection:
        return journal.size(connection)


def _root(record: Record) -> bytes:
    with record.engine.begin() as connection:
        return journal.root(connection, journal.size(connection))


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The main node in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(folder, port), daemon=True)
    process.start()
    _wait_for(port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join()


def _serve(folder: Path, port: int) -> None:
    app = create_app(Settings(config=folder / "config", data=folder))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


def _wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the main node did not begin to serve")
