"""An error's JSON: problem+json (RFC 9457)."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from .base import Answer


class FieldProblem(Answer):
    """What is wrong with one field."""

    field: str
    detail: str


class Problem(Answer):
    """RFC 9457."""

    model_config = ConfigDict(extra="allow", json_schema_serialization_defaults_required=False)

    type: str = Field(description="urn:docspasta:problem:<reason>")
    title: str
    status: int
    detail: str = Field(description="What was wrong and what to do.")
    request_id: str
    errors: list[FieldProblem] | None = Field(
        None, description="Each field that was wrong; at most ten are named."
    )
