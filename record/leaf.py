"""The bytes of an entry: a signed note of one first line, which names its kind, and one line of canonical JSON.

Every kind shares the envelope: `log` the origin, so that an entry cannot be replayed into another record; `source`,
`seq` and `prev` (hex leaf hash), the source's own chain, in which a gap shows; `received`, when the gateway took the
message; `entered`, when the journal took the entry, never earlier than the entry before it; `raw`, the SHA-256 and
length of the original bytes, which are kept beside the journal.

A batch holds `series` ({id, unit, method}) and `rows` ([series number, time, value or null, flag, supersedes or null]).
`supersedes` is "ref/row": a row of the earlier leaf that `refs` names by index and hash; `reason` then says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from record.entry import FLAG_BY_WORD, Flag, Method, Observation
from record.errors import ProofError
from record.proof import canonical, note
from record.proof.keys import Signer, Verifier

BATCH = "arna/batch/v1"
REFUSAL = "arna/refusal/v1"
NETWORK = "arna/network/v1"
REPORT = "arna/report/v1"

_ENVELOPE = frozenset({"log", "source", "seq", "prev", "received", "entered", "raw"})
_FIELDS: Mapping[str, frozenset[str]] = {
    BATCH: _ENVELOPE | {"series", "rows", "refs", "reason"},
    REFUSAL: _ENVELOPE | {"refused"},
    NETWORK: _ENVELOPE | {"version", "files"},
    REPORT: _ENVELOPE | {"report"},
}

MAX_ROWS = 1000
MAX_BYTES = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every entry carries; times are aware, `raw` is (sha256 hex, length, media) of each original."""

    log: str
    source: str
    seq: int
    prev: str | None
    received: datetime
    entered: datetime
    raw: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry's kind and content, as read back from its bytes."""

    kind: str
    content: Mapping[str, Any]

    @property
    def source(self) -> str:
        """The source whose chain it belongs to."""
        return str(self.content["source"])

    @property
    def entered(self) -> datetime:
        """When the journal took it."""
        return parse_time(self.content["entered"])


@dataclass(frozen=True, slots=True)
class Earlier:
    """A row of an earlier entry that a new row supersedes: the entry's index and leaf hash, and the row's number."""

    index: int
    leaf: str
    row: int


def write_time(moment: datetime) -> str:
    """RFC 3339 in UTC to the second, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """Read a time of the journal; raise `ProofError` for any other spelling."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except (ValueError, TypeError):
        raise ProofError(f"{text!r} is not a time of the journal (YYYY-MM-DDThh:mm:ssZ)") from None


def write_value(value: Decimal | None) -> str | None:
    """Decimal text without exponent or a negative zero; trailing zeros are kept, they state the resolution."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.removeprefix("-") if value.is_zero() else text


def batch(envelope: Envelope, said: Sequence[tuple[Observation, str, Earlier | None]], reason: str | None) -> Leaf:
    """A batch of (observation, unit, what it supersedes); `reason` must be given where anything is superseded."""
    series: dict[tuple[str, str, str], int] = {}
    refs: dict[tuple[int, str], int] = {}
    rows: list[list[Any]] = []
    for seen, unit, earlier in said:
        number = series.setdefault((seen.series, unit, seen.method.value), len(series))
        supersedes = None
        if earlier is not None:
            supersedes = f"{refs.setdefault((earlier.index, earlier.leaf), len(refs))}/{earlier.row}"
        rows.append([number, write_time(seen.time), write_value(seen.value), seen.flag.word, supersedes])
    if refs and not reason:
        raise ValueError("an entry that supersedes earlier rows must say why")
    content = _envelope(envelope) | {
        "series": [{"id": name, "unit": unit, "method": method} for name, unit, method in series],
        "rows": rows,
        "refs": [{"index": index, "leaf": leaf} for index, leaf in refs],
        "reason": reason if refs else None,
    }
    return Leaf(BATCH, content)


def other(kind: str, envelope: Envelope, fields: Mapping[str, Any]) -> Leaf:
    """An entry of another kind: the envelope and its own fields."""
    return Leaf(kind, _envelope(envelope) | dict(fields))


def encode(leaf: Leaf, gateway: Signer) -> bytes:
    """The signed bytes of an entry."""
    text = f"{leaf.kind}\n{canonical.encode(leaf.content).decode()}\n"
    return note.sign(text, [gateway])


def decode(raw: bytes) -> Leaf:
    """Read an entry's bytes strictly; the signature is not checked here. Raises `ProofError`."""
    return _from_text(note.parse(raw).text)


def verified(raw: bytes, known: Sequence[Verifier]) -> Leaf:
    """Read an entry and check that a known gateway signed it. Raises `ProofError`."""
    return _from_text(note.verified(raw, known)[0].text)


def observations(leaf: Leaf) -> list[Observation]:
    """The observations of a batch, in the order of its rows."""
    series = leaf.content["series"]
    return [
        Observation(
            series=series[number]["id"],
            time=parse_time(time),
            value=None if value is None else Decimal(value),
            flag=flag_of(word),
            method=Method(series[number]["method"]),
        )
        for number, time, value, word, _ in leaf.content["rows"]
    ]


def flag_of(word: str) -> Flag:
    """The flag that a row's word stands for; raise `ProofError` for an unknown word."""
    try:
        return FLAG_BY_WORD[word]
    except KeyError:
        raise ProofError(f"flag {word!r} is not one of {', '.join(FLAG_BY_WORD)}") from None


def _envelope(envelope: Envelope) -> dict[str, Any]:
    return {
        "log": envelope.log,
        "source": envelope.source,
        "seq": envelope.seq,
        "prev": envelope.prev,
        "received": write_time(envelope.received),
        "entered": write_time(envelope.entered),
        "raw": [{"sha256": digest, "bytes": length, "media": media} for digest, length, media in envelope.raw],
    }


def _from_text(text: str) -> Leaf:
    kind, newline, line = text.partition("\n")
    fields = _FIELDS.get(kind)
    if not newline or fields is None:
        raise ProofError(f"not an entry of this journal: its first line is {kind[:60]!r}")
    content = canonical.decode(line.removesuffix("\n").encode())
    if not isinstance(content, dict) or set(content) != fields:
        raise ProofError(f"an entry of kind {kind} with missing or unknown fields")
    return Leaf(kind, content)
