"""A report as a paper in a language, or in both languages of the protocol."""

from service.language import Language, language_called
from service.paper.paper import Paper, Part, Section
from service.reports.editions import BOTH
from service.reports.report import BasinPart, Report, Seal
from service.reports.told import (
    changes,
    charts,
    flows,
    gaps,
    gates,
    glance,
    head,
    plans,
    reading,
    reservoirs,
    shares,
    signing,
)
from service.reports.told.label import label
from service.reports.told.pair import pair
from service.reports.told.teller import Teller


def tell(report: Report, language: str, seal: Seal | None = None, standing: str | None = None) -> Paper:
    """The paper of a report; one without a revision is a draft and says so.

    `language` is a code of `LANGUAGES`, or `BOTH`. `seal` tells where the figures stand in the journal and who signed;
    where there is none, `standing` says how the record stands: "final", "provisional", "records differ", or a sentence.
    Raise `SelectionError` for a language that the record does not speak.
    """
    if language == BOTH:
        tellers = (Teller(report, language_called(code)) for code in BOTH.split("-"))
        first, second = (paper_of(teller, seal, standing, protocol=True) for teller in tellers)
        return pair(first, second)
    return paper_of(Teller(report, language_called(language)), seal, standing)


def paper_of(teller: Teller, seal: Seal | None, standing: str | None, *, protocol: bool = False) -> Paper:
    """The paper that a teller tells in its own language; a protocol copy has lines for the signatures of both sides."""
    report = teller.report
    changed = changes.section(teller)
    return Paper(
        name=_name(report, teller.language),
        languages=(teller.language.code,),
        title=head.title(teller),
        subtitle=label(teller, report.span),
        running=head.running(teller),
        dated=report.span.issue if seal is None else seal.entered,
        facts=head.facts(teller, seal, standing),
        warnings=head.warnings(teller, seal, standing),
        sections=(
            glance.section(teller),
            *((changed,) if changed else ()),
            *(_basin(teller, basin) for basin in report.basins),
            gaps.section(teller),
            *reading.sections(teller, seal),
            *((signing.section(teller),) if protocol else ()),
        ),
        code=reading.code(teller, seal),
        foot=reading.foot(teller),
        words=reading.words(teller),
        attached=reading.attached(teller, seal),
    )


def _name(report: Report, language: Language) -> str:
    issue = "draft" if report.revision is None else f"r{report.revision.number}"
    return f"{report.edition}-{report.span.begin.isoformat()}.{issue}.{language.code}"


def _basin(teller: Teller, basin: BasinPart) -> Section:
    parts: tuple[Part, ...] = (
        *reservoirs.tables(teller, basin),
        *flows.tables(teller, basin),
        *gates.tables(teller, basin),
        *plans.tables(teller, basin),
        *shares.tables(teller, basin),
        *charts.charts(teller, basin),
    )
    return Section(tag=basin.id, title=teller.say("Basin: {name}", name=teller.name(basin.id)), level=1, parts=parts)
