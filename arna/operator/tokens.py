"""`arna token`: by what parties are known to the service, made, listed, replaced and taken back."""

import sys
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer

from arna import house
from arna import tokens as kept
from arna.operator.shown import show
from record.errors import SelectionError
from service.settings import Settings
from service.tokens import Scope, Token, Tokens

COLUMNS = ("id", "party", "scope", "state", "created", "expires", "revoked", "label")

Json = Annotated[bool, typer.Option("--json", help="For another program: JSON with all that is known.")]
Expires = Annotated[str | None, typer.Option(help="The last day on which it holds, YYYY-MM-DD; no end if none.")]

app = typer.Typer(no_args_is_help=True, help="Tokens by which parties are known to the service.")


@app.command("new")
def new(
    party: Annotated[str, typer.Argument(help="The party that is to be known by it.")],
    scope: Annotated[list[Scope] | None, typer.Option(help="read, push or metrics; may be given again.")] = None,
    expires: Expires = None,
    label: Annotated[str, typer.Option(help="Who or which machine it is for.")] = "",
) -> None:
    """Make a token, for reading unless another scope is given, and print it, this once."""
    settings, now = Settings(), _now()
    house.open_network(settings).party(party)
    scopes = frozenset(scope or [Scope.READ])
    token, secret = kept.make(settings.data, party, now.date(), scopes=scopes, expires=_day(expires), label=label)
    _tell(token, secret)


@app.command("rotate")
def rotate(
    name: Annotated[str, typer.Argument(help="The token whose place is taken, as arna token list names it.")],
    overlap: Annotated[int, typer.Option(help="For how many days more the earlier one holds.", min=0, max=366)] = 14,
    expires: Expires = None,
) -> None:
    """Make a token that opens the same, and let the earlier one end after some days."""
    settings, now = Settings(), _now()
    until = now.date() + timedelta(days=overlap)
    earlier, token, secret = kept.rotate(settings.data, name, now.date(), until, _day(expires))
    sys.stderr.write(f"arna: {earlier.id} holds until {earlier.expires}\n")
    _tell(token, secret)


@app.command("list")
def list_tokens(as_json: Json = False) -> None:
    """List the tokens, those that no longer hold too; none of them can be shown again."""
    today = _now().date()
    rows = [_row(token, today) for token in Tokens(Settings().data).all()]
    show(COLUMNS, rows, as_json=as_json, empty="there is no token: make one with arna token new PARTY")


@app.command("revoke")
def revoke(name: Annotated[str, typer.Argument(help="The token, as arna token list names it.")]) -> None:
    """Let a token open nothing from the next request on."""
    token = kept.revoke(Settings().data, name, _now().date())
    sys.stdout.write(f"{token.id} of {token.party} was revoked on {token.revoked} and opens nothing\n")


def _tell(token: Token, secret: str) -> None:
    """The token alone on the standard output, so that it can be led into a file; what it is, beside that."""
    scopes = ", ".join(sorted(token.scopes))
    until = "without an end" if token.expires is None else f"until {token.expires}"
    sys.stderr.write(f"arna: {token.id} of {token.party} opens {scopes}, {until}; it is shown this once\n")
    sys.stdout.write(f"{secret}\n")


def _row(token: Token, today: date) -> dict[str, Any]:
    state = "revoked" if token.revoked else "expired" if token.fault(today) else "holds"
    return {
        "id": token.id,
        "party": token.party,
        "scope": ",".join(sorted(token.scopes)),
        "state": "ends soon" if token.ends_soon(today) else state,
        "created": token.created,
        "expires": token.expires,
        "revoked": token.revoked,
        "label": token.label or None,
    }


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise SelectionError(f"{text[:40] if text else ''!r} is no day: write YYYY-MM-DD") from None


def _now() -> datetime:
    return datetime.now(UTC)
