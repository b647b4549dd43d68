"""The issued reports of an edition as an Atom feed (RFC 4287): an entry a revision, the newest first."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from record.leaf import write_time
from record.network import Network
from service.language import Language
from service.language.words import EDITIONS
from service.reports.issues import Issue, place_in_list
from service.written.marked import marked

ATOM = "application/atom+xml"
MEDIA = f"{ATOM}; charset=utf-8"
_LINKED = ("pdf", "xlsx", "html")


def write(
    edition: str,
    issues: Sequence[Issue],
    network: Network,
    language: Language,
    base: str,
    media: Mapping[str, str],
    now: datetime,
) -> bytes:
    """The feed in a language, UTF-8, at a service whose address is `base`; `media` are the types of the forms.

    Its time is that of the newest entry, or `now` where nothing is issued yet. The ids depend on the record alone, so
    that a mirror tells the same ones.
    """
    here = f"{base}/reports/{edition}"
    updated = write_time(issues[0].entered if issues else now)
    title = language.say(EDITIONS[edition])
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language.code}">',
        f"<id>{_id(network, edition)}</id>",
        f"<title>{marked(title)}</title>",
        f"<updated>{updated}</updated>",
        f"<author><name>{marked(_authors(network, language))}</name></author>",
        _link(f"{here}/feed.atom?lang={language.code}", "self", ATOM),
        _link(here, "alternate", "application/json"),
        *(line for issue in issues for line in _entry(issue, network, language, base, media)),
        "</feed>",
        "",
    ]
    return "\n".join(lines).encode()


def _entry(issue: Issue, network: Network, language: Language, base: str, media: Mapping[str, str]) -> Iterable[str]:
    place = f"{base}/reports/{issue.edition}/{issue.day}"
    title = language.say(
        "{edition}, {day}, revision {number}",
        edition=EDITIONS[issue.edition],
        day=language.day(issue.first),
        number=issue.revision,
    )
    yield "<entry>"
    yield f"<id>{_id(network, issue.edition, issue.day, str(issue.revision))}</id>"
    yield f"<title>{marked(title)}</title>"
    yield f"<updated>{write_time(issue.entered)}</updated>"
    for form in _LINKED:
        copy = issue.copy(form, language.code)
        if copy is not None:
            yield _link(f"{base}{place_in_list(issue, copy)}", "alternate", media.get(form, ""), copy.language)
    yield _link(f"{place}/issued", "related", "application/json")
    yield _link(f"{base}/proof?entry={issue.entry}", "describedby", "text/plain")
    yield f"<summary>{marked(_summary(issue, language))}</summary>"
    yield "</entry>"


def _summary(issue: Issue, language: Language) -> str:
    return language.say(
        "Entry {entry} of the journal; it rests on the first {size} entries.",
        entry=language.count(issue.named),
        size=language.count(issue.journal_size),
    )


def _link(href: str, rel: str, media: str, language: str = "") -> str:
    said = {"rel": rel, "type": media.partition(";")[0], "hreflang": language, "href": href}
    words = " ".join(f'{name}="{marked(text)}"' for name, text in said.items() if text)
    return f"<link {words}/>"


def _authors(network: Network, language: Language) -> str:
    return ", ".join(language.name(party.names) for party in network.parties.values()) or network.origin


def _id(network: Network, *parts: str) -> str:
    """A name that stays the same wherever the record is served (RFC 9562, 5.5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join((f"https://{network.origin}/reports", *parts))).urn
