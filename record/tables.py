"""The tables of the record: one schema for SQLite and PostgreSQL.

`entry`, `receipt` and `entry_receipt` are the journal, the truth. All others are views that can be folded anew from
it: `node` the Merkle tree; `recent` what stands and no segment holds; `superseded` what stood once, up to the entry
that `ended` it; `open_period` the periods that have recent rows, none of an entry before `low`; `segment` the sealed
files, the ones `replaced` among them; `network_step` what was proposed, approved and came into force; `latest` the
newest reading of each series; `refusal` the list of what was refused; `review` what persons say of readings;
`issued` the reports. `cursor`
remembers how far each source was read and `health` how it fares; `checkpoint` keeps what was signed, `cosignature` what
a witness signed of it, and `alarm` what anyone found that must not be. Times are seconds since 1970 in UTC.

Four are neither journal nor view: `access` notes which party was given what, and when for the first time; `warning`
is what was amiss, from when to when, and `warning_told` who was told of it; `delivered` which file of a report was sent
to whom. No entry says these, so that a rebuild cannot fold them and leaves them as they are, a mirror keeps its own,
and losing them loses nothing of the record.

Recent rows are kept by `stretch`: a day or so of one collection, whose number is that of its first series, its `home`;
`length` is the stretch in seconds. What comes in together is so written together, and a commit costs the same in a
record of any size.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

entry = Table(
    "entry",
    metadata,
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("entered", BigInteger, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("source", "seq"),
    Index("entry_entered", "entered", "idx"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("media", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

entry_receipt = Table(
    "entry_receipt",
    metadata,
    Column("sha256", Text, ForeignKey("receipt.sha256"), primary_key=True),
    Column("entry", BigInteger, ForeignKey("entry.idx"), primary_key=True),
)

node = Table(
    "node",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("issued", BigInteger, nullable=False),
    Column("note", LargeBinary, nullable=False),
)

cosignature = Table(
    "cosignature",
    metadata,
    Column("size", BigInteger, ForeignKey("checkpoint.size"), primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("time", BigInteger, nullable=False),
    Column("line", LargeBinary, nullable=False),
)

alarm = Table(
    "alarm",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("raised", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("evidence", LargeBinary, nullable=False),
    Column("settled", BigInteger),
    Column("reason", Text),
    UniqueConstraint("kind", "said"),
)

network_step = Table(
    "network_step",
    metadata,
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("signer", Text),
)

series = Table(
    "series",
    metadata,
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("collection", Text, nullable=False),
    Column("home", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    Index("series_collection", "collection", "no"),
)

recent = Table(
    "recent",
    metadata,
    Column("stretch", BigInteger, primary_key=True, autoincrement=False),
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("time", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("value", Double),
    Column("flag", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)

superseded = Table(
    "superseded",
    metadata,
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("time", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("value", Double),
    Column("flag", SmallInteger, nullable=False),
    Column("ended", BigInteger, nullable=False),
    # Holds all columns, so that what stood then on one day is read from here alone: it is one row in a hundred.
    Index("superseded_time", "time", "series", "entry", "ended", "position", "value", "flag"),
    sqlite_with_rowid=False,
)

open_period = Table(
    "open_period",
    metadata,
    Column("collection", Text, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("end", BigInteger, nullable=False),
    Column("low", BigInteger, nullable=False),
    Column("home", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    sqlite_with_rowid=False,
)

segment = Table(
    "segment",
    metadata,
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    Column("collection", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("low", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("replaced", BigInteger),
    Index("segment_period", "collection", "start"),
)

latest = Table(
    "latest",
    metadata,
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("time", BigInteger, nullable=False),
    Column("entry", BigInteger, nullable=False),
    Column("value", Double),
    Column("flag", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)

refusal = Table(
    "refusal",
    metadata,
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("fragment", LargeBinary, nullable=False),
    Index("refusal_source", "source", "entry"),
)

review = Table(
    "review",
    metadata,
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("series", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("signer", Text, nullable=False),
    Index("review_series", "series", "start"),
)

issued = Table(
    "issued",
    metadata,
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("part", Text, nullable=False),
    Index("issued_day", "kind", "day", "entry"),
    sqlite_with_rowid=False,
)

cursor = Table(
    "cursor",
    metadata,
    Column("source", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

health = Table(
    "health",
    metadata,
    Column("source", Text, primary_key=True),
    Column("tried", BigInteger, nullable=False),
    Column("answered", BigInteger),
    Column("heard", BigInteger),
    Column("failures", Integer, nullable=False),
    Column("failed", BigInteger),
    Column("fault", Text),
    Column("messages", Integer, nullable=False),
    Column("readings", Integer, nullable=False),
    Column("refusals", Integer, nullable=False),
)

access = Table(
    "access",
    metadata,
    Column("party", Text, primary_key=True),
    # A series, a collection, or "*" for all; of its times from `start` to before `end`, what entries from `low` to
    # before `size` say.
    Column("subject", Text, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("end", BigInteger, primary_key=True, autoincrement=False),
    Column("low", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("path", Text, nullable=False),
    # The name of the token; none where it was noted before tokens had names.
    Column("token", Text),
    Index("access_subject", "subject", "at"),
    sqlite_with_rowid=False,
)

_OPEN = text("ended IS NULL")

warning = Table(
    "warning",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("said", Text, nullable=False),
    Column("raised", BigInteger, nullable=False),
    Column("ended", BigInteger),
    # The same is amiss once at a time, whoever looks.
    Index("warning_open", "kind", "about", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)

warning_told = Table(
    "warning_told",
    metadata,
    Column("warning", Integer, ForeignKey("warning.no"), primary_key=True, autoincrement=False),
    Column("channel", Text, primary_key=True),
    Column("change", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
)

delivered = Table(
    "delivered",
    metadata,
    # By what the recipient is known here; the address itself is not kept.
    Column("recipient", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("file", Text, primary_key=True),
    Column("party", Text),
    Column("edition", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("delivered_day", "edition", "day", "revision"),
    sqlite_with_rowid=False,
)
