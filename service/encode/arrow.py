"""Apache Arrow's IPC stream: the long table of `service.written.arrow_table`, a record batch for some portions."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from record.archive.answer import Answer, Heading
from service.encode.told import Told
from service.written.arrow_table import Drain, batches, schema_of


def write(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
    """The document of an answer; each piece is whole messages of the stream, the first with the schema before it."""
    schema, drain = schema_of(heading, told), Drain()
    with pa.ipc.new_stream(pa.PythonFile(drain, "w"), schema) as writer:
        for batch in batches(heading, portions, schema):
            writer.write_batch(batch)
            yield drain.taken()
    yield drain.taken()
