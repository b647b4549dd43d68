"""What all tests share: examples that are the same on every run, on a busy machine too, and a PostgreSQL cluster."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import running_cluster

settings.register_profile("arna", deadline=None, derandomize=True, max_examples=60, print_blob=True)
settings.load_profile("arna")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """The socket folder of a PostgreSQL cluster."""
    with running_cluster() as socket:
        yield socket
