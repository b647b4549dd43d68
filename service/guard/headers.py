"""What every answer bears: how browsers are to treat it, and the pages whose scripts may read it."""

from collections.abc import Iterable, Mapping, Sequence

Headers = Sequence[tuple[bytes, bytes]]

SECURITY: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
OF_PAGES: Headers = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; "
        b"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
)
"""Our pages load nothing from elsewhere, run no script within the page, and stand in no frame."""
_CACHING, _PRIVATELY = b"cache-control", b"private, no-cache"
_ANY = (b"access-control-allow-origin", b"*")
_VARY = (b"vary", b"Origin")
_EXPOSED = (
    b"access-control-expose-headers",
    b"ETag, Link, Location, Retry-After, Content-Disposition, Content-Range, Accept-Ranges, "
    b"Arna-Record-State, Arna-Stations, Arna-Left-Out, Arna-Hint",
)
_PREFLIGHT: Headers = (
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"Authorization, Accept, If-None-Match, If-Modified-Since, Range, Last-Event-ID"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
)


class Origins:
    """The web pages whose scripts may read, as declared: `*` for any.

    Nothing here is known by a cookie: a script that reads for its page learns no more than whoever asks himself.
    """

    def __init__(self, declared: Iterable[str]) -> None:
        listed = [origin.encode("ascii") for origin in declared]
        self._any = b"*" in listed
        self._listed = frozenset(listed)
        self._of_any: Headers = (*SECURITY, _ANY, _EXPOSED)
        self._of_others: Headers = (*SECURITY, _VARY) if listed else SECURITY

    def answered(self, origin: bytes | None) -> Headers:
        """What the answer to a request from a page of that origin bears; or to one of no page's."""
        if self._any:
            return self._of_any
        if origin is None or origin not in self._listed:
            return self._of_others
        return (*self._of_others, (b"access-control-allow-origin", origin), _EXPOSED)

    def asked_first(self, origin: bytes) -> Headers:
        """What is answered to a browser that asks whether a script may ask."""
        allowed = self._any or origin in self._listed
        return _PREFLIGHT if allowed else _PREFLIGHT[-1:]


def media_of(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The media type of an answer; empty where it says none."""
    for name, value in headers:
        if name == b"content-type":
            return value
    return b""


def for_one_alone(headers: Headers) -> list[tuple[bytes, bytes]]:
    """The same, and no cache in between keeps the answer, whatever the address says of it to others."""
    said = next((value for name, value in headers if name == _CACHING), b"")
    if b"no-store" in said or b"private" in said:
        return list(headers)
    return [*(one for one in headers if one[0] != _CACHING), (_CACHING, _PRIVATELY)]


def is_preflight(method: str, found: Mapping[bytes, bytes]) -> bool:
    """Whether a browser asks if a script may ask."""
    return method == "OPTIONS" and b"origin" in found and b"access-control-request-method" in found
