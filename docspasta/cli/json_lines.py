"""Protos as JSON objects in REST's words: camelCase, counts as numbers, zeros present, lower snake states."""

from __future__ import annotations

import json
import sys
from typing import Any

from google.protobuf.message import Message


def as_json(message: Message) -> dict[str, Any]:
    """Every field of a message; null for an unset message or an unset optional."""
    return {field.json_name: value_of(message, field) for field in message.DESCRIPTOR.fields}


def value_of(message: Message, field: Any) -> Any:
    """One field's value in JSON."""
    value = getattr(message, field.name)
    if field.is_repeated:
        return [one_value(item, field) for item in value]
    if field.has_presence and not message.HasField(field.name):
        return None
    return one_value(value, field)


def one_value(value: Any, field: Any) -> Any:
    """A value that is not a list."""
    if field.enum_type is not None:
        return enum_word(value, field)
    if field.message_type is None:
        return value
    if field.message_type.full_name == "google.protobuf.Timestamp":
        return value.ToJsonString()
    return as_json(value)


def enum_word(value: int, field: Any) -> str | None:
    """`PAGE_STATE_FAILED` as `failed`; null for the unspecified value."""
    if value == 0:
        return None
    names = field.enum_type.values_by_number
    prefix = names[0].name.removesuffix("UNSPECIFIED")
    return names[value].name.removeprefix(prefix).lower() if value in names else str(value)


def print_line(record: dict[str, Any]) -> None:
    """One line of JSON on stdout, at once."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()
