"""The letter that carries a report: in the recipient's language, with what one must know at a glance.

The same report to the same recipient is the same letter, byte for byte, whenever it is written once both have signed.
"""

import hashlib
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.utils import format_datetime

from arna.delivering.parcel import Parcel
from service.paper.paper import Paper, Prose
from service.reports import MEDIA

_GLANCE = "glance"
_OTHER = "application/octet-stream"


def letter(parcel: Parcel, paper: Paper | None, sender: str, to: str, host: str) -> EmailMessage:
    """The letter with the files attached; where there is no paper of the report any more, it lets them speak.

    `host` is the part of the record's name by which its letters are known.
    """
    names = [name for name, _ in parcel.named]
    mark = hashlib.sha256("\n".join((to, *(file.sha256 for file, _ in parcel.files))).encode()).hexdigest()
    made = EmailMessage()
    made["Subject"] = _subject(parcel, paper)
    made["From"], made["To"], made["Date"] = sender, to, format_datetime(parcel.issued)
    made["Message-ID"] = f"<{parcel.edition}-{parcel.day}.r{parcel.revision}.{mark[:16]}@{host}>"
    made.set_content("\n\n".join([*(() if paper is None else _lines(paper)), _list(names)]) + "\n")
    if paper is not None:
        made["Content-Language"] = ", ".join(paper.languages)
    forms = {file.name: file.form for file, _ in parcel.files}
    for name, body in parcel.named:
        kind, _, rest = MEDIA.get(forms.get(name, ""), _OTHER).partition(";")[0].partition("/")
        made.add_attachment(body, maintype=kind, subtype=rest, filename=name)
    made.set_boundary(f"=_{mark}")
    return made


def _subject(parcel: Parcel, paper: Paper | None) -> str:
    revision = f"r{parcel.revision}"
    if paper is None:
        return f"{parcel.edition} {parcel.day} {revision}"
    return " ".join(f"{paper.title}, {paper.subtitle} ({revision})".split())


def _lines(paper: Paper) -> Iterator[str]:
    """Title, warnings, the facts of the head, and the paragraphs of the first section."""
    yield f"{paper.title}\n{paper.subtitle}"
    yield from paper.warnings
    yield "\n".join(f"{fact.name}: {fact.said}" for fact in paper.facts)
    for section in paper.sections:
        if section.tag == _GLANCE:
            yield section.title
            yield from (part.text for part in section.parts if isinstance(part, Prose))


def _list(names: Sequence[str]) -> str:
    return "\n".join(f"- {name}" for name in names)
