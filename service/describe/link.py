"""Links, as every document carries them: with `rel` and `type`, for clients choose by these two."""

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"


def link(href: str, rel: str, media: str = JSON, title: str | None = None) -> dict[str, str]:
    """A link as every EDR document carries it."""
    return {"href": href, "rel": rel, "type": media} | ({"title": title} if title else {})


def in_both(here: str, media: str = JSON) -> list[dict[str, str]]:
    """The links of a document to itself and to the page that shows the same to people."""
    page = f"{here}{'&' if '?' in here else '?'}f=html"
    return [link(here, "self", media), link(page, "alternate", HTML, "This document as a page")]
