"""OpenAPI's objects in the forms that REST uses. Pure; operations.py says which operations there are."""

from __future__ import annotations

from typing import Any

from .schemas import Schema, ref

EVERYWHERE = (400, 401, 414, 429, 431, 500, 503, 504)  # problems that every operation may answer with


def query(name: str, schema: Schema, description: str) -> Schema:
    """A query parameter."""
    return {"name": name, "in": "query", "schema": schema, "description": description}


def several(name: str, words_of: Schema, description: str) -> Schema:
    """A query parameter of several words, with commas between."""
    return query(name, {"type": "array", "items": words_of}, description) | {"explode": False}


def body(schema: str) -> Schema:
    """A JSON request body."""
    return {"required": True, "content": {"application/json": {"schema": ref(schema)}}}


def gives(status: int, description: str, content: dict[str, Schema] | None = None, **headers: str) -> Schema:
    """A successful answer."""
    said: Schema = {"description": description}
    if content:
        said["content"] = {kind: {"schema": schema} for kind, schema in content.items()}
    if headers:
        said["headers"] = {
            n.replace("_", "-"): {"schema": {"type": "string"}, "description": d} for n, d in headers.items()
        }
    return {str(status): said}


def json(schema: str) -> dict[str, Schema]:
    """A JSON answer's content."""
    return {"application/json": ref(schema)}


def operation(name: str, summary: str, answers: Schema, *problems: int, **more: Any) -> Schema:
    """One method of a path, which may also answer `problems` and those of every operation."""
    refused = {str(s): {"$ref": f"#/components/responses/{s}"} for s in sorted({*problems, *EVERYWHERE})}
    return {"operationId": name, "summary": summary, **more, "responses": {**answers, **refused}}


def open_operation(name: str, summary: str, more: Schema | None = None) -> Schema:
    """An operation that asks for no credential."""
    answers = gives(200, "Yes.", {"application/json": {"type": "object"}})
    return {"operationId": name, "summary": summary, "security": [], "responses": {**answers, **(more or {})}}
