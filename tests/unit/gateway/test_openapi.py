"""The OpenAPI document is held against the routes, both ways, and is the one that is committed."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from gateway.app import streamed_job
from gateway.firecrawl.routes import routes as firecrawl_routes
from gateway.health import Readiness
from gateway.openapi import document
from gateway.routes import api_routes, health_routes

ROOT = Path(__file__).parents[3]


def described() -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, item in document()["paths"].items() for method in item}


def served() -> set[tuple[str, str]]:
    routes = [*api_routes(), *health_routes(Readiness(None)), *firecrawl_routes(None)]
    found = {(method, route.path) for route in routes for method in route.methods - {"HEAD"}}
    stream = ("GET", "/api/v5/jobs/{job_id}/stream")
    assert streamed_job({"path": stream[1].format(job_id="j"), "headers": []}) == "j"
    return found | {("GET", "/openapi.json"), stream}


def test_every_route_is_described_and_every_description_served():
    assert described() == served()


def test_path_parameters_are_described():
    for path, item in document()["paths"].items():
        wanted = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        for operation in item.values():
            named = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
            assert named == wanted, path


def test_operation_ids_are_unique_and_references_lead_somewhere():
    text = json.dumps(document())
    ids = [op["operationId"] for item in document()["paths"].values() for op in item.values()]
    assert len(ids) == len(set(ids))
    for part in text.split('"$ref": "#/')[1:]:
        here = document()
        for step in part.split('"')[0].split("/"):
            here = here[step]


def test_schemas_are_json_schema():
    for schema in document()["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_the_committed_document_is_this_one():
    path = ROOT / "docs" / "openapi.json"
    assert json.loads(path.read_text()) == document(), "run: python -m gateway.openapi > docs/openapi.json"


@pytest.mark.parametrize("path", ["/api/v5/crawl", "/api/v5/scrape", "/api/v5/keys"])
def test_a_made_up_field_is_not_in_the_schema_of_a_body(path):
    operation = document()["paths"][path]["post"]
    assert operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]


def test_every_field_that_a_client_sends_has_a_meaning() -> None:
    schemas = document()["components"]["schemas"]
    sent = {
        content["schema"]["$ref"].rsplit("/", 1)[1]
        for path, steps in document()["paths"].items()
        if path.startswith("/api/v5")
        for step in steps.values()
        if isinstance(step, dict)
        for content in step.get("requestBody", {}).get("content", {}).values()
        if "$ref" in content["schema"]
    }
    silent = [
        (name, field)
        for name in sent
        for field, schema in schemas[name]["properties"].items()
        if not schema.get("description") and "$ref" not in schema
    ]
    assert len(sent) > 5 and not silent
