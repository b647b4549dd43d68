"""The gauges that a number of an account is made of."""

from collections.abc import Iterator

from service.accounts.document import Account, Part
from service.reports.listed import Listed
from service.reports.report import Report


def parts_of(number: Listed, report: Report) -> list[Part]:
    """The gauges of a number of a division, a plan or a gate; none for figures of stations and for declared ones."""
    accounts = [basin.account for basin in report.basins if basin.id == number.basin]
    match number.section:
        case "division" if number.measure != "percent":
            found = (part for account in accounts for part in _of_division(number, account))
        case "plans":
            found = (part for account in accounts for part in _of_plan(number, account))
        case "gates":
            found = (part for account in accounts for part in _of_gate(number, account))
        case _:
            return []
    return [part for part in found if part.station is not None]


def _of_division(number: Listed, account: Account) -> Iterator[Part]:
    for line in account.divisions:
        if ("+".join(share.id for share in line.shares), line.nature) == (number.subject, number.nature):
            received = [one for one in line.parties if one.party == number.party and number.measure == "received"]
            for counted in [one.counted for one in received] or [line.counted]:
                yield from (one.part for one in counted)


def _of_plan(number: Listed, account: Account) -> Iterator[Part]:
    for line in account.plans:
        if (line.id, line.nature) == (number.subject, number.nature):
            yield from (one.part for one in line.counted)


def _of_gate(number: Listed, account: Account) -> Iterator[Part]:
    for line in account.gates:
        if (line.site, line.quantity, line.nature) == (number.subject, number.quantity, number.nature):
            yield from (one.part for one in line.gauges if number.party in ("", one.party))
