"""Which declared network an account rests on: of what was known then, the one that was in force then."""

from dataclasses import replace
from datetime import datetime

from record.archive import Archive
from record.errors import SelectionError
from record.network import Network
from service.figures.days import counted
from service.language.phrase import phrase


def counted_entries(archive: Archive, as_of: datetime | int | None) -> int:
    """How many entries an account rests on. Raises `SelectionError` where the journal never held so many."""
    size = archive.size()
    if isinstance(as_of, int) and not 0 <= as_of <= size:
        raise SelectionError(f"as-of {as_of} lies beyond the journal, which holds {size} entries")
    return size if as_of is None else counted(archive, as_of)


def declared_then(archive: Archive, network: Network, count: int) -> tuple[Network, str]:
    """The network in force before entry `count`, with a sentence that says which it is.

    Of its stations the series that are declared no more cannot be read, and count as not declared. Where none was in
    force, or it cannot be read any more, it is today's, and the sentence says so.
    """
    then = archive.network_before(count)
    if then is None:
        return network, phrase(
            "No declared network that can be read was in force before entry {entry}: shares, plans and rules are "
            "TODAY'S, of version {version}.",
            entry=count, version=network.version,
        )  # fmt: skip
    if then.version == network.version:
        then = network
    stations = {
        name: station.model_copy(
            update={"series": tuple(said for said in station.series if f"{name}.{said}" in network.series)}
        )
        for name, station in then.stations.items()
    }
    said = phrase(
        "Shares, plans and rules are those in force before entry {entry}: network version {version}.",
        entry=count, version=then.version,
    )  # fmt: skip
    return then if then is network else replace(then, stations=stations), said
