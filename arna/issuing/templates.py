"""Workbooks of ministries: each is filled with the figures of its edition and issued with the other copies.

A template is called `<edition>.<party>.<language>.xlsx`. One that cannot be filled is a line in the log and a warning,
and stops nothing.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

from arna.issuing.office import Office
from arna.issuing.press import BROKE
from record.archive.issued import IssuedReport
from record.errors import ArnaError, ConfigError
from record.health import REPORTS, failed, forget, went_well
from record.network import Network
from service.language import LANGUAGES
from service.reports import MEDIA
from service.reports.editions import BOTH, EDITIONS
from service.reports.report import Report, Seal

log = logging.getLogger("arna.issuing")

SUFFIX = ".xlsx"
_MOST_BYTES = 20_000_000
_OF = f"{REPORTS}template "
_FOLDER = f"{REPORTS}templates"


def filled(office: Office, report: Report, seal: Seal, begun: IssuedReport) -> Iterator[tuple[str, str, bytes]]:
    """Name, media type and bytes of each template of this edition, filled."""
    engine = office.record.engine
    for path in _listed(office):
        of = f"{_OF}{path.name}"
        try:
            edition, party, language = _named(path.name, office.record.network)
            if edition != begun.kind:
                continue
            if path.stat().st_size > _MOST_BYTES:
                raise ConfigError(f"is longer than {_MOST_BYTES} bytes: take pictures out of it")
            body = office.press.fill(path.read_bytes(), office.press.paper(report, language, seal))
            went_well(engine, of, office.now())
        except (ArnaError, *BROKE) as fault:
            said = f"template {path.name} cannot be filled: {' '.join(str(fault).split())}"
            log.warning("%s", said)
            failed(engine, of, office.now(), said)
            continue
        yield f"{begun.kind}-{begun.day}.r{begun.revision}.{party}.{language}{SUFFIX}", MEDIA[SUFFIX[1:]], body


def _listed(office: Office) -> list[Path]:
    """The templates; none where their folder cannot be read. Of one that is there no more nothing is amiss."""
    folder, engine = office.templates, office.record.engine
    try:
        found = [] if folder is None else sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIX))
    except (FileNotFoundError, NotADirectoryError):
        found = []
    except OSError as fault:
        said = f"the folder of templates cannot be read ({fault.strerror}): no workbook of a ministry is filled"
        log.warning("%s; look at %s", said, folder)
        failed(engine, _FOLDER, office.now(), said)
        return []
    went_well(engine, _FOLDER, office.now())
    # What a spreadsheet program lays beside a file that is open in it is none.
    found = [path for path in found if not path.name.startswith((".", "~"))]
    forget(engine, _OF, {f"{_OF}{path.name}" for path in found})
    return found


def _named(name: str, network: Network) -> tuple[str, str, str]:
    """Edition, party and language of a template. Raises `ConfigError`."""
    parts = name.removesuffix(SUFFIX).split(".")
    known = (tuple(EDITIONS), tuple(network.parties), (*LANGUAGES, BOTH))
    if len(parts) != len(known) or any(part not in names for part, names in zip(parts, known, strict=True)):
        raise ConfigError(
            f"its name must be edition.party.language{SUFFIX}: one of {', '.join(known[0])}; "
            f"{', '.join(known[1])}; {', '.join(known[2])}"
        )
    edition, party, language = parts
    return edition, party, language
