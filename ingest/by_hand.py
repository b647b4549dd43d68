"""What a party says by hand: a file of TOML that names its author and reason, signed by an amender's key of the party.

Amendments and reviews are such files. Each is entered as a whole or not at all.
"""

import tomllib
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from record.errors import ConfigError, ProofError
from record.network import Network
from record.network.key import Role
from record.proof import note
from record.proof.keys import Signer, Verifier

MAX_BYTES = 4_000_000
MEDIA = "text/plain; charset=utf-8"


def _one_line(text: str) -> str:
    if "\n" in text or not text.isprintable():
        raise ValueError("it must be one line of printable signs")
    return unicodedata.normalize("NFC", text)


Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500), AfterValidator(_one_line)
]


class ByHand(BaseModel):
    """What all such files say: on whose behalf, by whom, why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    party: str
    author: Words
    reason: Words


Form = TypeVar("Form", bound=ByHand)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Generic[Form]):
    """A signed file: what it says, its bytes with the one signature that counts, and by whom that is."""

    found: Form
    body: bytes
    signer: str


def read(text: str, form: type[Form], what: str, network: Network) -> Form:
    """What a file of that form says; raise `ConfigError`, in one line, for whatever is wrong with it.

    `what` is what people call such a file: "amendment".
    """
    try:
        found = form.model_validate(tomllib.loads(text, parse_float=Decimal))
    except (tomllib.TOMLDecodeError, RecursionError, ArithmeticError) as fault:
        raise ConfigError(f"the {what} is not TOML that can be read: {' '.join(str(fault).split())[:200]}") from None
    except ValidationError as fault:
        raise ConfigError(f"the {what}: {_first(fault)}; see docs/{what}s.md") from None
    if found.party not in network.parties:
        raise ConfigError(f"the {what} is of party {found.party!r}: use one of {', '.join(network.parties)}")
    return found


def signed(text: str, party: str, signer: Signer, network: Network) -> bytes:
    """The file, signed; raise `ProofError` where the key is not an amender's of the party.

    Of a trial, which declares no keys, any key will do.
    """
    signer = replace(signer, name=_name_of(signer, party, network))
    return note.sign(text if text.endswith("\n") else f"{text}\n", [signer])


def opened(raw: bytes, form: type[Form], what: str, network: Network) -> Opened[Form]:
    """What a signed file says; raise `ProofError` where no amender of its party signed it, `ConfigError` as `read`.

    The signature under a file of a trial cannot be checked, and is not.
    """
    try:
        said = note.parse(raw)
    except ProofError as fault:
        raise ProofError(f"the {what} is not signed ({fault}): sign it with --key, see docs/{what}s.md") from None
    found = read(said.text, form, what, network)
    if not network.keys:
        return Opened(found=found, body=raw, signer=f"{said.signatures[0].name}, not checked in a trial")
    known = [key.verifier for key in network.keys_of(Role.AMENDER) if key.party == found.party]
    name = next(iter(note.verified(raw, known).signed))
    signer = next(key for key in known if key.name == name)
    # One signature of one key, so that the same words are the same bytes and can be entered once alone.
    return Opened(found=found, body=f"{said.text}\n{_line_of(said, signer)}".encode(), signer=name)


def _line_of(said: note.Note, signer: Verifier) -> str:
    return next(line.line for line in said.signatures if (line.name, line.key) == (signer.name, signer.id))


def _name_of(signer: Signer, party: str, network: Network) -> str:
    if not network.keys:
        return signer.name
    for key in network.keys_of(Role.AMENDER):
        if key.party == party and key.verifier.public == signer.verifier.public:
            return key.verifier.name
    raise ProofError(f"the key is not that of an amender of {party}: keys.toml must declare it, see docs/keys.md")


def _first(fault: ValidationError) -> str:
    error = fault.errors()[0]
    place = ".".join(str(part) for part in error["loc"])
    return f"{place}: {error['msg']}"
