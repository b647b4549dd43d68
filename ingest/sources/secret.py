"""The password or token of a source: it comes from the environment, and is shown nowhere."""

import ipaddress
import os

from record.errors import SourceError
from record.network.source import Source


def secret_of(source: Source) -> str | None:
    """What the environment variable named by `secret` holds; None where the source names none.

    Raises `SourceError` where the variable is missing, or holds what no line of a protocol can carry.
    """
    return None if source.secret is None else secret_in(source.secret, f"source {source.id}")


def secret_in(variable: str, who: str) -> str:
    """What an environment variable holds, for `who` needs it to get in. Raises `SourceError` as `secret_of` does."""
    value = os.environ.get(variable, "")
    if not value:
        raise SourceError(f"the environment variable {variable} is not set: {who} needs it to get in")
    if any(ord(sign) < ord(" ") or sign == "\x7f" for sign in value):
        raise SourceError(f"the environment variable {variable} holds a line break or control sign: set it anew")
    return value


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, so that nobody between can listen."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
