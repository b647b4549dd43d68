"""Keep the catalogues in step with the code: `python -m tests.catalogues`, which `make words` runs.

A text that is new stands there with an empty translation, one that is gone is left out, and all others stay.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "service" / "language" / "catalogues"
SAID_IN = (ROOT / "arna", ROOT / "service")
PLURALS = {
    "kk": "nplurals=2; plural=(n != 1);",
    "ky": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}
NAMES = {"kk": "Kazakh", "ky": "Kyrgyz", "ru": "Russian"}
_REVIEWED = {
    "kk": "No native hydrologist has reviewed these texts yet.",
    "ky": "No native hydrologist has reviewed these texts yet.",
    "ru": "No hydrologist of the two services has reviewed these texts yet.",
}
_KEYWORDS: Mapping[str, tuple[int, ...] | None] = {"say": None, "phrase": None, "many": (1, 2), "phrases": (1, 2)}
_SAYS = re.compile(rb"\b(say|phrase|many|phrases)\(")
_HEADER = """# The texts of Arna in {name}, each under its English one. `make words` keeps them in step with the code.
# {reviewed}
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""

Text = str | tuple[str, str]
"""A text, or its forms for one and for many."""


def speaking() -> Iterator[Path]:
    """The files of the code that say anything."""
    files = (path for folder in SAID_IN for path in sorted(folder.rglob("*.py")))
    return (path for path in files if _SAYS.search(path.read_bytes()))


def said() -> set[Text]:
    """All texts that the code gives to `say`, `phrase`, `many` and `phrases` as they stand."""
    return {text for path in speaking() for text in _said_in(path)}


def _said_in(path: Path) -> Iterator[Text]:
    for _, text, _, _ in extract_from_file("python", path, keywords=_KEYWORDS):
        if isinstance(text, str):
            yield text
        else:
            one, other = text
            yield one, other


def catalogue(code: str) -> Catalog:
    """A language's catalogue as it lies in the folder; an empty one where there is none yet."""
    path = FOLDER / f"{code}.po"
    return read_po(BytesIO(path.read_bytes()), locale=code, abort_invalid=True) if path.exists() else Catalog(code)


def messages(of: Catalog) -> dict[Text, Message]:
    """Its texts with what stands under them, all but the header."""
    found = {(message.id if isinstance(message.id, str) else (message.id[0], message.id[1])): message for message in of}
    return {text: message for text, message in found.items() if text}


def written(code: str, texts: Iterable[Text], known: Mapping[Text, Message]) -> bytes:
    """The file of a language for these texts, in the order of the alphabet, with the translations that are known."""
    fresh, file = Catalog(code), BytesIO()
    for text in texts:
        fresh.add(text, known[text].string if text in known else None)
    write_po(file, fresh, width=100, no_location=True, omit_header=True, sort_output=True)
    header = _HEADER.format(name=NAMES[code], reviewed=_REVIEWED[code], code=code, plurals=PLURALS[code])
    return header.encode() + file.getvalue().rstrip(b"\n") + b"\n"


def update(say: Callable[[str], object] = print) -> None:
    """Write every catalogue anew, and say how many of its texts still lack a translation."""
    texts = said()
    for code in PLURALS:
        known = messages(catalogue(code))
        (FOLDER / f"{code}.po").write_bytes(written(code, texts, known))
        lacking = sum(text not in known or not all(forms(known[text])) for text in texts)
        say(f"{code}.po: {len(texts)} texts, {lacking} of them without a translation")


def forms(message: Message) -> tuple[str, ...]:
    """What stands under a text: one translation, or one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


if __name__ == "__main__":
    update()
