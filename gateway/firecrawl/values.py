"""Single values of a body, of the type that is needed. Pure. Each raises Problem (400) with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .refusals import bad


def text_of(body: Mapping[str, Any], name: str) -> str:
    """The printable text of that name."""
    value = body.get(name)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise bad(f"{name}: a text is needed.")
    return value


def texts_of(body: Mapping[str, Any], name: str) -> list[str]:
    """The list of texts of that name, empty when it is left out."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) and one.isprintable() for one in value):
        raise bad(f"{name}: give a list of texts.")
    return value


def number_of(body: Mapping[str, Any], name: str, least: int) -> int:
    """The whole number of that name, from `least` to what an int32 of the proto holds."""
    value = body[name]
    if type(value) is not int or not least <= value < 2**31:
        raise bad(f"{name}: give a whole number from {least}.")
    return value


def seconds_of(body: Mapping[str, Any], name: str) -> float:
    """The seconds of that name."""
    value = body[name]
    if type(value) not in (int, float) or not 0 <= value < 2**31:
        raise bad(f"{name}: give a number of seconds.")
    return float(value)


def object_of(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object of that name, empty when it is left out."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad(f"{name}: give an object.")
    return value
