"""An object as JavaScript writes it, read without running anything. Pure.

{openapi: '3.1.0', info: {title: "Valve"}, deprecated: !0, /* … */}  ->  a dict

Strings, numbers, true, false, null, lists and objects; whatever would have to be computed is no literal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

LONGEST = 8 * 1024 * 1024  # characters
_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)"""
    r"""|(?P<name>[A-Za-z_$][\w$]*)|(?P<number>-?\.?\d[\w.+-]*)|(?P<truth>![01])|(?P<mark>[{}\[\],:])""",
    re.S,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r\n|.))", re.S)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_WORDS = {"true": "true", "false": "false", "null": "null", "undefined": "null"}


def read_literal(text: str, at: int = 0) -> Any:
    """The object or list that begins at `at`; what stands behind it does not matter. Raises ValueError,
    RecursionError."""
    return json.loads("".join(_json(text[at : at + LONGEST])))


def read_string(text: str) -> str:
    """What a string of JavaScript says, its quotes included in `text`. Raises ValueError when it is
    computed."""
    if text[0] == "`" and "${" in text:
        raise ValueError("a template that is computed")
    return _ESCAPE.sub(_said, text[1:-1])


def _json(text: str) -> Iterator[str]:
    """The same as JSON."""
    pending, before, depth = "", "", 0  # a comma too many, it may be; what may be a key
    for kind, value in _tokens(text):
        if before:
            yield json.dumps(before) if value == ":" else _value(before)
            before = ""
        if value == ",":
            pending = ","
            continue
        if value not in ("}", "]"):
            yield pending
        pending = ""
        match kind:
            case "name" | "number":
                before = value
            case "text":
                yield json.dumps(read_string(value))
            case "truth":
                yield "true" if value == "!0" else "false"
            case _:
                yield value
        depth += (value in ("{", "[")) - (value in ("}", "]")) if kind == "mark" else 0
        if depth == 0:
            return


def _value(word: str) -> str:
    """What a word or a number is, as JSON. Raises ValueError."""
    if word in _WORDS:
        return _WORDS[word]
    return json.dumps(int(word, 0) if word.isalnum() else float(word))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while token := _TOKEN.match(text, at):
        at = token.end()
        if token.lastgroup != "space":
            yield str(token.lastgroup), token[0]
    raise ValueError("it is no literal, or it does not end")


def _said(found: re.Match[str]) -> str:
    if code := found[1] or found[2] or found[3]:
        return chr(min(int(code, 16), 0x10FFFF))
    return _SHORT.get(found[4], found[4])
