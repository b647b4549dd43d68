"""Which addresses need which token. Where reading is open, none of those that are read does.

Where it is closed, whatever holds readings needs a token with the scope `read`. What proves the record holds none: the
checkpoints, the hashes of the tree, whose signatures count and which version of the network is in force. So anyone can
still see that the record grows, that both countries sign it and that nobody is shown another; and so do the pages by
which a client finds its way, and what of the pages for people holds no readings.
"""

import re
from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request

from service.tokens import Scope, Token

VISITOR = "visitor"
"""In the state of a request: whom it comes from."""
HOLDS = "holds"
"""In the state of a request: tells, without arguments, whether who was let in still would be."""
_FIRST = frozenset({"/", "/api", "/api/3.1", "/conformance", "/health", "/ready"})
_PAGES = frozenset({"/about", "/verify", "/verify/verify.py", "/hydrologists"})
_ASSETS = re.compile(r"/assets/[0-9a-f]+/[a-z0-9.-]+", re.ASCII)
_OF_PROOF = re.compile(
    r"/log/(checkpoint|final|standing|policy|alarms|tile/[0-9]+(/x?[0-9]{3})+(\.p/[0-9]+)?)|/network(/proposal|/approvals)?",
    re.ASCII,
)
_INBOX = "/inbox/"
_METRICS = "/metrics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whom a request comes from: the token that it bears and that holds, and whether it is of this machine itself.

    `closed` says that reading is for the parties alone.
    """

    token: Token | None
    here: bool
    closed: bool = False


def admit(path: str, visitor: Visitor, *, closed: bool) -> None:
    """Let a request through to an address, or raise what is to be answered."""
    if path == _METRICS:
        _admit_operator(visitor)
    elif closed and not is_open(path):
        _ask_for(Scope.READ, visitor.token, "reading is for the parties:")


def for_operator(request: Request) -> None:
    """Let through who may see the figures of the operator; for their own address, however that was spelled.

    Where no guard stands everybody may.
    """
    visitor: Visitor | None = request.scope.get("state", {}).get(VISITOR)
    if visitor is not None:
        _admit_operator(visitor)


def may_read(request: Request) -> bool:
    """Whether who asks at an address that is for anyone may be shown readings too; where no guard stands all may."""
    visitor: Visitor | None = request.scope.get("state", {}).get(VISITOR)
    if visitor is None or not visitor.closed:
        return True
    return visitor.token is not None and Scope.READ in visitor.token.scopes


def _admit_operator(visitor: Visitor) -> None:
    if not visitor.here:
        _ask_for(Scope.METRICS, visitor.token, "the figures of the operator are read on the machine itself, or")


def challenge(description: str, error: str = "") -> HTTPException:
    """401, for who sent no token or one that opens nothing."""
    told = f'Bearer realm="arna"{error}'
    return HTTPException(HTTPStatus.UNAUTHORIZED, description, {"WWW-Authenticate": told})


def unknown() -> HTTPException:
    """401, for a token that nobody holds."""
    return challenge(
        "the token that was sent is nobody's: check it, or ask the operator for another", ', error="invalid_token"'
    )


def unread() -> HTTPException:
    """401, for what is sent in the place of a token and cannot be one."""
    return challenge(
        "what was sent as a token is none: send Authorization: Bearer TOKEN, as it was given to you, once",
        ', error="invalid_token"',
    )


def ended(fault: str) -> HTTPException:
    """401, for a token that opens nothing any more."""
    return challenge(fault, ', error="invalid_token"')


def is_open(path: str) -> bool:
    """Whether an address is for anyone where reading is closed."""
    # The inbox asks for a token itself, since only there the source is known whose party it must be of.
    of_pages = path in _PAGES or _ASSETS.fullmatch(path) is not None
    return path in _FIRST or of_pages or path.startswith(_INBOX) or _OF_PROOF.fullmatch(path) is not None


def _ask_for(scope: Scope, token: Token | None, why: str) -> None:
    if token is None:
        raise challenge(f"{why} with a token of scope {scope}: send Authorization: Bearer TOKEN")
    if scope not in token.scopes:
        raise HTTPException(
            HTTPStatus.FORBIDDEN,
            f"the token {token.id} does not open this: it needs the scope {scope}",
            {"WWW-Authenticate": f'Bearer realm="arna", error="insufficient_scope", scope="{scope}"'},
        )
