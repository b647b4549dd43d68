"""What tests of the service share: a record that is served while the session lasts. Nobody may write to it."""

from collections.abc import Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2
import pytest

from tests.service.world import World, world


@pytest.fixture(scope="session")
def served_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Thirteen stations, served over HTTP by a thread of this process."""
    with world(tmp_path_factory.mktemp("world")) as found:
        yield found


@pytest.fixture(scope="session")
def forgetful() -> Iterator[httpx2.Client]:
    """Asks any address and keeps no cookies. One for all: loading the certificates of the web takes long."""
    with httpx2.Client(timeout=30, cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[]))) as client:
        yield client
