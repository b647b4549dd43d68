"""Apache Parquet: the long table of `service.written.arrow_table`, a group of rows for some portions of the answer."""

from collections.abc import Iterable, Iterator

import pyarrow as pa
from pyarrow import parquet

from record.archive.answer import Answer, Heading
from service.encode.told import Told
from service.written.arrow_table import Drain, batches, schema_of


def write(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
    """The document of an answer; each piece holds the groups of rows that are whole by then."""
    schema, drain = schema_of(heading, told), Drain()
    # Snappy is what every reader of the field was built with.
    with parquet.ParquetWriter(pa.PythonFile(drain, "w"), schema, compression="snappy") as writer:
        for batch in batches(heading, portions, schema):
            writer.write_batch(batch)
            yield drain.taken()
    yield drain.taken()
