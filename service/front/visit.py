"""One request, as the door and the routes behind it see it: what was asked, and what is to become of the answer."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any, TypeVar

from starlette.requests import HTTPConnection

from service.front.coding import Coding, coding_of
from service.front.kept import Keeper, Kept, bare_tag, is_short
from service.front.lanes import Lane, Lanes

_NAME = "arna.visit"
_OF_THE_QUESTION = (b"host", b"accept", b"accept-encoding", b"accept-language", b"origin")
_OF_ONE_ASKER = (b"authorization", b"cookie", b"range")
_READ = frozenset((*_OF_THE_QUESTION, *_OF_ONE_ASKER, b"if-none-match"))

Scope = MutableMapping[str, Any]
Made = TypeVar("Made")


@dataclass(slots=True, eq=False)
class Visit:
    """What is known of a request, and wanted for its answer.

    `keeper` and `lanes` are those of the door. `question` is all of the request that an answer may depend on, None
    where that is more than we look at. `held` are the tags of answers that the asker has, None where it names none;
    `moment` is the record, taken before anything was read. A route sets `keep` where equal questions at one moment
    have equal answers, `given` where it knows what its answer tells, `apart` where an answer of the same tag can have
    other headers, and `kept` where it gives what was given before; `answer` is then what the door keeps.
    """

    keeper: Keeper = field(default_factory=lambda: Keeper(0))
    lanes: Lanes = field(default_factory=Lanes)
    question: tuple[object, ...] | None = None
    coding: Coding | None = None
    held: tuple[str, ...] | None = None
    private: bool = False
    head: bool = False
    moment: object = None
    keep: bool = False
    given: tuple[Any, ...] | None = None
    apart: str = ""
    kept: Kept | None = None
    answer: Kept | None = None

    def has(self, tag: str) -> bool:
        """Whether the asker names the answer of this tag, in any coding, as one that it has (RFC 9110, 13.1.2)."""
        return self.held is not None and any(bare_tag(one) == tag for one in self.held)

    @property
    def has_any(self) -> bool:
        """Whether the asker wants nothing where there is any answer."""
        return self.held is not None and "*" in self.held


def arriving(scope: Scope, keeper: Keeper, lanes: Lanes) -> Visit:
    """The visit of a request that came to the door, which the routes then find in its scope."""
    said, once = _read(scope["headers"])
    private = any(name in said for name in _OF_ONE_ASKER)
    question = None
    if once and not private:
        asked = (scope["scheme"], scope.get("root_path", ""), scope["path"], scope["query_string"])
        parts = (*asked, *(said.get(name, b"") for name in _OF_THE_QUESTION))
        question = parts if is_short(parts) else None
    encodings = said.get(b"accept-encoding")
    held = said.get(b"if-none-match")
    made = Visit(
        keeper=keeper,
        lanes=lanes,
        question=question,
        coding=coding_of(encodings.decode("latin-1")) if encodings else None,
        held=None if held is None else tags_of(held.decode("latin-1")),
        private=b"authorization" in said,
        head=scope["method"] == "HEAD",
    )
    scope[_NAME] = made
    return made


def visit_of(scope: Scope) -> Visit:
    """The visit of a request; one of which nothing is known, and nothing kept, where it came by no door."""
    found: Visit | None = scope.get(_NAME)
    return Visit() if found is None else found


def in_lane(lane: Callable[[Lanes], Lane]) -> Callable[[Callable[..., Made]], Callable[..., Awaitable[Made]]]:
    """Have a route, which takes its request, answer in a lane of the door instead of in any thread."""

    def led(route: Callable[..., Made]) -> Callable[..., Awaitable[Made]]:
        @wraps(route)
        async def waiting(**given: Any) -> Made:
            request = next(one for one in given.values() if isinstance(one, HTTPConnection))
            return await lane(visit_of(request.scope).lanes).run(partial(route, **given))

        return waiting

    return led


def tags_of(said: str) -> tuple[str, ...]:
    """The entity tags of an If-None-Match header, the weak ones as if they were strong."""
    return tuple(one.strip().removeprefix("W/") for one in said.split(","))


def _read(headers: Sequence[tuple[bytes, bytes]]) -> tuple[dict[bytes, bytes], bool]:
    """The headers that matter, and whether each comes once; those that come again are joined, as a list is."""
    found: dict[bytes, bytes] = {}
    once = True
    for name, value in headers:
        if name in _READ:
            once = once and name not in found
            found[name] = value if name not in found else found[name] + b"," + value
    return found, once
