"""Keep the catalogues in step with the code: `python -m tests.catalogues`, which `make words` runs.

A text that is new stands there with an empty translation, one that is gone is left out, and all others stay.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "service" / "language" / "catalogues"
SAID_IN = (ROOT / "arna", ROOT / "service")
PLURALS = {
    "kk": "nplurals=2; plural=(n != 1);",
    "ky": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}
TEXTS = {"say": 1, "phrase": 1, "many": 2, "phrases": 2}
"""What says a text, and with how many forms of it."""
NAMES = {"kk": "Kazakh", "ky": "Kyrgyz", "ru": "Russian"}
_REVIEWED = {
    "kk": "No native hydrologist has reviewed these texts yet.",
    "ky": "No native hydrologist has reviewed these texts yet.",
    "ru": "No hydrologist of the two services has reviewed these texts yet.",
}
_MAY_SAY = re.compile(r"\b(say|phrase|many|phrases)\(")
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


def calls() -> Iterator[tuple[Path, ast.Call]]:
    """All that the code says, with the file that says it; where it is said within an f-string too."""
    for path in (path for folder in SAID_IN for path in sorted(folder.rglob("*.py"))):
        text = path.read_text(encoding="utf-8")
        if _MAY_SAY.search(text):
            found = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
            yield from ((path, call) for call in found if called(call) in TEXTS and call.args)


def called(call: ast.Call) -> str:
    """The name of the function or method that is called."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return str(name)
        case _:
            return ""


def said() -> set[Text]:
    """All texts that stand in the code as they are said."""
    return {text for _, call in calls() for text in _said_by(call)} | {text for _, text in said_in_templates()}


def said_in_templates() -> Iterator[tuple[Path, Text]]:
    """All that templates say, with the file that says it."""
    read = Environment(trim_blocks=True, lstrip_blocks=True)
    for path in (path for folder in SAID_IN for path in sorted(folder.rglob("templates/**/*.html"))):
        for call in read.parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in TEXTS:
                texts = [arg.value for arg in call.args[: TEXTS[call.node.name]] if isinstance(arg, nodes.Const)]
                match [text for text in texts if isinstance(text, str)]:
                    case [text]:
                        yield path, text
                    case [one, other]:
                        yield path, (one, other)


def _said_by(call: ast.Call) -> Iterator[Text]:
    match call.args[: TEXTS[called(call)]]:
        case [ast.Constant(value=str(text))]:
            yield text
        case [ast.Constant(value=str(one)), ast.Constant(value=str(other))]:
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
