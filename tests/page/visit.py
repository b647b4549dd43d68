"""One visit of a page: what a browser complains of while it is there, and what a person would."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from service.page.assets import PACKAGES

WIDE, NARROW = (1280, 900), (360, 800)
SCHEMES = ("light", "dark")
_GRAVE = ("serious", "critical")


@dataclass
class Visit:
    """A page in a browser with all that went wrong since it was opened; `status` is that of what it last went to.

    A request to another host, one that failed, and what scripts say are faults.
    """

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    status: int = 0
    scripts: bool = True

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", self._asked)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def go(self, path: str) -> None:
        """Open a page of the service, until all that it names has come."""
        answer = self.page.goto(f"{self.address}{path}", wait_until="load")
        self.status = answer.status if answer else 0

    def told(self) -> list[str]:
        """The faults so far, which are forgotten then."""
        found, self.faults = self.faults, []
        return found

    def _said(self, message: ConsoleMessage) -> None:
        # That the page itself is not found is what was asked for, and a browser says it as of any file.
        if message.type in ("error", "warning") and message.location.get("url") != self.page.url:
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(self.address).netloc:
            self.faults.append(f"another host: {request.url}")

    def _failed(self, request: Request) -> None:
        # What is not there yet when the page is left is given up; who runs no scripts fetches none.
        left = request.failure == "net::ERR_ABORTED"
        if not left and (self.scripts or request.resource_type != "script"):
            self.faults.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.status}: {response.url}")


@contextmanager
def visiting(browser: Browser, address: str, size: tuple[int, int] = WIDE, *, scripts: bool = True) -> Iterator[Visit]:
    """A visit of the service at an address, in a window of so many pixels, by someone who wants nothing to move."""
    width, height = size
    with browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=scripts, reduced_motion="reduce"
    ) as context:
        yield Visit(context.new_page(), address, scripts=scripts)


def overflowing(page: Page) -> list[str]:
    """What is wider than the window, and what is written beyond the edges of its drawing."""
    found: list[str] = page.evaluate(_OVERFLOWING)
    return found


def texts(page: Page) -> list[tuple[str, str]]:
    """Each text that is seen, with the language in which it is marked to be."""
    return [(language, " ".join(text.split())) for language, text in page.evaluate(_TEXTS)]


def inaccessible(page: Page) -> list[str]:
    """The grave findings of axe, with the first place of each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
    )
    return [
        f"{one['id']} ({one['impact']}, {len(one['nodes'])} times): {one['nodes'][0]['html'][:160]}"
        f" {one['nodes'][0].get('failureSummary', '')[:200]}"
        for one in found
        if one["impact"] in _GRAVE
    ]


@cache
def _axe() -> str:
    return (PACKAGES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


_OVERFLOWING = """() => {
  const found = [], root = document.documentElement;
  if (root.scrollWidth > window.innerWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter((one) => {
      const box = one.getBoundingClientRect();
      if (box.right <= window.innerWidth + 1 || !box.width) return false;
      for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== "visible") return false;
      return true;
    });
    found.push(`${root.scrollWidth} wide: ` + wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).join(" | "));
  }
  for (const drawing of document.querySelectorAll("main svg")) {
    const edge = drawing.getBoundingClientRect();
    if (!edge.width) continue;
    for (const text of drawing.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      const out = Math.max(edge.left - box.left, box.right - edge.right, edge.top - box.top, box.bottom - edge.bottom);
      if (box.width && out > 1.5) found.push(`${Math.round(out)} px beyond its drawing: ${text.textContent}`);
    }
  }
  return found;
}"""

_TEXTS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const of = walker.currentNode.parentElement, text = walker.currentNode.textContent;
    if (!text.trim() || of.closest("script, style, template, code, pre, noscript")) continue;
    found.push([of.closest("[lang]")?.lang ?? "", text]);
  }
  for (const of of document.querySelectorAll("[aria-label], [alt], [title], [placeholder]"))
    for (const name of ["aria-label", "alt", "title", "placeholder"])
      if (of.getAttribute(name)?.trim()) found.push([of.closest("[lang]")?.lang ?? "", of.getAttribute(name)]);
  return found;
}"""
