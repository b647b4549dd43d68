"""The line schematic of a basin: from the headwater down, as hydrological services draw their rivers."""

from markupsafe import Markup

from record.network import Network
from service.page.now import SitesNow
from service.page.reader import Reader
from service.page.schematic import across, down
from service.page.schematic.frame import Link

NARROW, WIDE = 344.0, 1220.0
"""How wide the two drawings are; one of them is shown, by the room that there is."""


def svg(network: Network, reader: Reader, sites: SitesNow, basin: str, link: Link) -> Markup:
    """The schematic of a basin, drawn down and across the page: every site with its newest values, as a link."""
    language = reader.language
    label = language.say("Schematic of the basin: {basin}", basin=language.name(network.basins[basin].names))
    narrow = down.scheme_of(network, reader, sites, basin, NARROW)
    wide = across.strip_of(network, reader, sites, basin, WIDE)
    drawn = (
        down.drawn(reader, narrow, link, label, "narrow-only"),
        across.drawn(reader, wide, link, label, "wide-only"),
    )
    return Markup(f'<div class="schemes">{"".join(drawn)}</div>')
