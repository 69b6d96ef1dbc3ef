"""What is said of a value that an option can't have: which option, which value, what it may be. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

NUMBERS: Mapping[Any, str] = {int: "a whole number", float: "a number"}
# The settings of a job that go by another name on the command line.
OTHERWISE = {
    "all_pages": "--all",
    "allow_hosts": "--allow-host",
    "exclude_selectors": "--exclude-selector",
    "headers": "--header",
    "include_selectors": "--include-selector",
    "respect_robots": "--ignore-robots",
    "use_sitemaps": "--no-sitemaps",
}
ALIKE = frozenset(
    {"concurrency", "delay", "exclude", "include", "markdown_twins", "max_depth", "max_pages", "render"}
)


def wrong_value(name: str, value: object, of: Any, least: float | None, most: float | None) -> str:
    """The sentence for a value that is none `of` this type, or not from `least` to `most`; '' for types whose
    own sentence will do."""
    kind = plain(of)
    shown = value if isinstance(value, int | float) else repr(value)
    if kind in NUMBERS:
        return f"{name} {shown}: give {NUMBERS[kind]}{span(least, most)}"
    if words := words_of(kind):
        near = get_close_matches(str(value), words, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"{name} {shown} is none of {', '.join(words)}{hint}"
    return ""


def plain(of: Any) -> Any:
    """The type of one value: of `int | None` and `list[int]` it is int."""
    while get_origin(of) in (Union, UnionType, list):
        of = next(each for each in get_args(of) if each is not type(None))
    return of


def words_of(kind: Any) -> list[str]:
    """The words that a type consists of; none for one of any other kind."""
    if get_origin(kind) is Literal:
        return [str(word) for word in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(each.value) for each in kind]
    return []


def span(least: float | None, most: float | None) -> str:
    """`, 1 or more`, ` from 0 to 6`; '' for numbers of any size."""
    if least is not None and most is not None:
        return f" from {least:,g} to {most:,g}"
    if least is not None:
        return f", {least:,g} or more"
    return "" if most is None else f", {most:,g} or less"


def option_of(field: str) -> str:
    """The option that sets a field of a job, `--max-pages` for `max_pages`, or the field itself."""
    stem = re.sub(r"\[\d+\]$", "", field).removeprefix("settings.")
    if stem in OTHERWISE:
        return OTHERWISE[stem]
    return f"--{stem.replace('_', '-')}" if stem in ALIKE else field
