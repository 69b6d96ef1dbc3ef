"""Plain text as Markdown, where it stands in a heading, in a link's text or in the front matter. Pure."""

from __future__ import annotations

import json
import re

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
    """A YAML scalar: JSON is a part of YAML 1.2."""
    return json.dumps(value, ensure_ascii=False)
