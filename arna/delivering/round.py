"""A round of delivering: what each recipient lacks of the reports issued of late is sent, and noted when it was.

A file goes to the same recipient once. What could not be sent is one line in the log and a warning, and is tried
again after a while, longer each time.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from arna.delivering import drop
from arna.delivering.letter import letter
from arna.delivering.parcel import File, Parcel, last_revision, parcel_of, wanted
from arna.delivering.recipients import DeliverySettings, Recipient, place_of, recipients
from arna.issuing.issue import again
from arna.issuing.office import Office
from arna.issuing.seal import sealed
from arna.notify import NotifySettings
from arna.post import Post, post_of
from ingest.patience import next_try
from record import health
from record.archive.issued import FIGURES, IssuedReport
from record.errors import ArnaError, NotSent
from record.ledger.delivered import Delivery, has, note
from service.paper.paper import Paper
from service.reports.editions import EDITIONS

log = logging.getLogger("arna.delivering")

WITHIN = timedelta(days=7)
"""What was issued longer ago is not sent any more: whoever is declared today is not sent years of reports."""
_MOST = 100
"""So many days and revisions of an edition can have been issued within that time."""
_OF = f"{health.REPORTS}deliver "


@dataclass(frozen=True, slots=True)
class Courier:
    """What a round holds: the office, the mail server where one is named, and the papers that letters are made from."""

    office: Office
    post: Post | None
    papers: dict[tuple[int, str], Paper | None] = field(default_factory=dict)

    def send(self, recipient: Recipient, parcel: Parcel, parts: list[IssuedReport]) -> None:
        """Hand the files over. Raises `NotSent`."""
        if recipient.folder is not None:
            drop.into_folder(recipient.folder, parcel)
        elif recipient.sftp is not None:
            drop.into_server(recipient, self.office.data, parcel)
        elif self.post is None:
            raise NotSent("no mail server is named: set ARNA_NOTIFY_MAIL")
        else:
            to, host = str(recipient.mail), self.office.record.network.origin.split("/", maxsplit=1)[0]
            written = letter(parcel, self._paper(parts, recipient.languages[0]), self.post.sender, to, host)
            size = sum(len(body) for _, body in parcel.files)
            self.post.send(written, [to], _LONGEST + size / _BYTES_A_SECOND)

    def _paper(self, parts: list[IssuedReport], language: str) -> Paper | None:
        """The report told in a language, made again from its entry; None where it comes out otherwise now."""
        key = parts[-1].entry, language
        if key not in self.papers:
            self.papers[key] = self._told(parts, language)
        return self.papers[key]

    def _told(self, parts: list[IssuedReport], language: str) -> Paper | None:
        figures = next((one for one in parts if one.part == FIGURES), None)
        report = None if figures is None else again(self.office, figures, EDITIONS[figures.kind])
        if figures is None or report is None:
            return None
        (name, sha256), log = next(iter(figures.forms.items())), self.office.log
        seal = sealed(log, figures.entry, figures.entered, name, log.form(sha256))
        return self.office.press.paper(report, language, seal)


_LONGEST = 30.0
_BYTES_A_SECOND = 50_000


def deliver(office: Office) -> list[Delivery]:
    """Send what is lacking; return what was sent. Raises `ConfigError` for a file of recipients that is wrong."""
    found = recipients(place_of(DeliverySettings(), office.data), office.record.network)
    if not found:
        return []
    courier, done = Courier(office, _post() if any(one.mail for one in found) else None), list[Delivery]()
    issued = {edition: list(_of_late(office, edition)) for edition in {name for one in found for name in one.editions}}
    for recipient in found:
        done += _to(courier, recipient, issued)
    return done


def _to(courier: Courier, recipient: Recipient, issued: dict[str, list[list[IssuedReport]]]) -> Iterator[Delivery]:
    office, of = courier.office, f"{_OF}{recipient.name}"
    engine = office.record.engine
    known = health.of(engine, of)
    if known is not None and known.failed is not None and office.now() < next_try(of, known.failures, known.failed):
        return
    for parts, files in _lacking(office, recipient, issued):
        parcel = parcel_of(office.log, parts, files)
        try:
            courier.send(recipient, parcel, parts)
        except ArnaError as fault:
            said = f"the {parcel.edition} report of {parcel.day} was not sent to {recipient.name}: {fault}"
            log.warning("%s; it is tried again", said)
            health.failed(engine, of, office.now(), said)
            return
        sent = [_delivery(recipient, parcel, file, office) for file in files]
        note(engine, sent)
        log.info("%s report of %s: %d files sent to %s", parcel.edition, parcel.day, len(sent), recipient.name)
        yield from sent
    health.went_well(engine, of, office.now())


def _lacking(
    office: Office, recipient: Recipient, issued: dict[str, list[list[IssuedReport]]]
) -> Iterator[tuple[list[IssuedReport], list[File]]]:
    """The reports of which a recipient lacks files, the earliest first, with these files."""
    for edition in recipient.editions:
        for parts in issued[edition]:
            files = wanted(recipient, edition, parts)
            known = has(office.record.engine, recipient.name, ((file.name, file.sha256) for file in files))
            lacks = [file for file in files if (file.name, file.sha256) not in known]
            if lacks:
                yield parts, lacks


def _of_late(office: Office, edition: str) -> Iterator[list[IssuedReport]]:
    """The last revision of each report of an edition whose copies were issued of late, the earliest day first."""
    since = office.now() - WITHIN
    days = {one.day for one in office.log.latest_reports(edition, _MOST) if one.entered >= since}
    for day in sorted(days):
        parts = last_revision(office.parts(EDITIONS[edition], date.fromisoformat(day)))
        if parts and parts[-1].entered >= since:
            yield parts


def _delivery(recipient: Recipient, parcel: Parcel, file: File, office: Office) -> Delivery:
    return Delivery(
        recipient=recipient.name,
        party=recipient.party,
        edition=parcel.edition,
        day=parcel.day,
        revision=parcel.revision,
        file=file.name,
        sha256=file.sha256,
        at=office.now(),
    )


def _post() -> Post | None:
    """The mail server of the house; None where none is named."""
    settings = NotifySettings()
    if settings.notify_mail is None:
        return None
    password = settings.notify_mail_password
    return post_of(settings.notify_mail, None if password is None else password.get_secret_value())[0]
