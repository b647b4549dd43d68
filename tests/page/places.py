"""The pages that are walked through, a line each: those that follow a link of every page, and some of each kind."""

from dataclasses import dataclass

LANGUAGES = ("kk", "ky", "ru", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page by a short name of its own; `values` is how many numbers of it at least are those of the API.

    `reads` tells whether it shows what was measured, and so must have tables and drawings without scripts too.
    """

    name: str
    path: str
    status: int = 200
    values: int = 0
    drawings: int = 0
    tables: int = 0

    def address(self, language: str) -> str:
        """Its address below that of the service, in a language."""
        return f"{self.path}{'&' if '?' in self.path else '?'}lang={language}"


PLACES = (
    Place(name="about", path="/about"),
    Place(name="lost", path="/sites/atlantis", status=404),
)
