"""A message as a row of telegrams: the structural decode, without month, year or zone."""

from dataclasses import dataclass, field

from ingest.decode.kn15.checks import check
from ingest.decode.kn15.envelope import Piece, unwrap
from ingest.decode.kn15.head import read_head
from ingest.decode.kn15.telegram import Telegram
from ingest.decode.kn15.walk import Walk

MAX_TOKENS = 2_000
"""Groups and words in one telegram; the longest that the code allows has about 300 groups, free text apart."""
MAX_TELEGRAMS = 50_000
"""Telegrams in one message; a megabyte of the shortest useful ones holds fewer."""
NO_END_MARK = "no end mark = after it, so that its last groups may be cut off"
TOO_MANY = f"more than {MAX_TELEGRAMS} telegrams in one message: split it"


@dataclass(frozen=True, slots=True)
class Leftover:
    """Text that no end mark closes: its tokens, how many telegrams stand before it, why it is not read."""

    tokens: tuple[str, ...]
    after: int
    reason: str
    encoding: str


@dataclass(slots=True)
class Bulletin:
    """What a message holds: telegrams in order, leftover text, and the tokens of its wrapping."""

    telegrams: list[Telegram] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    wrapping: list[str] = field(default_factory=list)

    def leave(self, tokens: list[str], encoding: str, reason: str = NO_END_MARK) -> None:
        """Keep text that is not read."""
        if tokens:
            self.leftovers.append(Leftover(tuple(tokens), len(self.telegrams), reason, encoding))

    def take(self, piece: Piece, encoding: str, *, ended: bool) -> None:
        """Keep what one stretch of text holds; `ended` where an end mark follows it."""
        self.wrapping.extend(piece.wrapping)
        for tokens in piece.loose:
            self.leave(tokens, encoding)
        if not ended:
            self.leave(piece.tokens, encoding)
        elif piece.tokens:
            self.telegrams.append(read_telegram(piece.tokens, encoding))


def parse_bulletin(text: str) -> list[Telegram]:
    """Read the telegrams of a message, refused ones among them; text without an end mark is left out.

    `read_bulletin` keeps that text too. Never raises on any text.
    """
    return read_bulletin([(piece, "utf-8") for piece in text.split("=")]).telegrams


def read_bulletin(pieces: list[tuple[str, str]]) -> Bulletin:
    """Read (text, encoding) of each stretch between end marks; the last stretch has no end mark behind it."""
    bulletin = Bulletin()
    last = len(pieces) - 1
    for number, (text, encoding) in enumerate(pieces):
        if len(bulletin.telegrams) >= MAX_TELEGRAMS:
            rest = "=".join(text for text, _ in pieces[number:])
            bulletin.leave(rest.split(), encoding, TOO_MANY)
            break
        bulletin.take(unwrap(text), encoding, ended=number < last)
    return bulletin


def read_telegram(tokens: list[str], encoding: str = "utf-8") -> Telegram:
    """Read the groups of one telegram, its end mark and wrapping taken off; `tokens` is not empty."""
    telegram = Telegram(tuple(tokens), encoding=encoding)
    if len(tokens) > MAX_TOKENS:
        telegram.refused = f"more than {MAX_TOKENS} groups in one telegram"
        telegram.fault(1, telegram.refused, span=len(tokens))
        return telegram
    start = read_head(telegram)
    if telegram.nil:
        for at in range(start, len(tokens) + 1):
            telegram.fault(at, "stands after the word for no report")
    elif start:
        _read_groups(telegram, start)
    return telegram


def _read_groups(telegram: Telegram, start: int) -> None:
    Walk(telegram).run(start)
    if not telegram.sections and not telegram.faults:
        telegram.fault(1, "no groups after the date group", span=len(telegram.tokens))
    check(telegram)
