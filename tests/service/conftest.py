"""What tests of the service share: a record that is served while the session lasts. Nobody may write to it."""

from collections.abc import Iterator

import pytest

from tests.service.world import World, world


@pytest.fixture(scope="session")
def served_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Thirteen stations, served over HTTP by a thread of this process."""
    with world(tmp_path_factory.mktemp("world")) as found:
        yield found
