"""Where both sides sign the protocol copy by hand."""

from service.paper.paper import Column, Kind, Row, Section, Table
from service.reports.told.teller import Teller

_TAGS = ("name", "signature", "date")
_LINE = "_" * 18


def section(teller: Teller) -> Section:
    """A line for each party, empty for name and post, signature and date."""
    heads = (teller.say("Name and post"), teller.say("Signature"), teller.say("Date"))
    columns = (
        Column(tag="party", head=teller.say("For the party"), kind=Kind.TEXT),
        *(Column(tag=tag, head=head, kind=Kind.TEXT) for tag, head in zip(_TAGS, heads, strict=True)),
    )
    rows = tuple(
        Row(tag=f"signing.{local.party}", cells=(teller.name(local.party), *[_LINE] * len(heads)))
        for local in teller.report.span.local
    )
    table = Table(tag="signing", title=teller.say("Signatures"), columns=columns, rows=rows, empty=teller.say("None."))
    return Section(tag="signing", title=teller.say("Signatures of both sides"), level=1, parts=(table,))
