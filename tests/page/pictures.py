"""Pictures of the pages for the eye: `python -m tests.page.pictures FOLDER [PLACE …]`.

Each page is taken whole, in each language, on a phone and on a desk, by day and by night; or only what is named. `--at`
takes them of a service that runs, else the house of the tests is made and served.
"""

import argparse
import tempfile
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import Literal

from tests.page.opening import chromium, make, served
from tests.page.places import LANGUAGES, PLACES
from tests.page.visit import NARROW, WIDE

_SIZES = {"phone": NARROW, "desk": WIDE}
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> None:
    """Take the pictures that were asked for."""
    asked = _asked()
    asked.folder.mkdir(parents=True, exist_ok=True)
    places = [place for place in PLACES if not asked.places or place.name in asked.places]
    with ExitStack() as stack:
        address = asked.at or stack.enter_context(served(_house(stack)))
        browser = stack.enter_context(chromium())
        for size, scheme in product(asked.sizes, asked.schemes):
            width, height = _SIZES[size]
            window = stack.enter_context(
                browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            )
            page = window.new_page()
            for place, language in product(places, asked.languages):
                page.goto(f"{address}{place.address(language)}", wait_until="load")
                page.wait_for_timeout(asked.wait)
                page.screenshot(path=asked.folder / f"{place.name}-{language}-{size}-{scheme}.png", full_page=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.page.pictures", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("places", nargs="*", choices=[[], *(place.name for place in PLACES)], metavar="PLACE")
    parser.add_argument("--at", default="", help="address of a service, without a slash at its end")
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES)
    parser.add_argument("--sizes", nargs="+", choices=tuple(_SIZES), default=tuple(_SIZES))
    parser.add_argument("--schemes", nargs="+", choices=_SCHEMES, default=_SCHEMES)
    parser.add_argument("--wait", type=int, default=300, help="milliseconds in which scripts come to rest")
    return parser.parse_args()


def _house(stack: ExitStack) -> Path:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "house"
    make(folder)
    return folder


if __name__ == "__main__":
    main()
