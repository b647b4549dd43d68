"""The pictures of rivers and of the map, as they are drawn by those who know them."""

from markupsafe import Markup

from record.network import Network
from service.page.now import SitesNow
from service.page.shell import Shell


def schematic_of(shell: Shell, network: Network, sites: SitesNow, basin: str) -> Markup:
    """The line schematic of the rivers of a basin."""
    return Markup()


def map_of(shell: Shell, network: Network, sites: SitesNow) -> Markup:
    """The map of all sites."""
    return Markup()
