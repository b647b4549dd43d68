"""The description of the service in OpenAPI: both versions are valid and whole, and the service does as they say.

schemathesis makes questions from the description, good ones and bad ones, and holds each answer against it.
"""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.service.world import World

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
WITHOUT_END = ("/events",)
"""They answer for as long as somebody listens."""
EXAMPLES = 20


@pytest.fixture(scope="module")
def documents(served_world: World) -> dict[str, Any]:
    with httpx2.Client(base_url=served_world.url) as client:
        return {"3.0": client.get("/api").json(), "3.1": client.get("/api/3.1").json()}


def asked(operation: Any, url: str, examples: int) -> Callable[[], None]:
    """Asks by an operation so often; each answer must be as it is described."""
    session = requests.Session()

    @seed(1)
    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=False, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        response = case.call(base_url=url, session=session, timeout=30)
        case.validate_response(response, checks=CHECKS)

    return ask


def test_both_descriptions_are_valid_and_hold_all_that_they_name(documents: dict[str, Any]) -> None:
    OpenAPIV30SpecValidator(documents["3.0"]).validate()
    OpenAPIV31SpecValidator(documents["3.1"]).validate()
    assert (documents["3.0"]["openapi"], documents["3.1"]["openapi"]) == ("3.0.3", "3.1.0")
    assert set(documents["3.0"]["paths"]) == set(documents["3.1"]["paths"])
