"""Arguments of a tool, held against its schema: of its kinds there are three. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .jobs import ToolError
from .tools import BY_NAME, Tool

MOST_TEXT = 2_048  # characters
MOST_ITEMS = 50


def checked(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with defaults. Raises ToolError that names what is wrong."""
    tool = BY_NAME.get(name)
    if tool is None:
        raise ToolError(f"There is no tool {name[:50]!r}; there are {', '.join(BY_NAME)}.")
    for unknown in given.keys() - tool.properties.keys():
        raise ToolError(f"{unknown[:50]}: {name} takes {', '.join(tool.properties)}.")
    found = {field: schema["default"] for field, schema in tool.properties.items() if "default" in schema}
    for field, value in given.items():
        if value is not None:
            found[field] = _checked(field, value, tool.properties[field])
    _need(tool, found)
    return found


def _need(tool: Tool, found: Mapping[str, Any]) -> None:
    for field in tool.required:
        if found.get(field) in (None, ""):
            raise ToolError(f"{field}: {tool.name} needs it. {tool.properties[field]['description']}")


def _checked(field: str, value: Any, schema: Mapping[str, Any]) -> Any:
    if schema["type"] == "integer":
        return _number(field, value, schema)
    if schema["type"] == "array":
        if not isinstance(value, list) or len(value) > MOST_ITEMS:
            raise ToolError(f"{field}: give a list of at most {MOST_ITEMS} texts.")
        return [_text(field, one, schema["items"]) for one in value]
    return _text(field, value, schema)


def _number(field: str, value: Any, schema: Mapping[str, Any]) -> int:
    least, most = schema["minimum"], schema["maximum"]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ToolError(
            f"{field}: {str(value)[:50]} is not right; give a whole number from {least} to {most}."
        )
    return value


def _text(field: str, value: Any, schema: Mapping[str, Any]) -> str:
    most = schema.get("maxLength", MOST_TEXT)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # a page's position, as clients that guess types send it
    if not isinstance(value, str) or len(value) > most or "\0" in value:
        raise ToolError(f"{field}: give a text of at most {most} characters.")
    return value.encode("utf-8", "replace").decode()
