"""The simple shapes that the chart's values are made of, as JSON Schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
STRING: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
POSITIVE: Schema = {"type": "integer", "minimum": 1}
PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535}
LABELS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
HOST: Schema = {"type": "string", "pattern": r"^(\*\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"}
PASSWORD: Schema = {"type": "string", "pattern": "^([A-Za-z0-9]{8,})?$"}
DURATION: Schema = {"type": "string", "pattern": "^([0-9]+(ms|s|m|h))+$"}
QUANTITY: Schema = {"type": "string", "pattern": "^[0-9]+(Mi|Gi|Ti)$"}
NETWORK: Schema = {"type": "string", "pattern": "^[0-9a-fA-F.:]+/[0-9]+$"}


def closed(properties: Schema, required: list[str] | None = None) -> Schema:
    """An object with these properties and no others."""
    shape = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**shape, "required": required} if required else shape


def listed(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


def choice(*values: str) -> Schema:
    """One of these words."""
    return {"enum": list(values)}


def texts(*names: str) -> Schema:
    """A property of text for each name."""
    return dict.fromkeys(names, STRING)


def whole(minimum: int, maximum: int) -> Schema:
    """A whole number within these bounds."""
    return {"type": "integer", "minimum": minimum, "maximum": maximum}


def matching(pattern: str) -> Schema:
    """Text that this pattern describes."""
    return {"type": "string", "pattern": pattern}


def api(name: str) -> Schema:
    """A reference to a shape of the Kubernetes API, such as core.v1.Toleration."""
    return {"$ref": f"#/$defs/{name}"}


def removed() -> Schema:
    """Let through, so that the guard in templates/_guards.tpl can say what to use instead."""
    return {"deprecated": True}
