"""The two kinds of REST objects: answered and asked. camelCase outside, snake_case inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from pydantic_core import to_json

API = "/api/v5"


class Answer(BaseModel):
    """An object that REST answers. Every property is always present; null is what is not known."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        serialize_by_alias=True,
        extra="forbid",
        frozen=True,
        json_schema_serialization_defaults_required=True,
    )

    def to_json(self) -> bytes:
        """Compact JSON in UTF-8, on one line: control characters are escaped."""
        return to_json(self, by_alias=True)

    def to_dict(self) -> dict[str, Any]:
        """The same as a dict of JSON's types."""
        return self.model_dump(mode="json")


class Asked(BaseModel):
    """What a client sends, as JSON or in a query: these fields and no others."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=False, validate_by_alias=True, extra="forbid", frozen=True
    )

    @classmethod
    def names(cls) -> list[str]:
        """The fields' names outside."""
        return [field.alias or name for name, field in cls.model_fields.items()]

    @classmethod
    def inner(cls, alias: str) -> type[Asked] | None:
        """What a field's object is, None for a field of another kind."""
        for name, field in cls.model_fields.items():
            if (field.alias or name) == alias:
                return _object_in(field.annotation)
        return None

    @classmethod
    def explained(cls, alias: str) -> Explained:
        """What to say about a bad value of a field."""
        for field in cls.model_fields.values():
            if field.alias == alias:
                marks = [*field.metadata, *_marks_in(field.annotation)]
                found = (mark for mark in marks if isinstance(mark, Explained))
                return next(found, Explained("{value} is not right."))
        return Explained("{value} is not right.")


def _object_in(kind: Any) -> type[Asked] | None:
    """The kind of object that an annotation names, if it names one."""
    if isinstance(kind, type) and issubclass(kind, Asked):
        return kind
    return next(filter(None, map(_object_in, get_args(kind))), None)


def _marks_in(kind: Any) -> list[Any]:
    """The marks of an annotation's parts: of `Int32 | None` those of Int32."""
    below = [mark for part in get_args(kind) for mark in _marks_in(part)]
    return [*getattr(kind, "__metadata__", ()), *below]


@dataclass(frozen=True, slots=True)
class Explained:
    """A field's mark: the sentence for a value that is not right, in which `{value}` stands for it, and the
    one for a value that is missing or empty."""

    sentence: str
    missing: str = ""


class Mistake(ValueError):
    """A validator's own sentence about a value."""
