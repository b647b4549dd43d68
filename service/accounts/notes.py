"""What an account says of itself: how its figures come about, and what is not known of all that it rests on."""

from collections.abc import Iterable
from datetime import date

from record.network import Network
from record.network.share import Share
from service.accounts.lines.division import resources_of, shares_of
from service.language.phrase import Phrase, phrase

RULES = (
    phrase(
        "Days are report days. A flow counts for a day where there is a daily mean, or a mean of hourly or finer "
        "readings; readings at the terms are no mean of a day. Values flagged bad are never added up."
    ),
    phrase("1 m³/s over 24 hours is 0.0864 million m³. Volumes are counted in whole litres."),
    phrase(
        "A sum with a missing part is missing. Where days lack, the sum of the others is given beside it as "
        "known, with the number of days that lack; nothing stands in for a missing day."
    ),
    phrase(
        "Due is the percent of the share in force on each day. The largest part takes what rounding to the litre "
        "leaves, so that all parts make the whole. Of a resource below nought, as a computed inflow can be, what "
        "is due is missing."
    ),
    phrase(
        "A share of storage is a part of what a reservoir held at 08:00 of the last day of each period, by the "
        "clock of its station; it is nothing that is due, and is never mixed with a share of flow."
    ),
    phrase(
        "Real, example and simulated stations are never added to each other; what is computed never stands "
        "beside what was measured, unless it is declared to."
    ),
    phrase(
        "A season plan is spread evenly by day up to its end, or up to the running totals that are told of it. "
        "What the press tells as delivered stands beside what was measured, and is not mixed with it."
    ),
    phrase(
        "Loss: expected = above × (1 − declared loss); residual = below − expected, over days on which both are known."
    ),
    phrase(
        "Balance: residual = change of storage − (inflow − release − evaporation − seepage); within means within "
        "twice its standard uncertainty. The uncertainties of a storage at both ends are independent; those of a "
        "gauge are the same on all days."
    ),
    phrase(
        "Two gauges agree where they differ by no more than the tolerance, in percent of their mean or in m³/s. "
        "A day on which one lacks neither counts in a run of disagreement nor ends it."
    ),
)


def not_known(network: Network, basin: str, begin: date, end: date) -> tuple[Phrase, ...]:
    """What nobody confirmed of the shares in force, of what they divide and of the plans, in sentences."""
    shares = [share for share in shares_of(network, basin, begin, end) if share.in_force]
    plans = [
        plan
        for plan in network.season_plans.values()
        if plan.basin == basin and plan.in_force and plan.begins < end and begin < plan.ends
    ]
    unconfirmed = [
        phrase("Season plan {plan} is not confirmed: {document}", plan=plan.id, document=plan.document)
        for plan in plans
        if not plan.verified
    ]
    return (*_of_shares(network, shares), *unconfirmed, *(_SCHEDULES if plans else ()))


_SCHEDULES = (phrase("The schedules by which a plan is spread over its season were not reached."),)


def _of_shares(network: Network, shares: Iterable[Share]) -> Iterable[Phrase]:
    for share in shares:
        if not share.verified:
            yield phrase("Share {share} is not confirmed: {document}", share=share.id, document=share.document)
        if not share.valid_from_verified:
            since = share.note or share.valid_from.isoformat()
            yield phrase("Since when share {share} holds is not confirmed: {note}", share=share.id, note=since)
        resources = resources_of(network, share)
        if not resources:
            yield phrase("What share {share} divides is not declared.", share=share.id)
        for one in resources:
            if not one.verified:
                why = " ".join(filter(None, (one.source, one.note)))
                yield phrase("What share {share} divides is not confirmed: {note}", share=share.id, note=why)
