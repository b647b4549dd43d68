"""The same tests of the record on each database that it can be kept in."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from hypothesis import is_hypothesis_test, settings

from tests import example
from tests.postgres import url_in

EXAMPLES = 5
"""So many examples a property is tried with on PostgreSQL: the rest of them SQLite has tried."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the examples of a module be kept in each database in turn."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "postgresql":
            socket = request.getfixturevalue("cluster")
            patch.setattr(example, "url_of", lambda folder: url_in(socket, folder))
            try_fewer_examples(patch, request.module)
        yield request.param


def try_fewer_examples(patch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """Set how many examples the properties of a module are tried with."""
    for test in vars(module).values():
        if is_hypothesis_test(test):
            fewer = settings(test._hypothesis_internal_use_settings, max_examples=EXAMPLES)
            patch.setattr(test, "_hypothesis_internal_use_settings", fewer)
