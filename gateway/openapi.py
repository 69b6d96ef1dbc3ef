"""The OpenAPI 3.1 document, made of the operations and REST's models. Pure; a test holds it to the routes."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from json import dumps
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema

from docspasta.rest.base import Answer, Asked
from docspasta.rest.events import EVENTS
from docspasta.rest.problem import Problem

from .firecrawl.described import paths as firecrawl_paths
from .operation import Operation, Says, Schema
from .operations import OPERATIONS
from .problems import TITLES

REF = "#/components/schemas/{model}"
EVERYWHERE = (400, 401, 414, 421, 429, 431, 500, 503, 504)  # problems that every operation may answer with
RESPONSES = {str(status): {"$ref": f"#/components/responses/{status}"} for status in TITLES}
NOT_READY = {"503": {"description": "Not ready."}}


class Plain(GenerateJsonSchema):
    """pydantic's schemas without what only repeats: titles of fields, and `anyOf` for a type or null."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        return {name: value for name, value in super().model_schema(schema).items() if name != "title"}

    def enum_schema(self, schema: Any) -> JsonSchemaValue:
        return {"enum": [member.value for member in schema["members"]]}

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        if "enum" in inner:
            return {**inner, "enum": [*inner["enum"], None]}
        if isinstance(inner.get("type"), str):
            return {**inner, "type": [inner["type"], "null"]}
        return {"anyOf": [inner, {"type": "null"}]}

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        found = super().default_schema(schema)
        return {name: value for name, value in found.items() if name != "default" or value is not None}


@functools.cache
def document() -> Schema:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Docspasta",
            "version": "5",
            "description": "Turns a documentation website into one clean Markdown document, "
            "in reading order, while you watch.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"cookie": []}],
        "paths": {**paths(), **firecrawl_paths(RESPONSES), **process_paths()},
        "components": {
            "schemas": schemas(),
            "responses": {str(status): problem_response(title) for status, title in TITLES.items()},
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A JWT, or an API key (`dsp_…`).",
                },
                "upstash": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Upstash-Signature",
                    "description": "A JWT of QStash; see push.md.",
                },
                "standard": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "webhook-signature",
                    "description": "Standard Webhooks 1.0.0, with webhook-id and webhook-timestamp.",
                },
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "docspasta",
                    "description": "The anonymous cookie; changes need this site's Origin.",
                },
            },
        },
    }


def paths() -> Schema:
    """REST's operations by path and method."""
    found: dict[str, Schema] = {}
    for operation in OPERATIONS:
        found.setdefault(operation.path, {})[operation.method.lower()] = described(operation)
    return found


def process_paths() -> Schema:
    """What asks for no credential: probes, and this document."""

    def public(name: str, summary: str, more: Schema | None = None) -> Schema:
        answers = {
            "200": {"description": "Yes.", "content": {"application/json": {"schema": {"type": "object"}}}}
        }
        return {
            "get": {
                "operationId": name,
                "summary": summary,
                "security": [],
                "responses": answers | (more or {}),
            }
        }

    return {
        "/healthz": public("isAlive", "Check that the process is running."),
        "/readyz": public("isReady", "Check that it is ready for requests.", NOT_READY),
        "/openapi.json": public("getOpenApi", "Get this description."),
    }


def described(operation: Operation) -> Schema:
    """One operation."""
    found: Schema = {"operationId": operation.name, "summary": operation.summary}
    if parameters := [
        *path_parameters(operation.path),
        *query_parameters(operation.query),
        *operation.headers,
    ]:
        found["parameters"] = parameters
    if operation.body:
        found["requestBody"] = {"required": True, "content": content({"application/json": operation.body})}
    if operation.bodies:
        found["requestBody"] = {"required": True, "content": content(operation.bodies)}
    if operation.signed:
        found["security"] = [{"bearer": []}, {"cookie": []}, {"upstash": []}, {"standard": []}]
    problems = sorted({*operation.problems, *EVERYWHERE})
    found["responses"] = {
        **{str(says.status): answer(says) for says in operation.answers},
        **{str(status): {"$ref": f"#/components/responses/{status}"} for status in problems},
    }
    return found


def answer(says: Says) -> Schema:
    """A successful answer."""
    found: Schema = {"description": says.description}
    if says.content:
        found["content"] = content(says.content)
    if says.headers:
        found["headers"] = {
            name: {"schema": {"type": "string"}, "description": meaning}
            for name, meaning in says.headers.items()
        }
    return found


def content(by_type: Any) -> Schema:
    """Media types with their schemas; a model is referred to."""
    return {
        kind: {"schema": schema if isinstance(schema, dict) else {"$ref": REF.format(model=schema.__name__)}}
        for kind, schema in by_type.items()
    }


def path_parameters(path: str) -> Iterator[Schema]:
    """The ids in a path."""
    for part in path.split("/"):
        if part.startswith("{"):
            schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
            yield {"name": part[1:-1], "in": "path", "required": True, "schema": schema}


def query_parameters(model: type[Asked]) -> Iterator[Schema]:
    """The parameters of a query, of which none is required."""
    properties = model.model_json_schema(schema_generator=Plain).get("properties", {})
    for name, found in properties.items():
        schema = {key: value for key, value in found.items() if key not in ("description", "default")}
        parameter = {
            "name": name,
            "in": "query",
            "schema": schema,
            "description": found.get("description", ""),
        }
        yield parameter | ({"explode": False} if schema.get("type") == "array" else {})


def schemas() -> Schema:
    """The models of all operations and events, and what they refer to."""
    asked = {operation.body for operation in OPERATIONS if operation.body}
    asked |= {
        body for operation in OPERATIONS for body in operation.bodies.values() if isinstance(body, type)
    }
    answered = {
        model
        for operation in OPERATIONS
        for says in operation.answers
        for model in says.content.values()
        if isinstance(model, type)
    }
    answered |= {*EVENTS.values(), Problem}
    models: list[tuple[type[Answer] | type[Asked], Any]] = [
        *((model, "validation") for model in asked),
        *((model, "serialization") for model in answered),
    ]
    models.sort(key=lambda pair: pair[0].__name__)
    _, found = models_json_schema(models, ref_template=REF, schema_generator=Plain)
    named = {model.__name__ for model, _ in models}
    return {name: schema for name, schema in found["$defs"].items() if name in named or refers(found, name)}


def refers(schemas: Schema, name: str) -> bool:
    """Whether any schema refers to the one of that name."""
    return f'"{REF.format(model=name)}"' in dumps(schemas)


def problem_response(title: str) -> Schema:
    """An error's answer."""
    return {
        "description": title,
        "content": {"application/problem+json": {"schema": {"$ref": REF.format(model=Problem.__name__)}}},
    }


if __name__ == "__main__":
    print(dumps(document(), indent=1))
