"""Events as the bytes of a stream of server-sent events, in the form of the HTML standard."""

from collections.abc import Iterable

from record.events.event import Event
from record.network import Network
from service.events.document import written
from service.events.ring import Told

RETRY_MILLISECONDS = 5000
MEDIA = "text/event-stream"
GREETING = f"retry: {RETRY_MILLISECONDS}\n: what happens to the record, see docs/events.md\n\n".encode()
FAREWELL = b": the service stops; come again with the id of your last event\n\n"


def told(events: Iterable[Event], network: Network) -> list[Told]:
    """Each event with its bytes: its id where it has one, its kind, its document."""
    return [Told(event, _frame(event, network)) for event in events]


def sign_of_life(entry: int | None) -> bytes:
    """A comment, which shows that the stream lasts; with an entry, up to which there is nothing more to tell, as id."""
    return b":\n\n" if entry is None else f":\nid: {entry}\n\n".encode()


def _frame(event: Event, network: Network) -> bytes:
    mark = b"" if event.id is None else f"id: {event.id}\n".encode()
    return mark + f"event: {event.kind.value}\ndata: ".encode() + written(event, network) + b"\n\n"
