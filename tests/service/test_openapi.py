"""The description of the service in OpenAPI: both versions are valid and whole, and the service does as they say.

schemathesis makes questions from the description, good ones and bad ones, and holds each answer against it.
"""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.service.world import HOURLY, World, post

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
WITHOUT_END = ("/events",)
"""They answer for as long as somebody listens."""
GOOD: dict[str, dict[str, str]] = {
    "position": {"coords": "POINT(74 42.5)"},
    "radius": {"coords": "POINT(74 42.5)", "within": "20", "within-units": "km"},
    "area": {"coords": "POLYGON((74 42.5,74.15 42.5,74.15 42.6,74 42.6,74 42.5))"},
    "cube": {"bbox": "75,42,76,43"},
    "locations": {"bbox": "74,42,75,43", "limit": "3"},
    "items": {"bbox": "74,42,75,43", "limit": "3"},
    "history": {"series": f"{post(2)}.level.hourly", "time": "2026-05-11T00:00:00Z"},
    "latest": {"collection": HOURLY},
}
"""What cannot be guessed of a question that has an answer, by the last part of its address."""
WANTED = {"datetime": "2026-05-11T00:00:00Z/2026-05-12T00:00:00Z", "after": None, "as-of": None, "parameter-name": None}
"""What such a question asks besides; None is left out."""
STATION = {
    "collection": HOURLY,
    "location": post(2),
    "item": f"{post(2)}.level.hourly",
    "series": f"{post(2)}.discharge",
}


@pytest.fixture(scope="module")
def documents(served_world: World) -> dict[str, Any]:
    with httpx2.Client(base_url=served_world.url) as client:
        return {"3.0": client.get("/api").json(), "3.1": client.get("/api/3.1").json()}


def asked(operation: Any, url: str, session: requests.Session, examples: int) -> list[int]:
    """The statuses of answers to so many questions of an operation, each of which is as it is described."""
    found: list[int] = []

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(), good=st.booleans())
    def ask(case: Any, good: bool) -> None:
        if good:
            _made_good(case)
        response = case.call(base_url=url, session=session, timeout=30)
        found.append(response.status_code)
        case.validate_response(response, checks=CHECKS)

    ask()
    return found


def _made_good(case: Any) -> None:
    """Let the question be one that has an answer, as far as the description cannot say which have."""
    last = case.operation.path.rstrip("/").rpartition("/")[2]
    case.path_parameters |= {name: STATION[name] for name in case.path_parameters if name in STATION}
    query = {name: value for name, value in (case.query or {}).items() if name not in WANTED}
    declared = {one.name for one in case.operation.query}
    query |= {name: value for name, value in WANTED.items() if value is not None and name in declared}
    case.query = query | GOOD.get(last, {})


def operations(document: dict[str, Any]) -> list[Any]:
    """Those that ask and do not write, and come to an end."""
    results: Iterator[Any] = schemathesis.openapi.from_dict(document).get_all_operations()
    return [
        one
        for one in (result.ok() for result in results)
        if one.method.lower() == "get" and one.path not in WITHOUT_END
    ]


def test_both_descriptions_are_valid_and_hold_all_that_they_name(documents: dict[str, Any]) -> None:
    OpenAPIV30SpecValidator(documents["3.0"]).validate()
    OpenAPIV31SpecValidator(documents["3.1"]).validate()
    assert (documents["3.0"]["openapi"], documents["3.1"]["openapi"]) == ("3.0.3", "3.1.0")
    assert set(documents["3.0"]["paths"]) == set(documents["3.1"]["paths"])
    for document in documents.values():
        assert {ref for ref in _refs(document) if not ref.startswith("#/components/")} == set()
        for path, methods in document["paths"].items():
            for operation in methods.values():
                assert {"400", "404", "500", "default"} <= set(operation["responses"]), path
                assert any(status.startswith("2") for status in operation["responses"]), path


@pytest.mark.no_cover
@pytest.mark.parametrize(("version", "collections", "others"), [("3.0", 16, 4), ("3.1", 2, 1)])
def test_the_service_does_as_it_is_described(
    documents: dict[str, Any], served_world: World, version: str, collections: int, others: int
) -> None:
    answered: dict[str, list[int]] = {}
    with requests.Session() as session:
        for one in operations(documents[version]):
            examples = collections if one.path.startswith("/collections") else others
            answered[one.path] = asked(one, served_world.url, session, examples)
    assert len(answered) > 40
    if version == "3.0":
        # Each query of a collection met questions that it answers, most others that it refuses.
        queries = {path: found for path, found in answered.items() if path.startswith("/collections/{collection}/")}
        assert [path for path, found in queries.items() if 200 not in found and "{instance}" not in path] == []
        assert len([path for path, found in queries.items() if 400 in found]) > 4


def _refs(node: Any) -> Iterator[str]:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if key == "$ref":
            yield value
        else:
            yield from _refs(value)
