"""Every text of the code stands in every catalogue, whole and in the letters of its language, and nothing else does."""

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest
from babel.messages.catalog import Message

from tests.catalogues import FOLDER, PLURALS, SAID_IN, TEXTS, Text, calls, catalogue, forms, messages, said, written

LATIN_STAYS = {
    "API",
    "Apache",
    "Arna",
    "Authorization",
    "Bearer",
    "CF",
    "CSV",
    "Earth",
    "Ed25519",
    "Excel",
    "FTP",
    "Features",
    "HTML",
    "Home",
    "HydroSOS",
    "IBM",
    "JSON",
    "License",
    "MQTT",
    "Natural",
    "OGC",
    "OPeNDAP",
    "PDF",
    "Plex",
    "Power",
    "Python",
    "QGIS",
    "QR",
    "Query",
    "R",
    "SFTP",
    "SVG",
    "SHA-256",
    "Sans",
    "SensorThings",
    "Shift",
    "TOKEN",
    "UTC",
    "WFS",
    "WGS84",
    "WIS2",
    "XLSX",
    "arna",
    "as-of",
    "https",
    "netCDF",
    "none",
    "pandas",
    "proof",
    "r1",
    "r2",
    "read",
    "tlog-proof",
    "verify",
    "zip",
}
"""Names, what is typed as it stands, and words of addresses."""
FOREIGN = {"kk": "", "ky": "әғқұһі", "ru": "әғқңөұүһі"}
"""Letters that a language has not, though another catalogue has them."""

Said = tuple[Text, tuple[str, ...]]


@pytest.fixture(scope="module")
def texts() -> set[Text]:
    """All texts of the code."""
    return said()


@pytest.fixture(scope="module", params=PLURALS)
def language(request: pytest.FixtureRequest) -> str:
    """Every language that has a catalogue."""
    return str(request.param)


@pytest.fixture(scope="module")
def known(language: str) -> dict[Text, Message]:
    """What stands in its catalogue."""
    return messages(catalogue(language))


def fields(text: str) -> list[str]:
    """The fields of a text, in the order of the alphabet."""
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


def translations(known: dict[Text, Message]) -> Iterator[tuple[str, str]]:
    """Every English form with each translation under it."""
    for text, message in known.items():
        one, other = (text, text) if isinstance(text, str) else text
        yield from ((one if place == 0 else other, form) for place, form in enumerate(forms(message)))


def test_every_text_stands_there_and_nothing_else(texts: set[Text], known: dict[Text, Message]) -> None:
    assert len(texts) > 50
    assert sorted(texts - known.keys(), key=str) == [], "run make words and translate"
    assert sorted(known.keys() - texts, key=str) == [], "run make words"


def test_every_text_is_said_in_all_its_forms(language: str, known: dict[Text, Message]) -> None:
    plural = int(PLURALS[language][len("nplurals=")])
    wanted = {text: 1 if isinstance(text, str) else plural for text in known}
    filled = {text: sum(bool(form.strip()) for form in forms(message)) for text, message in known.items()}
    assert [text for text in known if filled[text] != wanted[text]] == []
    assert [text for text, message in known.items() if message.fuzzy] == []


def test_both_sides_have_the_same_fields(known: dict[Text, Message]) -> None:
    for text, message in known.items():
        english = {text} if isinstance(text, str) else set(text)
        wanted = {field for form in english for field in fields(form)}
        # A form for one may stand for 21 as well, and says the number where English need not.
        assert {frozenset(fields(form)) for form in forms(message)} == {frozenset(wanted)}, text


def test_both_sides_begin_and_end_alike(known: dict[Text, Message]) -> None:
    for english, form in translations(known):
        # A year ends in Russian with the point of its abbreviation.
        said = form.removesuffix(" г.").removesuffix("\N{NO-BREAK SPACE}г.")
        ends = [text[-1:] if text[-1:] in set(".:!?,;") else "" for text in (english, said)]
        assert ends[0] == ends[1], (english, form)
        if english[:1].isalpha() and form[:1].isalpha() and not form[:2].isupper():
            assert english[:1].isupper() == form[:1].isupper(), (english, form)
        assert form == form.strip(), (english, form)


def test_no_word_stays_in_latin_letters_and_none_has_letters_of_another_language(
    language: str, known: dict[Text, Message]
) -> None:
    for english, form in translations(known):
        bare = re.sub(r"\{\w+\}|°C", "", form)
        words = re.findall(r"[A-Za-z][\w.-]*\w|[A-Za-z]", bare)
        assert [word for word in words if word not in LATIN_STAYS] == [], english
        assert set(form.lower()).isdisjoint(FOREIGN[language]), english
        assert not re.search(r"\bкиргиз(ия|ии|ию|ией|ск)", form, re.IGNORECASE), english


def test_a_day_of_russian_ends_no_sentence_for_it_ends_with_a_point_of_its_own() -> None:
    said_with = [form for _, form in translations(messages(catalogue("ru")))]
    assert any("{day}" in form for form in said_with)
    assert [form for form in said_with if re.search(r"\{(day|days|begin|end)\}\.", form)] == []


def test_the_files_are_as_the_command_writes_them(language: str, texts: set[Text], known: dict[Text, Message]) -> None:
    assert (FOLDER / f"{language}.po").read_bytes() == written(language, texts, known), "run make words"


def test_what_is_new_is_empty_and_what_is_gone_is_left_out(known: dict[Text, Message]) -> None:
    kept = next(text for text in known if isinstance(text, str))
    file = written("ru", {kept, "a text of tomorrow", ("{count} morrow", "{count} morrows")}, known).decode()
    assert 'msgid "a text of tomorrow"\nmsgstr ""\n' in file
    assert 'msgid_plural "{count} morrows"\nmsgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""\n' in file
    assert forms(known[kept])[0] in file
    assert file.count("msgid ") == 4


def test_no_text_is_put_together_where_it_is_said() -> None:
    """A text that is no literal is a variable: one that is formatted or added up could not be looked up."""
    made = [(path.name, call.lineno) for path, call in calls() if isinstance(call.args[0], ast.JoinedStr | ast.BinOp)]
    assert made == []


def test_what_says_a_text_is_called_by_no_other_name() -> None:
    """`said = language.say` would say texts that no catalogue is told of."""
    others = [
        (path.name, node.lineno)
        for folder in SAID_IN
        for path in sorted(folder.rglob("*.py"))
        if ".say\n" in (text := path.read_text(encoding="utf-8")) or ".many\n" in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute) and node.value.attr in TEXTS
        if ast.unparse(node.targets[0]).rpartition(".")[2].lstrip("_") not in TEXTS
    ]
    assert others == []


def test_no_field_has_a_form_of_its_own(texts: set[Text]) -> None:
    """Numbers come as they are to be read: `{hours:.1f}` would have an English point in every language."""
    parts = [part for text in texts for form in ([text] if isinstance(text, str) else text)
             for part in Formatter().parse(form)]  # fmt: skip
    assert [name for _, name, spec, how in parts if spec or how or (name is not None and not name.isidentifier())] == []
