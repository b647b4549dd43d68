"""The walk along a telegram's groups: markers open sections, groups fill them, and what fits nowhere is a fault."""

from ingest.decode.kn15.head import is_group, is_index
from ingest.decode.kn15.layouts import LAYOUTS, MARKERS, PREFIXES, RAIN_LIKE, Layout, layout_of
from ingest.decode.kn15.telegram import Section, Telegram
from ingest.decode.kn15.values import BadGroup

_REPEATS = 5
_WARNING = 7
_MONTHLY = 8


class Walk:
    """One pass over a telegram; `layout` is None inside a section that is not known."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.section: Section | None = None
        self.layout: Layout | None = LAYOUTS[1]
        self.rank = -1
        self.repeats = 0

    def run(self, start: int) -> None:
        """Read every group from number `start` on."""
        at, last = start, len(self.telegram.tokens)
        while at <= last:
            at += self._step(at, self.telegram.tokens[at - 1])

    def _step(self, at: int, token: str) -> int:
        """Read one token; how many it took with it."""
        if token in MARKERS:
            return self._open(at, token)
        if is_group(token) is None:
            return self._word(at)
        if token[0] == "9" and self._is_garbled_marker(at, token):
            return self._open_unknown(at, token)
        return self._group(at, token)

    def _open(self, at: int, token: str) -> int:
        marker = MARKERS[token]
        self.section = Section(marker.section, token, dict([marker.head]), at=at, read=[at])
        self.telegram.sections.append(self.section)
        self.layout, self.rank, self.repeats = LAYOUTS[marker.section], -1, 0
        return 1

    def _open_unknown(self, at: int, token: str) -> int:
        self.section, self.layout = None, None
        self.telegram.own_flags.append(f"unknown_section:{token}")
        self.telegram.fault(at, f"{token} is neither a section marker nor a group that may stand here")
        return 1

    def _word(self, at: int) -> int:
        """A token that is no group: in a warning the free text begins here and runs to the end mark."""
        if self.section is None or self.section.number != _WARNING:
            self.telegram.fault(at, "not a group of five figures")
            return 1
        words = self.telegram.tokens[at - 1 :]
        self.section.at = at
        self.section.put("text", " ".join(words))
        self.section.read.extend(range(at, at + len(words)))
        return len(words)

    def _is_garbled_marker(self, at: int, token: str) -> bool:
        if self.layout is None or "9" not in self.layout.order:
            return True
        return token[:3] in PREFIXES and not self._may_be_rain(at, token)

    def _may_be_rain(self, at: int, token: str) -> bool:
        """Half-day rain that begins as a marker does: only where what follows could not belong to that section."""
        following = self.telegram.tokens[at : at + 1]
        fits = token[:3] in RAIN_LIKE and token[3] != "/" and token[4] in "0123/" and self.rank < 8
        rain = fits and all(after[0] == "0" or after in MARKERS for after in following)
        if rain:
            self.telegram.own_flags.append("rain_or_marker")
        return rain

    def _group(self, at: int, token: str) -> int:
        if self.layout is None:
            self.telegram.fault(at, "in a section that is not known")
            return 1
        section = self._section(token)
        rank = self.layout.order.find(token[0])
        if rank < 0:
            name = (section.marker or "1")[:3]
            self.telegram.fault(at, f"section {name} has no group {token[0]}")
            return 1
        if rank < self.rank or (rank == self.rank and token[0] not in self.layout.repeated):
            return self._out_of_order(at, token)
        self._count(rank)
        self._read(at, token, section, self.layout)
        return 1

    def _section(self, token: str) -> Section:
        """The open section; the groups after section 0 open section 1 without a marker."""
        if self.section is None:
            self.section = Section(1)
            self.telegram.sections.append(self.section)
        elif self.section.number == _MONTHLY and self.rank < 0:
            self.layout = layout_of(_MONTHLY, token[0])
        return self.section

    def _count(self, rank: int) -> None:
        self.repeats = self.repeats + 1 if rank == self.rank else 1
        self.rank = rank
        if self.repeats > _REPEATS:
            self.telegram.own_flags.append(f"group_repeated_over_{_REPEATS}")

    def _read(self, at: int, token: str, section: Section, layout: Layout) -> None:
        section.at = at
        try:
            layout.rules[token[0]](token[1:], section)
        except BadGroup as bad:
            self.telegram.fault(at, str(bad))
        else:
            section.read.append(at)

    def _out_of_order(self, at: int, token: str) -> int:
        """A group whose place has passed.

        Where the telegram's own date group follows it, an index stands here: the end mark before it was lost, and what
        is left says nothing about this post.
        """
        tokens = self.telegram.tokens
        if self.telegram.day is not None and is_index(token) and tokens[at : at + 1] == tokens[1:2]:
            left = len(tokens) - at + 1
            self.telegram.fault(at, "another telegram begins here: the end mark before it is missing", span=left)
            return left
        self.telegram.fault(at, f"group {token[0]} stands out of order")
        return 1
