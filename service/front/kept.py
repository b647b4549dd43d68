"""Answers that were given, kept for who asks again: by what they follow from, and by the question itself.

By its entity tag an answer is found as long as what it follows from is the same, whatever else was written meanwhile.
By the question as it came it is found without reading anything, as long as nothing at all was written.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.front.coding import Coding
from service.front.packing import WORTH_PACKING, packed

Header = tuple[bytes, bytes]
Message = dict[str, Any]

_ABOUT = 2_000
"""Bytes that an answer takes beside its body."""
_MOST_QUESTIONS = 10_000
_LONGEST_QUESTION = 4_000
_TOLD_AGAIN = frozenset(
    (b"etag", b"cache-control", b"vary", b"date", b"expires", b"content-location", b"last-modified")
)
"""Headers that an answer without a body repeats (RFC 9110, 15.4.5); those of our own come with it too."""
_OURS = b"arna-"
_OWN = (b"content-length", b"etag")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An answer in one coding, as it is sent: its first message, its body, and what is sent to who has it already."""

    start: Message
    body: bytes
    tag: bytes
    unchanged: Message


@dataclass(slots=True, eq=False)
class Kept:
    """A whole answer: its headers without length, coding and tag, its bytes, and its tag; `None` where it has none.

    `packs` says whether its form gains by packing, `private` whether it went to somebody who said who it is,
    and `given` what it tells of the record, where that was looked at. `route` is whatever answered. `apart` tells
    apart answers of the same bytes, and so of one tag, that have other headers.
    """

    headers: Sequence[Header]
    body: bytes
    tag: str | None
    packs: bool
    private: bool = False
    given: tuple[Any, ...] | None = None
    route: object = None
    apart: str = ""
    _ready: dict[Coding | None, Ready] = field(default_factory=dict)

    def coded(self, coding: Coding | None) -> Coding | None:
        """The coding in which it is sent to who likes `coding` best."""
        return coding if self.packs and len(self.body) >= WORTH_PACKING else None

    def is_ready(self, coding: Coding | None) -> bool:
        """Whether nothing is to be packed before it can be sent so."""
        return self.coded(coding) is None or self.coded(coding) in self._ready

    def ready(self, coding: Coding | None) -> Ready:
        """It, as it is sent to who likes `coding` best; packed once."""
        coding = self.coded(coding)
        if coding not in self._ready:
            self._ready[coding] = self._made(coding)
        return self._ready[coding]

    @property
    def key(self) -> str:
        """By what it is found: its tag, of private ones apart, for they have other headers."""
        return f"{self.apart}{key_of(self.tag or '', private=self.private)}"

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return _ABOUT + sum(len(made.body) for coding, made in self._ready.items() if coding) + len(self.body)

    def _made(self, coding: Coding | None) -> Ready:
        body = self.body if coding is None else packed(self.body, coding)
        headers = [header for header in self.headers if header[0] not in _OWN]
        headers.append((b"content-length", str(len(body)).encode()))
        tag = b""
        if coding is not None:
            headers.append((b"content-encoding", coding.value.encode()))
        if self.tag is not None:
            tag = coded_tag(self.tag, coding).encode()
            headers.append((b"etag", tag))
        return Ready(
            start={"type": "http.response.start", "status": 200, "headers": headers},
            body=body,
            tag=tag,
            unchanged={
                "type": "http.response.start",
                "status": 304,
                "headers": [one for one in headers if one[0] in _TOLD_AGAIN or one[0].startswith(_OURS)],
            },
        )


def key_of(tag: str, *, private: bool) -> str:
    """How an answer of a tag is called here."""
    return f"private {tag}" if private else tag


def coded_tag(tag: str, coding: Coding | None) -> str:
    """The entity tag of an answer in a coding: other bytes, and so another tag."""
    return tag if coding is None else f'{tag[:-1]}-{coding.value}"'


def bare_tag(tag: str) -> str:
    """The entity tag of the same answer as it was before it was packed."""
    for coding in Coding:
        if tag.endswith(f'-{coding.value}"'):
            return f'{tag[: -len(coding.value) - 2]}"'
    return tag


class Keeper:
    """Keeps answers of up to `budget` bytes in all, those that were asked for last; safe under threads."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._answers: OrderedDict[str, Kept] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._questions: OrderedDict[Hashable, tuple[object, str]] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    @property
    def most(self) -> int:
        """How long an answer may be to be kept."""
        return self._budget // 4

    @property
    def held(self) -> int:
        """Bytes that are kept now, about."""
        return self._held

    def of_tag(self, tag: str, *, private: bool = False) -> Kept | None:
        """The answer of a tag without coding, as it is given to those who say who they are, or to others."""
        key = key_of(tag, private=private)
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def asked(self, question: Hashable, moment: object) -> Kept | None:
        """The answer that was given to a question when it was asked at this very moment of the record."""
        with self._lock:
            known = self._questions.get(question)
            if known is None:
                return None
            found = self._answers.get(known[1]) if known[0] is moment else None
            if found is None:
                del self._questions[question]
                return None
            self._answers.move_to_end(known[1])
            return found

    def keep(self, answer: Kept, question: Hashable | None, moment: object) -> None:
        """Keep an answer, and that it was given to this question at this moment."""
        if answer.tag is None or answer.size > self.most:
            return
        with self._lock:
            self._let_go(answer.key)
            self._answers[answer.key] = answer
            self._sizes[answer.key] = answer.size
            self._held += answer.size
            while self._held > self._budget:
                self._let_go(next(iter(self._answers)))
            if question is not None:
                self._questions[question] = (moment, answer.key)
                self._questions.move_to_end(question)
                if len(self._questions) > _MOST_QUESTIONS:
                    self._questions.popitem(last=False)

    def _let_go(self, key: str) -> None:
        if self._answers.pop(key, None) is not None:
            self._held -= self._sizes.pop(key)


def is_short(question: Sequence[object]) -> bool:
    """Whether a question is short enough to be kept."""
    return sum(len(part) for part in question if isinstance(part, bytes | str)) <= _LONGEST_QUESTION
