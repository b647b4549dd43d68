"""The pages that are walked through, a line each: those that follow a link of every page, and some of each kind."""

from dataclasses import dataclass

LANGUAGES = ("kk", "ky", "ru", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page by a short name of its own.

    At least so many numbers of it are those of the API (`values`), and so many `drawings` and `tables` stand there
    without scripts too.
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


_READING = "series=sokuluk:kg:simulated.discharge.term&time=2026-05-19T02:00Z"
"""Of which two things were said, the second by a correction."""
_PAIR = "&".join(f"series=example-border-chu:{party}:simulated.discharge.daily" for party in ("kg", "kz"))

PLACES = (
    Place(name="overview", path="/", values=100, drawings=4, tables=3),
    Place(name="then", path="/?as-of=20", drawings=4, tables=3),
    Place(name="sites", path="/sites", values=20, tables=2),
    Place(name="reservoir", path="/sites/orto-tokoy", values=10, drawings=1, tables=2),
    Place(name="river", path="/sites/ala-archa", values=10, drawings=1, tables=2),
    Place(name="gate", path="/sites/example-border-chu", values=5, drawings=1, tables=1),
    Place(name="history", path=f"/sites/sokuluk?{_READING}", values=10, drawings=1, tables=3),
    Place(name="compare", path="/compare"),
    Place(name="pair", path=f"/compare?{_PAIR}&from=2026-05-18&to=2026-05-21", values=20, drawings=3, tables=4),
    Place(name="reports", path="/reports", tables=1),
    Place(name="daily", path="/reports/daily", tables=1),
    Place(name="sources", path="/sources?first=2026-05-18&last=2026-05-21", values=50, tables=3),
    Place(name="verify", path="/verify"),
    Place(name="hydrologists", path="/hydrologists"),
    Place(name="about", path="/about", tables=1),
    Place(name="lost", path="/sites/atlantis", status=404),
)
