"""Workbooks of ministries: each is filled with the figures of its edition and issued with the other copies.

A template is called `<edition>.<party>.<language>.xlsx`. One that cannot be filled is a line in the log and a warning,
and stops nothing; so is one that names what a report does not have.
"""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from arna.issuing.office import Office
from arna.issuing.press import BROKE
from record.archive.issued import IssuedReport
from record.errors import ArnaError, ConfigError
from record.health import REPORTS, failed, forget, went_well
from record.network import Network
from record.quantities import QUANTITIES
from service.language import LANGUAGES
from service.paper.paper import Paper
from service.paper.template import Filled, Place
from service.reports import MEDIA
from service.reports.editions import BOTH, EDITIONS
from service.reports.report import Report, Seal

log = logging.getLogger("arna.issuing")

SUFFIX = ".xlsx"
_WHOSE = {"share": "shares", "plan": "season_plans", "gate": "sites"}
"""How keys begin that are of no station, and what declares that of which they are."""
_MOST_NAMED = 10
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
            made = _filled(office, path, office.press.paper(report, language, seal))
        except (ArnaError, *BROKE) as fault:
            why = fault.strerror if isinstance(fault, OSError) else " ".join(str(fault).split())
            _warn(office, of, f"template {path.name} cannot be filled: {why}")
            continue
        if made.lacking:
            _warn(office, of, f"template {path.name} names what this report does not have: {_told(made.lacking)}")
        else:
            went_well(engine, of, office.now())
        yield f"{begun.kind}-{begun.day}.r{begun.revision}.{party}.{language}{SUFFIX}", MEDIA[SUFFIX[1:]], made.body


def _filled(office: Office, path: Path, paper: Paper) -> Filled:
    """A template filled. Raises `ArnaError` also where it names a station or a quantity that is not declared."""
    if path.stat().st_size > _MOST_BYTES:
        raise ConfigError(f"is longer than {_MOST_BYTES} bytes: take pictures out of it")
    made = office.press.fill(path.read_bytes(), paper)
    strange = [one for one in made.lacking if not _is_declared(one.tag, office.record.network)]
    if strange:
        raise ConfigError(f"it names what is not declared: {_told(strange)}: see the sheet figures of any workbook")
    return made


def _is_declared(tag: str, network: Network) -> bool:
    """Whether a key is of a declared station, share, plan or site, and of a quantity; other tags need not be."""
    whose, _, what = tag.partition(".")
    kind, *ids = whose.split(":")
    if not ids:
        return True
    if kind in _WHOSE:
        return all(one in getattr(network, _WHOSE[kind]) for one in ids[0].split("+"))
    return whose in network.stations and what.partition(".")[0] in QUANTITIES


def _told(places: Sequence[Place]) -> str:
    more = f" and {len(places) - _MOST_NAMED} more" if len(places) > _MOST_NAMED else ""
    return ", ".join(map(str, places[:_MOST_NAMED])) + more


def _warn(office: Office, of: str, said: str) -> None:
    log.warning("%s", said)
    failed(office.record.engine, of, office.now(), said)


def _listed(office: Office) -> list[Path]:
    """The templates; none where their folder cannot be read. Of one that is there no more nothing is amiss."""
    folder, engine = office.templates, office.record.engine
    try:
        found = [] if folder is None else sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIX))
    except (FileNotFoundError, NotADirectoryError):
        found = []
    except OSError as fault:
        log.warning("look at the folder of templates: %s", folder)
        said = f"the folder of templates cannot be read ({fault.strerror}): no workbook of a ministry is filled"
        _warn(office, _FOLDER, said)
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
