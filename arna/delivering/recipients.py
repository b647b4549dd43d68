"""Who is to be sent which reports: a file beside the record, since it holds the addresses of people.

[[recipient]]
party = "kz"
editions = ["daily", "monthly"]
languages = ["kk"]
forms = ["pdf", "xlsx"]
mail = "duty@kazhydromet.example"
"""

import hmac
import tomllib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from arna.post import is_address
from ingest.sources.door import Address, address_of
from record.errors import ConfigError, SourceError
from record.network import Network
from service.language import LANGUAGES
from service.reports.editions import BOTH, COPIES, EDITIONS, FIGURES

_FILE = "recipients.toml"
_MOST_BYTES = 1_000_000
_PORTS = {"sftp": 22}
_FORMS = tuple(dict.fromkeys(copy.form for copy in (FIGURES, *COPIES)))
_LANGUAGES = (*LANGUAGES, BOTH)
_WAYS = ("mail", "folder", "sftp")


class DeliverySettings(BaseSettings):
    """`ARNA_RECIPIENTS`; without it `recipients.toml` in the data folder, and without that nobody is sent anything."""

    model_config = SettingsConfigDict(env_prefix="ARNA_", frozen=True)

    recipients: Path | None = None


class Recipient(BaseModel):
    """Who is sent which files: by mail, as files in a folder, or to `sftp://user@host/path`.

    `party` is whose recipient it is, None where nobody's. `key` opens the SFTP server, or `secret` names the variable
    of the environment that holds the password; `known_hosts` names the server's own key. Both are files, within the
    data folder unless absolute.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    party: str | None = None
    editions: tuple[str, ...] = Field(default=("daily",), min_length=1)
    languages: tuple[str, ...] = Field(default=(BOTH,), min_length=1)
    forms: tuple[str, ...] = Field(default=("pdf",), min_length=1)
    mail: str | None = None
    folder: Path | None = None
    sftp: str | None = None
    key: Path | None = None
    secret: str | None = None
    known_hosts: Path | None = None

    @model_validator(mode="after")
    def _names_what_is_issued(self) -> "Recipient":
        for said, known, what in (
            (self.editions, tuple(EDITIONS), "edition"),
            (self.languages, _LANGUAGES, "language"),
            (self.forms, _FORMS, "form"),
        ):
            for word in said:
                if word not in known:
                    raise ValueError(f"{what} {word!r} is not issued: use {', '.join(known)}")
        return self

    @model_validator(mode="after")
    def _can_be_reached(self) -> "Recipient":
        if sum(getattr(self, way) is not None for way in _WAYS) != 1:
            raise ValueError(f"needs one way to be reached: {', '.join(_WAYS[:-1])} or {_WAYS[-1]}")
        if self.mail is not None and not is_address(self.mail):
            raise ValueError("mail is no mail address, such as duty@ministry.example")
        if self.sftp is None and (self.key, self.secret, self.known_hosts) != (None, None, None):
            raise ValueError("key, secret and known_hosts are of sftp alone")
        return self

    @model_validator(mode="after")
    def _opens_its_server(self) -> "Recipient":
        if self.sftp is not None:
            _ = self.user, self.address
            if self.known_hosts is None or (self.key is None) == (self.secret is None):
                raise ValueError("sftp needs known_hosts, and either key or secret to open the door")
        return self

    @property
    def place(self) -> str:
        """Where it is reached, for the log of the house: a mail address by its domain alone."""
        if self.mail is not None:
            return f"mail to {self.mail.rpartition('@')[2]}"
        return f"folder {self.folder}" if self.folder is not None else f"sftp to {self.address.host}"

    def name(self, secret: bytes) -> str:
        """By what the record knows it: the way, and a mark that tells two apart and, without the secret, no more."""
        way = next(way for way in _WAYS if getattr(self, way) is not None)
        return f"{way} {hmac.new(secret, f'{way} {getattr(self, way)}'.encode(), 'sha256').hexdigest()[:8]}"

    @property
    def user(self) -> str:
        """As whom to come to the SFTP server. Raises `ValueError`."""
        parts = urlsplit(self.sftp or "")
        if not parts.username or parts.password is not None:
            raise ValueError("sftp must name a user and no password: write sftp://user@host/path")
        return unquote(parts.username)

    @property
    def address(self) -> Address:
        """Its folder at the SFTP server. Raises `ValueError`."""
        place = self.sftp or ""
        try:
            # As of a source, whose user is declared apart.
            return address_of(place.replace(f"{urlsplit(place).netloc.rpartition('@')[0]}@", "", 1), _PORTS)
        except SourceError as fault:
            raise ValueError(str(fault).replace("the place", "sftp")) from None

    def takes(self, edition: str, form: str, language: str, party: str | None = None) -> bool:
        """Whether it is sent a copy; one filled for a `party` goes to the recipients of that party alone."""
        return (
            edition in self.editions
            and form in self.forms
            and (not language or language in self.languages)
            and (party is None or party == self.party)
        )


def place_of(settings: DeliverySettings, data: Path) -> Path:
    """Where the file is."""
    return settings.recipients or data / _FILE


def recipients(path: Path, network: Network) -> tuple[Recipient, ...]:
    """Those that a file declares; none where there is no file. Raises `ConfigError`, naming file and row."""
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as fault:
        raise ConfigError(f"{path} cannot be read: {fault.strerror}; set ARNA_RECIPIENTS") from None
    if len(body) > _MOST_BYTES:
        raise ConfigError(f"{path} is longer than {_MOST_BYTES} bytes: name the recipients alone")
    try:
        said = tomllib.loads(body.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ConfigError(f"{path}: not TOML: {fault}") from None
    rows = said.pop("recipient", [])
    if said or not isinstance(rows, list):
        raise ConfigError(f"{path}: holds rows of [[recipient]] and nothing else")
    found = tuple(_recipient(path, number, row, network) for number, row in enumerate(rows, 1))
    names = [(one.mail, one.folder, one.sftp) for one in found]
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            raise ConfigError(f"{path}: recipient {number} is declared twice: write all of its files in one row")
    return found


def _recipient(path: Path, number: int, row: object, network: Network) -> Recipient:
    try:
        made = Recipient.model_validate(row)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        said = first["msg"].removeprefix("Value error, ")
        raise ConfigError(f"{path}: recipient {number}: {f'{where}: ' if where else ''}{said}") from None
    if made.party is not None and made.party not in network.parties:
        raise ConfigError(f"{path}: recipient {number}: party {made.party!r} is none: use {', '.join(network.parties)}")
    return made
