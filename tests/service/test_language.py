"""Languages: numbers, days, plural forms and phrases, as the readers of each language write them."""

import copy
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta, timezone

import orjson
import pytest

from record.entry import Flag
from record.errors import SelectionError
from record.network.interval import INTERVALS
from record.quantities import QUANTITIES
from service.accept import preferred_language
from service.figures.norms import CLASSES
from service.language import LANGUAGES, Language, language_called, phrase, phrases, words
from service.paper.paper import Mark
from service.reports.editions import EDITIONS

DAY = date(2026, 4, 5)
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def russian() -> Language:
    """Russian with texts of its own, as Babel reads them from a catalogue."""
    found = language_called("ru")
    texts: dict[str, str | tuple[str, ...]] = {
        "{count} day": ("{count} день", "{count} дня", "{count} дней"),
        "{name}: {why}": "{why} ({name})",
        "since {day}": "с {day}",
        "high water": "высокая вода",
    }
    return Language(found.code, found.locale, texts, found.plural)


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 дней"), (1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"),
     (1111, f"1{NBSP}111 дней")],
)  # fmt: skip
def test_a_number_chooses_its_form(russian: Language, count: int, said: str) -> None:
    assert russian.many("{count} day", "{count} days", count) == said
    assert russian.say(phrases("{count} day", "{count} days", count)) == said


def test_a_number_that_no_catalogue_knows_is_said_in_english() -> None:
    for code in LANGUAGES:
        assert language_called(code).many("{count} oddity", "{count} oddities", 1) == "1 oddity"
        assert language_called(code).many("{count} oddity", "{count} oddities", 0) == "0 oddities"
    assert language_called("en").many("{count} oddity", "{count} oddities", 1500) == "1,500 oddities"


@pytest.mark.parametrize(
    ("code", "said", "leap"),
    [
        ("en", "5 April 2026", "29 February 2024"),
        ("ru", f"5 апреля 2026{NBSP}г.", f"29 февраля 2024{NBSP}г."),
        ("kk", f"2026{NBSP}ж. 5 сәуір", f"2024{NBSP}ж. 29 ақпан"),
        ("ky", "2026-ж., 5-апрель", "2024-ж., 29-февраль"),
    ],
)
def test_a_day_bears_its_month_as_a_word(code: str, said: str, leap: str) -> None:
    language = language_called(code)
    assert language.day(DAY) == said
    assert language.day(date(2024, 2, 29)) == leap
    assert language.span(DAY, DAY + timedelta(days=1)) == said
    assert language.span(date(2024, 2, 29), DAY + timedelta(days=1)) == f"{leap} – {said}"


@pytest.mark.parametrize(("code", "said"), [("en", "May"), ("ru", "май"), ("kk", "мам."), ("ky", "Май")])
def test_a_chart_bears_short_months(code: str, said: str) -> None:
    assert language_called(code).month(date(2026, 5, 1)) == said


def test_a_time_bears_its_offset() -> None:
    almaty = timezone(timedelta(hours=5))
    assert language_called("kk").moment(datetime(2026, 5, 2, 9, 30, tzinfo=almaty)) == "2026-05-02 09:30 (+05:00)"


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "english", "others"),
    [
        (-1234567.255, 2, False, "−1,234,567.26", f"−1{NBSP}234{NBSP}567,26"),
        (0.125, 2, False, "0.12", "0,12"),
        (12.0, 0, True, "+12", "+12"),
        (-0.004, 2, True, "0.00", "0,00"),
        (1e-7, 3, False, "0.000", "0,000"),
        (1e21, 0, False, "1,000,000,000,000,000,000,000", NBSP.join(["1", *["000"] * 7])),
    ],
)
def test_a_number_is_written_as_each_reads_it(
    value: float, decimals: int, signed: bool, english: str, others: str
) -> None:
    for code in LANGUAGES:
        language = language_called(code)
        parts = language.parts(value, decimals, signed=signed)
        assert language.number(value, decimals, signed=signed) == (english if code == "en" else others)
        assert parts.whole + parts.fraction == (english if code == "en" else others)
        assert len(parts.fraction) == (decimals + 1 if decimals else 0)


def test_texts_that_no_catalogue_has_stay_as_they_are(russian: Language) -> None:
    assert russian.say("of {this} nobody knows", this="text") == "of text nobody knows"
    assert russian.say("50 % {of} it") == "50 % {of} it"
    assert russian.say("high water") == "высокая вода"
    assert [russian.knows(text) for text in ("high water", phrase("high water"), "low water")] == [True, True, False]


