"""Plain text as Markdown, where it stands in a heading, in a link's text or in the front matter. Pure."""

from __future__ import annotations

import json
import re

_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$&])")


def escaped(text: str) -> str:
    """Text in which nothing is markup, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def heading_line(level: int, text: str) -> str:
    """An ATX heading (CommonMark 4.2), without its newline."""
    return f"{'#' * level} {escaped(text)}"


def link(text: str, destination: str) -> str:
    """An inline link to a destination that needs no escaping: an anchor or a canonical URL."""
    return f"[{escaped(text)}]({destination})"


def scalar(value: object) -> str:
    """A YAML scalar: JSON is a part of YAML 1.2, but for characters that YAML wants escaped (5.1), or takes
    for the end of a line."""
    return one_line(json.dumps(value, ensure_ascii=False))


def one_line(told: str) -> str:
    """JSON without the characters that some take for the end of a line, and others refuse: as escapes."""
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", told)
