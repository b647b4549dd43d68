"""What a page says where there is none: which status, what happened, and what to do."""

from collections.abc import Mapping
from http import HTTPStatus

from service.language.phrase import Phrase, phrase
from service.page.shell import Shell

_OTHER = (phrase("The service cannot answer this"), phrase("Begin at the overview, or come again later."))
_TOLD: Mapping[int, tuple[Phrase, Phrase]] = {
    HTTPStatus.BAD_REQUEST: (
        phrase("The question cannot be read"),
        phrase("The address asks for something that is not known. Go back and choose again."),
    ),
    HTTPStatus.UNAUTHORIZED: (
        phrase("Reading is for the parties"),
        phrase("This page holds readings and needs a token. Ask your own water authority for one."),
    ),
    HTTPStatus.FORBIDDEN: (
        phrase("The token does not open this page"),
        phrase("Ask the operator for a token that lets you read."),
    ),
    HTTPStatus.NOT_FOUND: (
        phrase("Nothing here"),
        phrase("There is no such page or place. Check the address, or begin at the overview."),
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        phrase("Too much at once"),
        phrase("Too much was asked for from your address. Come again in a minute."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        phrase("The record is busy"),
        phrase("The record cannot be read at the moment. Come again in a minute."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        phrase("A fault of our own"),
        phrase("The service could not answer; nothing of the record is lost. Come again later, or tell the operator."),
    ),
}


def page(shell: Shell, status: int, description: str) -> bytes:
    """The page of a status; `description` is the line, in English, that programs are given."""
    title, told = _TOLD.get(status, _OTHER)
    say = shell.reader.language.say
    return shell.render("fault.html", say(title), status=status, told=told, description=description)