def test_a_phrase_is_english_and_can_be_said_again(russian: Language) -> None:
    why = phrase("high water")
    said = phrase("{name}: {why}", name="Chu", why=why)
    assert said == "Chu: high water"
    assert russian.say(said) == "высокая вода (Chu)"
    assert language_called("en").say(said) == said
    assert russian.say(phrase("{name}: {why}", name="Chu", why=phrases("{count} day", "{count} days", 2))) == (
        "2 дня (Chu)"
    )
    assert russian.say(said, name="Чу") == "высокая вода (Чу)"
    assert phrases("{count} day", "{count} days", 1) == "1 day"
    assert phrases("{count} day", "{count} days", 3) == "3 days"


def test_days_times_and_decimals_in_a_phrase_are_written_as_the_language_does(russian: Language) -> None:
    assert russian.say(phrase("since {day}", day=DAY)) == f"с 5 апреля 2026{NBSP}г."
    assert russian.say(phrase("since {day}", day=datetime(2026, 4, 5, 8, tzinfo=UTC))) == "с 2026-04-05 08:00 (+00:00)"
    assert russian.say(phrase("since {day}", day=1234.5)) == f"с 1{NBSP}234,5"
    assert russian.say(phrase("since {day}", day=2026)) == "с 2026"


@dataclass(frozen=True)
class Held:
    """A document that holds a phrase."""

    why: str


def test_a_phrase_outlives_copies_and_is_a_string_to_others(russian: Language) -> None:
    held = Held(phrase("{name}: {why}", name="Chu", why=phrases("{count} day", "{count} days", 5)))
    for copied in (copy.deepcopy(held).why, copy.copy(held.why), asdict(held)["why"]):
        assert russian.say(copied) == "5 дней (Chu)"
    assert orjson.dumps(held) == b'{"why":"Chu: 5 days"}'
    assert held.why.encode() == b"Chu: 5 days"


def test_every_term_of_the_record_has_its_word() -> None:
    assert words.QUANTITIES.keys() == QUANTITIES.keys()
    assert words.UNITS.keys() == {quantity.label for quantity in QUANTITIES.values()} | {"%", "days"}
    assert words.FLAGS.keys() == {flag.word for flag in Flag}
    assert words.INTERVALS.keys() == INTERVALS.keys()
    assert words.CLASSES.keys() == set(CLASSES)
    assert words.MARKS.keys() == set(Mark)
    assert words.EDITIONS.keys() == EDITIONS.keys()


def test_terms_are_said_by_their_ids() -> None:
    assert [language_called(code).unit("m³/s") for code in LANGUAGES] == ["м³/с", "м³/с", "м³/с", "m³/s"]
    assert language_called("kk").word(words.QUANTITIES, "inflow") == "су келуі"
    assert language_called("ru").unit("parsec") == "parsec"


def test_names_fall_back_to_russian_and_then_to_english() -> None:
    kazakh = language_called("kk")
    assert kazakh.name({"en": "Chu", "ru": "Чу", "kk": "Шу"}) == "Шу"
    assert kazakh.name({"en": "Chu", "ru": "Чу"}) == "Чу"
    assert kazakh.name({"ky": "Чүй", "en": "Chu"}) == "Chu"
    assert kazakh.name({}) == ""


def test_a_language_is_called_by_its_code() -> None:
    assert language_called("KY") is language_called("ky")
    with pytest.raises(SelectionError, match="'de' is no language of the record: use one of kk, ky, ru, en"):
        language_called("de")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("kk", "kk"),
        ("ru-KG, ky;q=0.9, en;q=0.8", "ru"),
        ("de, en;q=0.4, ky;q=0.7", "ky"),
        ("KK-Cyrl-KZ", "kk"),
        ("ru;q=0.5,ky;q=0.5", "ru"),
        ("ru;q=0, ky ; q=0.001", "ky"),
        ("ru;q=0", "en"),
        ("*, de", "en"),
        ("", "en"),
        ("ru;q=1.5, ky;q=a, \x00;;=,kk;q=0.1", "kk"),
        ("," * 2000 + "ru", "en"),
    ],
)
def test_the_language_liked_best_is_chosen(header: str, code: str) -> None:
    assert preferred_language(header) == code


def test_a_number_of_any_size_is_written() -> None:
    assert language_called("en").number(1e30, 1) == "1" + ",000" * 10 + ".0"
    assert len(language_called("kk").number(-1.7e308, 3, signed=True)) > 309
