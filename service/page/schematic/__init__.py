"""The line schematic of a basin: from the headwater down, as hydrological services draw their rivers."""

from markupsafe import Markup

from record.network import Network
from service.page.now import SitesNow
from service.page.reader import Reader
from service.page.schematic.drawing import Link, drawn, scheme_of

NARROW, WIDE = 344.0, 640.0
"""How wide the two drawings are; of those one is shown, by the room that there is."""


def svg(network: Network, reader: Reader, sites: SitesNow, basin: str, link: Link) -> Markup:
    """The schematic of a basin, drawn narrow and wide: every site with its newest values, in a link to its page."""
    language = reader.language
    label = language.say("Schematic of the basin: {basin}", basin=language.name(network.basins[basin].names))
    pictures = (
        drawn(network, reader, scheme_of(network, reader, sites, basin, width), link, label, style)
        for width, style in ((NARROW, "narrow-only"), (WIDE, "wide-only"))
    )
    return Markup("".join(pictures))
