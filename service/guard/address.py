"""Whom a request comes from: the address of the peer, or what a trusted proxy says of it.

A proxy is trusted where `ARNA_PROXIES` names it, and nobody else's word is taken. A request of this machine itself has
no address, and no limits: whoever is here can do worse. It has one where it bears the marks of an unnamed proxy.
"""

import logging
import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from record.errors import ConfigError

log = logging.getLogger("arna.service")

MARKS = frozenset({b"forwarded", b"via", b"x-real-ip", b"x-forwarded-proto", b"x-forwarded-host"})
"""Headers that a proxy adds; who asks on his own sends none of them."""
_WITH_PORT = re.compile(r"(?P<bare>[0-9.]+)(:[0-9]{1,5})?|\[(?P<boxed>[0-9A-Fa-f:.]+)\](:[0-9]{1,5})?")
_MOST_HOPS = 10
_REMEMBERED = 4096
_OF_A_HOUSE = 64
"""Bits of an IPv6 address that one subscriber is given whole: all below are one client."""


class Addresses:
    """Tells clients apart by their addresses; `proxies` are addresses and networks whose word is taken.

    Raises `ConfigError` for one that is neither.
    """

    def __init__(self, proxies: Iterable[str] = ()) -> None:
        try:
            self._proxies = tuple(ip_network(said.strip(), strict=False) for said in proxies)
        except ValueError:
            raise ConfigError(
                "ARNA_PROXIES is a list of addresses or networks with commas: write 10.0.0.5,192.168.7.0/24"
            ) from None
        self._known: dict[str, tuple[str, bool, bool]] = {}
        self._warned = False

    def client(self, peer: str, forwarded: str | None, *, marked: bool = False) -> str | None:
        """The address that limits are counted for; None for this machine itself.

        `forwarded` is `X-Forwarded-For`; `marked` says that the request bears other marks of a proxy.
        """
        name, trusted, here = self._of(peer)
        if trusted and forwarded:
            return self._beyond(forwarded) or name
        if not here or trusted:
            return name
        if forwarded is None and not marked:
            return None
        self._warn(peer)
        return name

    def is_trusted(self, peer: str) -> bool:
        """Whether the peer is a proxy of ours."""
        return self._of(peer)[1]

    def _beyond(self, forwarded: str) -> str | None:
        """The last address of the chain that is no proxy of ours: what stands before it anybody may have written."""
        for word in reversed(forwarded.split(",")[-_MOST_HOPS:]):
            address = _without_port(word.strip())
            try:
                ip_address(address)
            except ValueError:
                return None
            name, trusted, _ = self._of(address)
            if not trusted:
                return name
        return None

    def _of(self, peer: str) -> tuple[str, bool, bool]:
        """The name by which an address is counted, whether it is a trusted proxy, and whether it is this machine."""
        known = self._known.get(peer)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[peer] = self._told(peer)
        return known

    def _told(self, peer: str) -> tuple[str, bool, bool]:
        try:
            address: IPv4Address | IPv6Address = ip_address(peer)
        except ValueError:
            return peer, False, False
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        trusted = any(address in network for network in self._proxies)
        name = str(address)
        if isinstance(address, IPv6Address) and not address.is_loopback:
            name = str(IPv6Network((int(address), _OF_A_HOUSE), strict=False))
        return name, trusted, address.is_loopback

    def _warn(self, peer: str) -> None:
        if not self._warned:
            self._warned = True
            log.warning(
                "requests come by a proxy at %s that ARNA_PROXIES does not name: all its clients are counted as one",
                peer,
            )


def _without_port(word: str) -> str:
    found = _WITH_PORT.fullmatch(word)
    return word if found is None else found["bare"] or found["boxed"]
