"""Schemas of an API's description (JSON Schema as OpenAPI, Swagger and AsyncAPI use it) in words and tables.
Pure; references are followed within the file alone, and no further than a few levels.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

_FOLLOWED = 20  # references that lead to each other
_DEEPEST = 4  # levels of fields that one table shows
_MOST_ROWS = 300  # of one table
_MOST_VALUES = 30  # of an enumeration


class Row(NamedTuple):
    """A field of a schema. `name` has the names of the fields around it (`owner.name`, `tags[].id`)."""

    name: str
    type: str
    required: bool
    said: str


def text_of(value: Any) -> str:
    """A text as it is; anything else is ''."""
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> dict[str, Any]:
    """An object; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def cell(text: str) -> str:
    """A text within a table."""
    return " ".join(text.split()).replace("|", "\\|")


def code(value: Any, most: int = 200) -> str:
    """A value as a span of code."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join(text.split())[:most]
    return f"`` {text} ``" if "`" in text else f"`{text}`" if text else ""


class Schemas:
    """The schemas of one file."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root

    def resolved(self, value: Any) -> dict[str, Any]:
        """An object, or the one that its `$ref` names in this file; {} for one that is elsewhere."""
        for _ in range(_FOLLOWED):
            one = mapping(value)
            name = one.get("$ref")
            if not isinstance(name, str):
                return one
            value = self._at(name)
        return {}

    def _at(self, name: str) -> Any:
        if not name.startswith("#/"):
            return {}
        found: Any = self._root
        for part in name[2:].split("/")[:_FOLLOWED]:
            found = mapping(found).get(part.replace("~1", "/").replace("~0", "~").replace("%7B", "{"))
        return found

    def type_of(self, schema: Any, depth: int = 0) -> str:
        """A schema's type in a few words: `string (date-time)`, `array of Pet`, `Cat or Dog`."""
        one = mapping(schema)
        if isinstance(name := one.get("$ref"), str):
            return name.rpartition("/")[2].replace("`", "")[:100]
        if depth > _DEEPEST:
            return "object"
        for words, joint in (("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")):
            if parts := objects(one.get(words)):
                return joint.join(dict.fromkeys(self.type_of(part, depth + 1) for part in parts[:8]))
        said = one.get("type")
        kinds = (
            [each for each in said if isinstance(each, str)] if isinstance(said, list) else [text_of(said)]
        )
        kind = " or ".join(filter(None, kinds)) or ("object" if "properties" in one else "any")
        if kind == "array" or "items" in one:
            return f"array of {self.type_of(one.get('items'), depth + 1)}"
        return f"{kind} ({one['format']})" if isinstance(one.get("format"), str) else kind

    def said_of(self, schema: Any) -> str:
        """What a schema says beside its type: description, values, default, bounds."""
        one = self.resolved(schema)
        said = [cell(text_of(one.get("description")) or text_of(mapping(schema).get("description")))]
        if isinstance(values := one.get("enum"), list) and values:
            shown = ", ".join(code(value, 80) for value in values[:_MOST_VALUES])
            said.append(f"One of {shown}{', …' if len(values) > _MOST_VALUES else ''}.")
        if (default := one.get("default")) is not None:
            said.append(f"Default: {code(default)}.")
        names = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern")
        said += [f"{name}: {code(one[name])}." for name in names if one.get(name) is not None]
        said += ["Deprecated."] if one.get("deprecated") is True else []
        said += ["Read only."] if one.get("readOnly") is True else []
        return " ".join(filter(None, said)).replace("|", "\\|") if said else ""

    def rows(self, schema: Any) -> list[Row]:
        """The fields of a schema, those of objects in it behind them."""
        rows: list[Row] = []
        for row in self._rows(schema, "", 0, frozenset()):
            rows.append(row)
            if len(rows) == _MOST_ROWS:
                break
        return rows

    def _rows(self, schema: Any, before: str, depth: int, seen: frozenset[int]) -> Iterator[Row]:
        one = self.resolved(schema)
        if depth > _DEEPEST or id(one) in seen:
            return
        seen |= {id(one)}
        for words in ("allOf", "oneOf", "anyOf"):
            for part in objects(one.get(words)):
                yield from self._rows(part, before, depth + 1, seen)
        if "items" in one:
            yield from self._rows(one["items"], f"{before}[]", depth, seen)
        required = one.get("required")
        needed = {each for each in required if isinstance(each, str)} if isinstance(required, list) else set()
        for name, field in mapping(one.get("properties")).items():
            where = f"{before}.{name}" if before else str(name)
            yield Row(where, self.type_of(field), name in needed, self.said_of(field))
            if "$ref" not in mapping(field) and "$ref" not in mapping(mapping(field).get("items")):
                yield from self._rows(field, where, depth + 1, seen)

    def table(self, schema: Any) -> str:
        """The fields of a schema as a table; '' when it has none."""
        rows = self.rows(schema)
        if not rows:
            return ""
        lines = ["| Field | Type | Required | Description |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {code(row.name)} | {cell(row.type)} | {'yes' if row.required else 'no'} | {row.said} |"
            for row in rows
        ]
        return "\n".join(lines)
