"""The telegrams of a morning: bulletins by basin, late posts, a correction, a bulletin sent twice, planted faults."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from arna.demo.generator import reports, speakers, telegrams
from arna.demo.generator.chance import Chance
from arna.demo.generator.message import Message, Trouble
from arna.demo.generator.speakers import Speaker
from arna.demo.generator.telegrams import Report
from record.network import Network
from record.network.basin import SiteKind
from record.network.source import Source

_FIRST_BULLETIN = timedelta(hours=8, minutes=25)
_BETWEEN = timedelta(minutes=10)
_SENT_AGAIN = timedelta(minutes=45)
_CORRECTED = timedelta(hours=13, minutes=10)
_LATE_FROM = 11
_LATE_HOURS = 7
_LATE_POSTS = 2
_NIL_SHARE = 0.04
_SLIP = Decimal("1.31")
_LAST_INDEX = 99_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Which post plays which part on a morning, by its code; None where there are too few posts."""

    late: tuple[str, ...]
    corrected: str | None
    garbled: str | None


def cast_of(codes: list[str], day: date, chance: Chance) -> Cast:
    """Choose by chance; no post plays two parts."""
    drawn = chance.order(codes, day, "parts")
    late, rest = drawn[:_LATE_POSTS], drawn[_LATE_POSTS:]
    return Cast(late=tuple(late), corrected=next(iter(rest), None), garbled=next(iter(rest[1:]), None))


def morning(network: Network, source: Source, day: date, chance: Chance, planted: frozenset[Trouble]) -> list[Message]:
    """The messages of a source of telegrams for the term 08 h of `day`; `planted` are the faults of that day."""
    posts = speakers.in_telegrams(speakers.own(network, source))
    truth = {station.code: reports.morning(station, site, day, chance) for station, site in posts}
    rivers = [station.code for station, site in posts if site.kind is not SiteKind.RESERVOIR]
    cast = cast_of([code for code in rivers if _says_discharge(truth[code], chance)], day, chance)
    office = _Office(source, day, chance, cast, planted, truth, unknown_index(network))
    groups: dict[str, list[Speaker]] = {}
    for station, site in posts:
        if station.code not in cast.late:
            groups.setdefault(site.basin, []).append((station, site))
    bulletins = [office.bulletin(number, basin, group) for number, (basin, group) in enumerate(groups.items())]
    again = [office.again(bulletin) for bulletin in bulletins[-1:]]
    corrected = [] if cast.corrected is None else [office.correction(cast.corrected)]
    return [*bulletins, *again, *(office.late(code) for code in cast.late), *corrected]


def unknown_index(network: Network) -> str:
    """A post index that no station bears."""
    taken = {station.code for station in network.stations.values()}
    return next(code for code in map(str, range(15_999, _LAST_INDEX)) if code not in taken)


def garbled(telegram: str) -> str:
    """A telegram after a bad line: letters where the date and the first values stood."""
    index, date_group, first, *rest = telegram.split(" ")
    return " ".join([index, f"{date_group[:2]}O{date_group[3:]}", f"{first[:2]}#?{first[4:]}", *rest])


def slipped(report: Report) -> Report:
    """The report as first sent in error: its discharge is too high by nearly a third."""
    right = report.values["discharge"]
    wrong = None if right is None else telegrams.as_sent(right * _SLIP)
    return replace(report, values={**report.values, "discharge": wrong})


def _says_discharge(report: Report, chance: Chance) -> bool:
    return report.values.get("discharge") is not None and not _is_nil(report.post, report.day, chance)


def _is_nil(code: str, day: date, chance: Chance) -> bool:
    return chance.uniform(code, day, "nil") < _NIL_SHARE


@dataclass(frozen=True, slots=True)
class _Office:
    """What the messages of one morning have in common."""

    source: Source
    day: date
    chance: Chance
    cast: Cast
    planted: frozenset[Trouble]
    truth: Mapping[str, Report]
    stranger: str

    def bulletin(self, number: int, basin: str, group: list[Speaker]) -> Message:
        """The bulletin of a basin; the first of a morning carries what is planted."""
        said = [self._telegram(station.code) for station, _ in group]
        troubles: list[Trouble] = []
        codes = [station.code for station, _ in group]
        if self.cast.corrected in codes:
            troubles.append(Trouble.CORRECTED)
        if Trouble.GARBLED in self.planted and self.cast.garbled in codes:
            troubles.append(Trouble.GARBLED)
        if Trouble.UNKNOWN_POST in self.planted and number == 0:
            troubles.append(Trouble.UNKNOWN_POST)
            said.append(self._stranger(said))
        return self._message(basin, telegrams.bulletin(said), _FIRST_BULLETIN + number * _BETWEEN, *troubles)

    def again(self, bulletin: Message) -> Message:
        """The same bytes once more, under another name."""
        at = bulletin.at + _SENT_AGAIN
        stem = bulletin.name.removesuffix(".txt")
        return replace(bulletin, name=f"{stem}-again.txt", at=at, troubles=(Trouble.REPEATED,))

    def late(self, code: str) -> Message:
        """The telegram of a post that could not reach the centre in time."""
        hours = _LATE_FROM + _LATE_HOURS * self.chance.uniform(code, self.day, "late")
        body = telegrams.bulletin([self._telegram(code)])
        return self._message(code, body, timedelta(minutes=round(60 * hours)), Trouble.LATE)

    def correction(self, code: str) -> Message:
        """The telegram that puts right what the bulletin said of a post."""
        body = telegrams.bulletin([telegrams.telegram(self.truth[code])])
        return self._message(f"{code}-corrected", body, _CORRECTED, Trouble.CORRECTED)

    def _telegram(self, code: str) -> str:
        if _is_nil(code, self.day, self.chance):
            return telegrams.nil(code, self.day)
        if code == self.cast.corrected:
            return telegrams.telegram(slipped(self.truth[code]))
        said = telegrams.telegram(self.truth[code])
        return garbled(said) if code == self.cast.garbled and Trouble.GARBLED in self.planted else said

    def _stranger(self, said: list[str]) -> str:
        """A telegram of a post that the network does not declare, otherwise like that of the last post."""
        return (
            self.stranger + next((text for text in reversed(said) if "NIL" not in text), said[0])[len(self.stranger) :]
        )

    def _message(self, stem: str, body: bytes, after_midnight: timedelta, *troubles: Trouble) -> Message:
        local = datetime.combine(self.day, time(), ZoneInfo(self.source.zone)) + after_midnight
        return Message(
            source=self.source.id,
            name=f"{stem}-{local:%Y%m%d-%H%M}.txt",
            body=body,
            at=local.astimezone(UTC),
            troubles=troubles,
        )
