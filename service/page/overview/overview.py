"""The overview as its template shows it: what the record says now, beside the last report day that has ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from record.network import Network
from service.page import map as maps
from service.page import schematic
from service.page.now import SitesNow
from service.page.overview import amiss, gauges, stations
from service.page.overview.amiss import Now
from service.page.overview.held import Daily
from service.page.overview.stations import Stations
from service.page.overview.told import BasinTold
from service.page.shell import Shell


@dataclass(frozen=True, slots=True, kw_only=True)
class BasinShown:
    """A basin: the `schematic` of its rivers and the `gauges` of its reservoirs now, `told` of its report day.

    So many sites are `left_out` of the schematic. `rivers` hold the rows of all sites but reservoirs; `never` are the
    names of the stations that never spoke.
    """

    id: str
    name: str
    schematic: Markup
    left_out: int
    gauges: Markup
    told: BasinTold
    stations: Stations
    never: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the page shows; `daily` is the report day, `now` what is late or missing, `gaps` what that day lacks.

    `size` entries are the newest that it rests on; `moment` is of when it is.
    """

    daily: Daily
    size: int
    moment: datetime
    now: Now
    gaps: Sequence[str]
    map: Markup
    basins: Sequence[BasinShown]


def overview(shell: Shell, network: Network, sites: SitesNow, daily: Daily, size: int, moment: datetime) -> Overview:
    """The overview of a network, as it is at a moment (aware)."""
    told = daily.held.told(shell.reader.language)
    return Overview(
        daily=daily,
        size=size,
        moment=moment,
        now=amiss.amiss(network, sites),
        gaps=told.gaps,
        map=maps.svg(network, shell.reader, sites, shell.onward),
        basins=[
            BasinShown(
                id=part.id,
                name=shell.reader.language.name(network.basins[part.id].names),
                schematic=schematic.svg(daily.held.drawn[part.id].network, shell.reader, sites, part.id, shell.onward),
                left_out=daily.held.drawn[part.id].left_out,
                gauges=gauges.gauges(shell, network, sites, part, told.basins[part.id].passed),
                told=told.basins[part.id],
                stations=stations.stations_of(shell, network, sites, part.id, told.basins[part.id].flows),
                never=[
                    shell.reader.language.name(network.stations[name].names)
                    for name in stations.never(network, sites, part.id)
                ],
            )
            for part in daily.held.report.basins
            if part.id in network.basins
        ],
    )
