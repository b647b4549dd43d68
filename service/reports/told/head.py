"""The head of a report: of which days it is, which issue, how far checked, and how the two records stand."""

from collections.abc import Iterator

from record.network.basin import Nature
from record.network.key import EXAMPLE
from service.language.words import EDITIONS
from service.paper.paper import Fact
from service.reports.report import Seal
from service.reports.told.label import label
from service.reports.told.teller import Teller, figures_of, places_of

FINAL, NOT_YET, DIFFERENT = "final", "provisional", "records differ"
"""Words for how the record stands."""


def title(teller: Teller) -> str:
    """What the paper is called."""
    return teller.language.word(EDITIONS, teller.report.edition)


def running(teller: Teller) -> str:
    """What stands on each page."""
    report = teller.report
    fields = {"title": title(teller), "label": label(teller, report.span)}
    if report.revision is None:
        return teller.say("{title}, {label}, draft", **fields)
    return teller.say("{title}, {label}, revision {number}", **fields, number=report.revision.number)


def facts(teller: Teller, seal: Seal | None, standing: str | None) -> tuple[Fact, ...]:
    """The lines of the head."""
    signed = _signatures(teller, seal) if seal is not None and seal.state != DIFFERENT else ()
    return (*_clocks(teller), _issue(teller, seal), _status(teller), _record(teller, seal, standing), *signed)


def warnings(teller: Teller, seal: Seal | None, standing: str | None) -> tuple[str, ...]:
    """What stands before everything."""
    return tuple(_warnings(teller, seal, standing))


def _clocks(teller: Teller) -> Iterator[Fact]:
    span = teller.report.span
    for local in span.local:
        bounds = teller.from_to(local.begin, local.end)
        country = teller.name(local.party)
        day = (
            teller.say("Report day, {country}", country=country)
            if span.kind == "day"
            else teller.say("Period, {country}", country=country)
        )
        yield Fact(tag=f"day.{local.party}", name=day, said=bounds)


def _issue(teller: Teller, seal: Seal | None) -> Fact:
    revision, local = teller.report.revision, teller.report.span.local
    due = teller.on_clocks([one.issue for one in local])
    if revision is None:
        return Fact(tag="issue", name=teller.say("Issue"), said=teller.say("draft, not issued; due {times}", times=due))
    if seal is None:
        said = teller.say("revision {number}; due {times}", number=revision.number, times=due)
    else:
        made = teller.on_clocks([seal.entered.astimezone(teller.zones[one.party]) for one in local])
        said = teller.say("revision {number}, made {times}", number=revision.number, times=made)
    return Fact(tag="issue", name=teller.say("Issue"), said=said)


def _status(teller: Teller) -> Fact:
    counts = {level: count for level, count in teller.report.reviews.items() if count}
    said = "; ".join(_reviewed(teller, level, count) for level, count in counts.items())
    return Fact(tag="status", name=teller.say("Data status"), said=said or teller.say("no figures"))


def _reviewed(teller: Teller, level: str, count: int) -> str:
    match level:
        case "verified":
            return teller.many("{count} figure is verified", "{count} figures are verified", count)
        case "validated":
            return teller.many("{count} figure is validated", "{count} figures are validated", count)
        case _:
            return teller.many("{count} figure is provisional", "{count} figures are provisional", count)


def _record(teller: Teller, seal: Seal | None, standing: str | None) -> Fact:
    said = _standing(teller, standing) if seal is None else _sealed(teller, seal)
    return Fact(tag="record", name=teller.say("Record"), said=said)


def _standing(teller: Teller, standing: str | None) -> str:
    rests = teller.many(
        "The report rests on the first entry of the journal.",
        "The report rests on the first {count} entries of the journal.",
        teller.report.journal_size,
    )
    said = teller.reason(standing)
    if standing == FINAL:
        said = teller.say("Both countries hold the same record.")
    elif standing == NOT_YET:
        said = teller.say("Provisional: not signed by both countries.")
    elif standing == DIFFERENT:
        said = teller.say("RECORDS DIFFER: the two countries do not hold the same.")
    return " ".join(filter(None, (said, rests)))


def _sealed(teller: Teller, seal: Seal) -> str:
    if seal.state == DIFFERENT:
        return teller.say("RECORDS DIFFER: the two countries do not hold the same.")
    if seal.state == FINAL:
        return teller.many(
            "Both countries hold the same record of the first entry.",
            "Both countries hold the same record of the first {count} entries.",
            seal.size,
        )
    held = {one.party.removesuffix(EXAMPLE) for one in seal.signed}
    waits = teller.names(local.party for local in teller.report.span.local if local.party not in held)
    return teller.say("Provisional. The signature is awaited of: {countries}.", countries=waits)


def _signatures(teller: Teller, seal: Seal) -> Iterator[Fact]:
    """Who signed, in a line each."""
    for one in seal.signed:
        party = one.party.removesuffix(EXAMPLE)
        at = teller.at(one.at, party)
        example = one.party.endswith(EXAMPLE)
        yield Fact(
            tag=f"signed.{party}",
            name=teller.say("Signed, {country}", country=teller.name(party)),
            said=teller.say("{time}, with an example key", time=at) if example else at,
        )


def _warnings(teller: Teller, seal: Seal | None, standing: str | None) -> Iterator[str]:
    report = teller.report
    if report.revision is None:
        yield teller.say("This is a draft. It is not issued and may change.")
    if DIFFERENT in (standing, seal.state if seal else None):
        yield teller.say("RECORDS DIFFER. Do not rely on this report until the difference is settled.")
    yield from _unreal(teller)
    if seal is not None and any(one.party.endswith(EXAMPLE) for one in seal.signed):
        yield teller.say("The keys are examples: no ministry has signed anything.")
    if not report.span.ended:
        yield teller.say(
            "The period has not ended. The report is of {days}.", days=teller.days(report.span.begin, report.span.until)
        )
    unconfirmed = _unconfirmed(teller)
    if unconfirmed:
        yield unconfirmed


def _unreal(teller: Teller) -> Iterator[str]:
    """That data are simulated, or that nothing was measured at all."""
    natures = {figure.nature for figure in figures_of(teller.report) if figure.value is not None}
    if not natures:
        yield teller.say("No station gave a value: nothing came that this report could tell.")
    elif natures == {Nature.SIMULATED.value}:
        yield teller.say("No real station gave a value: all figures of this report are simulated, by a generator.")
    elif teller.report.simulated:
        yield teller.say("This report holds simulated data: rows marked “simulated” come from a generator.")


def _unconfirmed(teller: Teller) -> str:
    """What nobody confirmed: the report day, or what is declared; "" where all is."""
    day, declared = teller.report.span.verified, _verified(teller)
    if not day and not declared:
        return teller.say("The hours of the report day, and what is marked “unverified”, were confirmed by nobody.")
    if not day:
        return teller.say("The hours of the report day were confirmed by nobody.")
    return "" if declared else teller.say("What is marked “unverified” was confirmed by nobody.")


def _verified(teller: Teller) -> bool:
    basins = teller.report.basins
    stations = all(place.verified for basin in basins for place in places_of(basin))
    shares = all(share.verified for basin in basins for part in basin.account.divisions for share in part.shares)
    return stations and shares
