"""A paper with one of everything that a paper can hold, in Kazakh; made up, to see how the forms lay it out."""

from datetime import UTC, date, datetime
from math import sin

from service.paper.paper import (
    Attachment,
    Band,
    Chart,
    Code,
    Column,
    Fact,
    Kind,
    Line,
    Mark,
    Number,
    Paper,
    Prose,
    Row,
    Section,
    Stroke,
    Table,
)

LETTERS = "ә ғ қ ң ө ұ ү һ і Ә Ғ Қ Ң Ө Ұ Ү Һ І − ≤ ≥ → м³/с «»"

_WORDS = {
    "page": "{page}-бет, барлығы {pages}", "contents": "Мазмұны", "reports": "Есептер", "missing": "деректер жоқ",
    "made": "Арна", "mark": "белгі",
    **{mark.value: mark.value for mark in Mark},
}  # fmt: skip


def _number(key: str, value: float | None, decimals: int = 3, *marks: Mark, signed: bool = False) -> Number:
    return Number(key=key, value=value, decimals=decimals, marks=marks, signed=signed)


def _reservoirs() -> Table:
    return Table(
        tag="reservoirs",
        title="Су қоймалары",
        columns=(
            Column(tag="name", head="Су қоймасы", kind=Kind.TEXT),
            Column(tag="level", head="Деңгей", unit="м"),
            Column(tag="storage", head="Көлем", unit="млн м³"),
            Column(tag="change", head="Өзгеріс", unit="млн м³"),
            Column(tag="inflow", head="Су келуі", unit="м³/с"),
        ),
        rows=(
            Row(
                tag="kirov:kg",
                cells=(
                    "Киров су қоймасы",
                    _number("kirov:kg.level", 25.25, 2),
                    _number("kirov:kg.storage", 275.0, 2),
                    _number("kirov:kg.storage.change", -1.5, 2, signed=True),
                    _number("kirov:kg.inflow", 20.125, 3, Mark.SUSPECT),
                ),
            ),
            Row(
                tag="orto-tokoy:kg:simulated",
                cells=(
                    "Ортотоқой су қоймасы (модельденген)",
                    _number("orto-tokoy:kg:simulated.level", None, 2),
                    _number("orto-tokoy:kg:simulated.storage", 1234.5, 2, Mark.ESTIMATED),
                    _number("orto-tokoy:kg:simulated.storage.change", 0.0, 2, signed=True),
                    _number("orto-tokoy:kg:simulated.inflow", 9.87654321, 3),
                ),
                marks=(Mark.SIMULATED, Mark.UNVERIFIED),
            ),
            Row(
                tag="sum",
                cells=("Барлығы", None, _number("sum.storage", 1509.5, 2), None, _number("sum.inflow", 30.0, 3)),
                total=True,
            ),
        ),
        empty="Деректер жоқ.",
        notes=("Көлем таңғы 08:00 көрсеткіші бойынша берілген.",),
    )


def _chart() -> Chart:
    now = tuple(None if day > 60 or 20 <= day < 25 else 20 + 8 * sin(day / 9) for day in range(183))
    before = tuple(18 + 7 * sin(day / 11) for day in range(183))
    norm = tuple(19 + 5 * sin(day / 14) for day in range(183))
    return Chart(
        tag="kirov:kg.inflow",
        title="Киров су қоймасына су келуі",
        alt="Киров су қоймасына су келуі 2026 жылғы 1 сәуірден бері, өткен жылмен және нормамен салыстырғанда.",
        unit="м³/с",
        begin=date(2026, 4, 1),
        days=183,
        lines=(
            Line(name="2026", stroke=Stroke.NOW, values=now),
            Line(name="2025", stroke=Stroke.BEFORE, values=before),
            Line(name="көпжылдық орташа", stroke=Stroke.NORM, values=norm),
        ),
        band=Band(name="10–90 %", low=tuple(one - 4 for one in norm), high=tuple(one + 5 for one in norm)),
        months=tuple(
            (date(2026, month, 1), name)
            for month, name in zip(range(4, 10), ("сәу.", "мам.", "мау.", "шіл.", "там.", "қыр."), strict=True)
        ),
        decimals=3,
    )


def example_paper() -> Paper:
    """The paper."""
    return Paper(
        name="daily-2026-05-01.r1.kk",
        languages=("kk",),
        title="Тәуліктік алмасу есебі",
        subtitle="2026 ж. 1 мамыр",
        running="Арна · тәуліктік есеп · 2026-05-01 · 1-нұсқа",
        dated=datetime(2026, 5, 2, 3, 30, tzinfo=UTC),
        facts=(
            Fact(tag="day", name="Есептік тәулік", said="2026-05-01 08:00 (+06:00) – 2026-05-02 08:00 (+06:00)"),
            Fact(tag="status", name="Деректердің мәртебесі", said="алдын ала деректер"),
        ),
        warnings=("Бұл есепте модельденген деректер бар.",),
        sections=(
            Section(
                tag="talas",
                title="Талас",
                level=1,
                parts=(
                    Prose(text="Киров су қоймасында 275,00 млн м³ су бар, бұл сыйымдылығының 50,0 %-ы."),
                    _reservoirs(),
                    _chart(),
                ),
            ),
            Section(
                tag="gaps",
                title="Жетіспейтін деректер",
                level=1,
                parts=(
                    Prose(text="<script>alert(1)</script> & #set page(fill: red) \\ $x$ @a *b* _c_", warning=True),
                    Table(
                        tag="refused",
                        title="Қабылданбаған хабарламалар",
                        columns=(
                            Column(tag="source", head="Дереккөз", kind=Kind.TEXT),
                            Column(tag="fragment", head="Үзінді", kind=Kind.CODE),
                        ),
                        rows=(Row(tag="#52", cells=("telegrams", "15954 99999 " * 12)),),
                        empty="Ондай жоқ.",
                    ),
                    Table(
                        tag="late",
                        title="Кешіккендер",
                        columns=(Column(tag="a", head="А", kind=Kind.TEXT),),
                        rows=(),
                        empty="Ондай жоқ.",
                    ),
                ),
            ),
        ),
        code=Code(
            text="arna.example/record\n6\nAAAA\n\n— arna.example/log+abc AAAA\n", words=("Бақылау нүктесі", LETTERS)
        ),
        foot=("Жетіспейтін деректер жетіспейді деп көрсетіледі.",),
        words=_WORDS,
        attached=(
            Attachment(name="daily-2026-05-01.r1.json", media="application/json", about="Есеп", body=b'{"a":1}\n'),
        ),
    )
