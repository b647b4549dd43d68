"""What a ministry holds that checks a record for itself: a report, a segment, a table, their proofs and the policy."""

import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

from record.archive import Archive, Log
from record.entry import Flag
from record.proof import note
from record.seal import seal
from record.selection import Selection
from tests.answers import written
from tests.arna.printed import issue
from tests.example import KIROV, START, say, seen
from tests.keys import WITNESSES
from tests.record.founded import found

SIGNED = START + timedelta(days=800)


def now() -> datetime:
    return SIGNED + timedelta(hours=1)


class Ministry:
    """What a ministry holds: files with their proofs and the policy, as the record gave them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        (folder / "main").mkdir()
        record, pen = found(folder / "main")
        for day in range(3):
            flag = Flag.SUSPECT if day == 1 else Flag.GOOD
            say(pen, f"day {day}", [seen(KIROV, day, f"{day}.50", flag)], hours=24 * day)
        say(pen, "day 3", [seen(KIROV, 3, None)], hours=72)
        answer = Archive(record).answer(Selection(series=(KIROV,), start=START, end=START + timedelta(days=9)))
        (folder / "table.csv").write_bytes(written("csv", answer))
        issued = issue(record, pen, folder, date(2026, 5, 1), lambda: SIGNED)
        self.report = folder / "report.html"
        self.report.write_bytes(issued.path("html", "kk").read_bytes())
        (sealed,) = seal(record, pen, lambda: SIGNED, lambda: None)
        assert sealed.piece is not None
        (folder / "segment.nc").write_bytes(record.segments.store.fetch(sealed.piece.sha256).read_bytes())
        self.log = Log(record)
        signed = pen.checkpoint(SIGNED)
        self.size = int(signed.split(b"\n")[1])
        for party, late in (("kg", 0), ("kz", 5)):
            time = int(SIGNED.timestamp()) + late * 60
            pen.cosign(
                self.size, note.cosigned(signed, WITNESSES[party], time).line.encode(), SIGNED + timedelta(minutes=late)
            )
        assert self.log.policy is not None
        (folder / "policy").write_text(str(self.log.policy_text()), encoding="utf-8")
        for name, entry in (
            ("report", issued.entry),
            ("segment", self.log.sealing(sealed.piece.sha256)),
            ("reading", 5),
        ):
            (folder / f"{name}.tlog-proof").write_bytes(self.log.proof(entry).encode())
        with zipfile.ZipFile(folder / "proofs.zip", "w") as packed:
            for entry in range(4, 8):
                packed.writestr(f"entry-{entry}.tlog-proof", self.log.proof(entry).encode())
