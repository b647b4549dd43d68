"""What stands beside the values of a series: of all its points by default, or of one."""

from dataclasses import dataclass, replace

from ingest.decode.waterml2.naming import href_of, last_part, title_of, word_of
from ingest.written import xml_tree
from ingest.written.xml_tree import Element, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Words about points. `nil_reason` says why there is no value, `censored` that it lies beyond what is measured."""

    unit: str | None = None
    quality: str | None = None
    qualifiers: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    nil_reason: str | None = None
    censored: str | None = None
    interpolation: str | None = None
    aggregation: str | None = None

    def over(self, default: "Metadata") -> "Metadata":
        """These words, and those of `default` where these are silent."""
        if self == _NOTHING:
            return default
        return replace(
            default,
            unit=self.unit or default.unit,
            quality=self.quality or default.quality,
            qualifiers=self.qualifiers or default.qualifiers,
            comments=self.comments or default.comments,
            censored=self.censored or default.censored,
            interpolation=self.interpolation or default.interpolation,
            aggregation=self.aggregation or default.aggregation,
        )


_NOTHING = Metadata()


def metadata_of(holder: Element | None) -> Metadata:
    """The words in a `defaultPointMetadata` of a series, or in the `metadata` of a point."""
    if holder is None:
        return _NOTHING
    fields = [field for kind in holder for field in kind]

    def words(name: str) -> list[str]:
        found = (word_of(field) for field in fields if xml_tree.name_of(field) == name)
        return [word for word in found if word]

    def word(name: str) -> str | None:
        return next(iter(words(name)), None)

    return Metadata(
        unit=next(
            (unit for field in fields if xml_tree.name_of(field) == "uom" for unit in [_unit(field)] if unit), None
        ),
        quality=word("quality"),
        qualifiers=tuple(_qualifier(field) for field in fields if xml_tree.name_of(field) == "qualifier"),
        comments=tuple(words("comment")),
        nil_reason=word("nilReason"),
        censored=word("censoredReason"),
        interpolation=word("interpolationType"),
        aggregation=word("aggregationDuration"),
    )


def _unit(element: Element) -> str:
    """The unit that an element names: a code, or an address that no unit of ours is called by and so is refused."""
    return shown(element.get("code", "") or href_of(element) or title_of(element) or xml_tree.text_of(element))


def _qualifier(element: Element) -> str:
    """The word of a qualifier: pointed to, or that of the category or quantity that stands in it."""
    word = word_of(element)
    inner = next(iter(element), None)
    if word or inner is None:
        return word or "empty"
    defined = last_part(inner.get("definition", ""))
    value = xml_tree.child_of(inner, "value")
    text = "" if value is None else shown(xml_tree.text_of(value), 200)
    return (defined or text) if xml_tree.name_of(inner) == "Quantity" else (text or defined)
