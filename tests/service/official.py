"""The official schemas of OGC API - EDR and of CoverageJSON, where they are at hand beside the project."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

SHARED = Path(__file__).parents[3] / "shared" / "schemas"
EDR_11 = SHARED / "edr-1.1" / "standard" / "openapi" / "ogcapi-environmental-data-retrieval-1.bundled.json"
EDR_12 = SHARED / "edr-1.2-draft" / "ogcapi-environmental-data-retrieval-1-oas31.bundled.json"
COVJSON = SHARED / "covjson" / "standard" / "schema" / "coveragejson.json"


def read(path: Path) -> Any:
    """The document, or a skip with a clear line."""
    if not path.exists():
        pytest.skip(f"the official schemas are not at hand: {path}")
    return json.loads(path.read_text(encoding="utf-8"))


def of_edr_11(path: str, media: str = "application/json") -> Draft202012Validator:
    """What EDR 1.1 asks of the answer of an address."""
    schema = read(EDR_11)["paths"][path]["get"]["responses"]["200"]["content"][media]["schema"]
    return Draft202012Validator(_of_31(schema))


def of_edr_12(name: str) -> Draft202012Validator:
    """What the draft of EDR 1.2 asks of a kind of document."""
    document = read(EDR_12)
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def of_covjson() -> Draft7Validator:
    """What CoverageJSON asks of a document."""
    return Draft7Validator(read(COVJSON))


def _of_31(node: Any) -> Any:
    """A schema of OpenAPI 3.0 as JSON Schema, which says `null` where that says `nullable`."""
    if isinstance(node, list):
        return [_of_31(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _of_31(value) for key, value in node.items() if key not in ("example", "nullable")}
    if node.get("nullable") and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made
