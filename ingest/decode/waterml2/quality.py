"""Words about the quality of a point: the standard ones, and those that the source explains."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.written.xml_tree import shown

if TYPE_CHECKING:
    from record.network.source import Meaning, Source

STANDARD: "dict[str, Meaning]" = {
    "good": "good",
    "suspect": "suspect",
    "estimate": "estimated",
    "poor": "suspect",
    "unchecked": "unknown",
    "missing": "missing",
}
"""What the words of the standard's own vocabulary mean to us, unless the source says otherwise."""
_WORST_FIRST = ("missing", "bad", "suspect", "estimated", "unknown", "good")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What all words about a point come to: the gravest of them, whether one means estimated, and what is left open."""

    word: str | None
    estimated: bool
    doubts: tuple[str, ...]


def explained(source: "Source") -> "Source":
    """The source with the standard words explained besides its own."""
    return source.model_copy(update={"quality": STANDARD | source.quality})


def judged(words: Iterable[str], remarks: Iterable[str], source: "Source") -> Judgement:
    """Weigh words of quality and free remarks about a point, by what the source explains of them."""
    known: dict[str, Meaning] = {}
    doubts: list[str] = []
    for word in words:
        plain = word if word in source.quality else word.lower()
        if plain in source.quality:
            known[plain] = source.quality[plain]
        else:
            doubts.append(f"quality code {shown(word)!r} is not declared")
    for remark in remarks:
        if remark in source.quality:
            known[remark] = source.quality[remark]
        else:
            doubts.append(f"the sender remarks: {shown(remark, 200)}")
    gravest = min(known, key=lambda word: _WORST_FIRST.index(known[word]), default=None)
    doubts += [
        f"the sender calls it suspect ({shown(word)})"
        for word, meaning in known.items()
        if meaning == "suspect" and word != gravest
    ]
    return Judgement(word=gravest, estimated="estimated" in known.values(), doubts=tuple(doubts))
