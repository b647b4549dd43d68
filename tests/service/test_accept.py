"""Which form an Accept header likes best."""

import pytest

from service.accept import preferred

KNOWN = {"json": "application/json", "html": "text/html", "csv": "text/csv"}


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/plain", "json"),
        ("text/html", "html"),
        ("TEXT/HTML ; Q=0.5", "html"),
        ("text/html;q=0.5, application/json;q=0.9", "json"),
        ("application/json;q=0.1, text/html;q=0.2", "html"),
        ("text/html, application/json", "json"),
        ("text/csv, text/html", "csv"),
        ("text/html;level=1;q=0.3, text/csv;q=0.2", "html"),
        ("text/html;q=0", "json"),
        ("text/html;q=much", "json"),
        ("text/html;q=1.9, text/csv", "csv"),
        ("text/html;q=nan, text/csv;q=0.1", "csv"),
    ],
)
def test_accept_is_weighed(accept: str, form: str) -> None:
    assert preferred(accept, KNOWN, "json") == form
