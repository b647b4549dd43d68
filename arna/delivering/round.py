"""A round of delivering: what each recipient lacks of the reports issued of late is sent, and noted when it was.

A file goes to the same recipient once, and can be checked by whoever has it. What could not be sent is one line in the
log and a warning, and is tried again after a while, longer each time.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from arna.delivering import drop
from arna.delivering.letter import letter
from arna.delivering.parcel import File, Parcel, is_signed, last_revision, parcel_of, wanted
from arna.delivering.recipients import DeliverySettings, Recipient, place_of, recipients
from arna.delivering.secret import is_kept, secret_of
from arna.issuing.issue import again
from arna.issuing.office import Office
from arna.issuing.seal import sealed
from arna.notify import NotifySettings
from arna.post import Post, post_of
from ingest.patience import next_try
from record import health
from record.archive.issued import FIGURES, IssuedReport
from record.errors import ArnaError, NotSent, NotTaken
from record.ledger.delivered import Delivery, has, note
from service.paper.paper import Paper
from service.reports.editions import EDITIONS

log = logging.getLogger("arna.delivering")

WITHIN = timedelta(days=7)
"""What was issued longer ago is not sent any more: whoever is declared today is not sent years of reports."""
UNSIGNED = timedelta(hours=1)
"""So long a report waits for the signatures of both parties; then it goes with those that there are."""
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
        """Hand the files over. Raises `NotTaken` where these alone are not taken, and `NotSent`."""
        if recipient.folder is not None:
            drop.into_folder(recipient.folder, parcel)
        elif recipient.sftp is not None:
            drop.into_server(recipient, self.office.data, parcel)
        elif self.post is None:
            raise NotSent("no mail server is named: set ARNA_NOTIFY_MAIL")
        else:
            to, host = str(recipient.mail), self.office.record.network.origin.split("/", maxsplit=1)[0]
            written = letter(parcel, self._paper(parts, recipient.languages[0]), self.post.sender, to, host)
            size = sum(len(body) for _, body in parcel.named)
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
        if is_kept(office.data):
            # Of those that were taken away there is nothing more to warn of.
            health.forget(office.record.engine, _OF, ())
        return []
    courier, done = Courier(office, _post() if any(one.mail for one in found) else None), list[Delivery]()
    issued = {edition: list(_of_late(office, edition)) for edition in {name for one in found for name in one.editions}}
    secret, known = secret_of(office.data), set[str]()
    for recipient in found:
        way = _Way(courier, recipient, recipient.name(secret))
        try:
            done += way.sent(_lacking(office, way, issued))
        except (ArnaError, OSError) as fault:
            # The record may be held by another just now: what was sent and not noted is sent again, the same.
            log.warning("what %s was sent is not noted: %s", recipient.place, fault)
        known |= way.known
    health.forget(office.record.engine, _OF, known)
    return done


@dataclass(slots=True)
class _Way:
    """The way to a recipient, and the names under which it is `known` how it fares, and each parcel on it."""

    courier: Courier
    recipient: Recipient
    name: str
    known: set[str] = field(default_factory=set)

    def sent(self, lacking: Iterable[tuple[list[IssuedReport], list[File]]]) -> list[Delivery]:
        """Send what is lacking; a parcel that is not taken keeps no other back, a way that is closed all of them."""
        office, done, of = self.courier.office, list[Delivery](), f"{_OF}{self.name}"
        self.known.add(of)
        if self._rests(of):
            self.known |= {self._of(parts) for parts, _ in lacking}
            return []
        for parts, files in lacking:
            of_parcel = self._of(parts)
            self.known.add(of_parcel)
            if self._rests(of_parcel):
                continue
            parcel = parcel_of(office.log, parts, files)
            try:
                self.courier.send(self.recipient, parcel, parts)
            except NotTaken as fault:
                self._failed(of_parcel, parcel, fault)
                continue
            except ArnaError as fault:
                self._failed(of, parcel, fault)
                return done
            done += self._noted(parcel, files)
            health.went_well(office.record.engine, of_parcel, office.now())
        health.went_well(office.record.engine, of, office.now())
        return done

    def _of(self, parts: list[IssuedReport]) -> str:
        last = parts[-1]
        return f"{_OF}{self.name} {last.kind} {last.day} r{last.revision}"

    def _rests(self, of: str) -> bool:
        known, now = health.of(self.courier.office.record.engine, of), self.courier.office.now()
        return known is not None and known.failed is not None and now < next_try(of, known.failures, known.failed)

    def _failed(self, of: str, parcel: Parcel, fault: ArnaError) -> None:
        """Note it, for all to read: who it is to is known by a mark, and in the log alone by where it goes."""
        office = self.courier.office
        said = f"the {parcel.edition} report of {parcel.day} was not sent to {self.name}: {fault}"
        log.warning("%s (%s); it is tried again", said, self.recipient.place)
        health.failed(office.record.engine, of, office.now(), said)

    def _noted(self, parcel: Parcel, files: list[File]) -> list[Delivery]:
        office = self.courier.office
        sent = [_delivery(self, parcel, file, office) for file in files]
        note(office.record.engine, sent)
        log.info("%s report of %s: %d files sent, %s", parcel.edition, parcel.day, len(sent), self.recipient.place)
        return sent


def _lacking(
    office: Office, way: _Way, issued: dict[str, list[list[IssuedReport]]]
) -> Iterator[tuple[list[IssuedReport], list[File]]]:
    """The reports of which a recipient lacks files, the earliest first, with these files.

    One that not both parties have signed waits for that a while, so that what is sent can be checked by itself.
    """
    for edition in way.recipient.editions:
        for parts in issued[edition]:
            files = wanted(way.recipient, edition, parts)
            known = has(office.record.engine, way.name, ((file.name, file.sha256) for file in files))
            lacks = [file for file in files if (file.name, file.sha256) not in known]
            if lacks and (office.now() >= parts[-1].entered + UNSIGNED or is_signed(office.log, parts)):
                yield parts, lacks


def _of_late(office: Office, edition: str) -> Iterator[list[IssuedReport]]:
    """The last revision of each report of an edition whose copies were issued of late, the earliest day first."""
    since = office.now() - WITHIN
    days = {one.day for one in office.log.latest_reports(edition, _MOST) if one.entered >= since}
    for day in sorted(days):
        parts = last_revision(office.parts(EDITIONS[edition], date.fromisoformat(day)))
        if parts and parts[-1].entered >= since:
            yield parts


def _delivery(way: _Way, parcel: Parcel, file: File, office: Office) -> Delivery:
    return Delivery(
        recipient=way.name,
        party=way.recipient.party,
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
