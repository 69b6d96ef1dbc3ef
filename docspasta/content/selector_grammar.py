"""The CSS selectors that are taken (Selectors 4, as far as the parser of pages knows them): read by our own
rules before that parser sees them. Pure.

It is written in C, and what is no selector has made it crash; where a selector is judged, a crash would stop
the service for everybody. So it is asked only about what is well-formed and made of names that it knows.
"""

from __future__ import annotations

import re

MAX_DEPTH = 10  # selectors inside selectors

_ESCAPE = r"\\(?:[0-9A-Fa-f]{1,6}[ \t]?|[^\n\r\f0-9A-Fa-f\0])"
_LETTER = rf"(?:[A-Za-z0-9_\-\u0080-\U0010ffff]|{_ESCAPE})"
_B = r"[ \t\n\r\f]"  # blank
_BLANK = re.compile(rf"{_B}*")
_NAME = re.compile(rf"(?:--|-?(?:[A-Za-z_\u0080-\U0010ffff]|{_ESCAPE})){_LETTER}*")
_HASH = re.compile(rf"#{_LETTER}+")
_TYPE = re.compile(rf"(?:(?:\*|{_NAME.pattern})?\|)?(?:\*|{_NAME.pattern})")
_TEXT = r""""(?:[^"\\\n\r\f\0]|\\[^\0])*"|'(?:[^'\\\n\r\f\0]|\\[^\0])*'"""
_ATTRIBUTE = re.compile(
    rf"\[{_B}*(?:(?:{_NAME.pattern})?\|)?{_NAME.pattern}{_B}*"
    rf"(?:[~|^$*]?={_B}*(?:{_NAME.pattern}|{_TEXT}){_B}*(?:[iIsS]{_B}*)?)?\]"
)
_CONTAINS = re.compile(rf"{_B}*(?:{_TEXT}|{_NAME.pattern}){_B}*(?:[iI]{_B}*)?\)")
_STEP = rf"[+-]?[0-9]{{0,6}}n(?:{_B}*[+-]{_B}*[0-9]{{1,6}})?"
_NTH = re.compile(rf"{_B}*(?:odd|even|{_STEP}|[+-]?[0-9]{{1,6}}){_B}*", re.I)
_OF = re.compile(r"of(?=[ \t\n\r\f*.#:\[|])", re.I)
_PSEUDO = re.compile(r":([A-Za-z-]+)(\()?")
_COMBINATOR = re.compile(rf"{_B}*[>+~]{_B}*|{_B}+(?![ \t\n\r\f,)>+~])")

_STATES = frozenset(
    (
        *("active", "any-link", "blank", "checked", "disabled", "empty", "enabled", "first-child"),
        *("first-of-type", "focus", "hover", "last-child", "last-of-type", "link", "only-child"),
        *("only-of-type", "optional", "placeholder-shown", "read-only", "read-write", "required", "root"),
    )
)
_LISTS = frozenset(("is", "not", "where"))
_NTHS = frozenset(("nth-child", "nth-last-child", "nth-last-of-type", "nth-of-type"))
_APART = re.compile(rf"{_TEXT}|\\[^\0]|/\*.*?\*/", re.S)  # what holds no comment, or is one
_IN_NAME = re.compile(r"[\w\-\\\u0080-\U0010ffff]")


def without_comments(text: str) -> str:
    """A selector without its comments, but for one that is all that holds two names apart: that is none."""
    return _APART.sub(_kept, text) if "/*" in text else text


def _kept(found: re.Match[str]) -> str:
    if not found[0].startswith("/*"):
        return found[0]
    around = (
        found.string[max(found.start() - 1, 0) : found.start()],
        found.string[found.end() : found.end() + 1],
    )
    joins = all(char == "/" or _IN_NAME.match(char) for char in around)
    return found[0] if joins else ""


def is_selector(text: str) -> bool:
    """Whether `text` is a list of selectors that the parser knows, nested at most 10 deep. Linear in it."""
    try:
        end = _list(text, _blank(text, 0), 0)
    except _NoSelectorError:
        return False
    return end == len(text)


class _NoSelectorError(Exception):
    pass


def _blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _list(text: str, at: int, depth: int, relative: bool = False) -> int:
    """Where a list of selectors ends that begins at `at`, and what is blank behind it. `relative`: each may
    begin with a combinator."""
    if depth > MAX_DEPTH:
        raise _NoSelectorError
    while True:
        if relative and (lead := _COMBINATOR.match(text, at)):
            at = lead.end()
        at = _blank(text, _complex(text, at, depth))
        if text[at : at + 1] != ",":
            return at
        at = _blank(text, at + 1)


def _complex(text: str, at: int, depth: int) -> int:
    """Where one selector ends: compounds, and what stands between them."""
    at = _compound(text, at, depth)
    while (between := _COMBINATOR.match(text, at)) and between.end() < len(text):
        at = _compound(text, between.end(), depth)
    return at


def _compound(text: str, at: int, depth: int) -> int:
    """Where `type#id.class[attribute]:pseudo` ends; it is not empty."""
    begin = at
    if kind := _TYPE.match(text, at):
        at = kind.end()
    while True:
        end = _part(text, at, depth)
        if end == at:
            break
        at = end
    if at == begin:
        raise _NoSelectorError
    return at


def _part(text: str, at: int, depth: int) -> int:
    """Where the next part of a compound ends; `at` when there is none."""
    mark = text[at : at + 1]
    if mark == ":":
        return _pseudo(text, at, depth)
    if mark == "#":
        found = _HASH.match(text, at)
    elif mark == ".":
        found = _NAME.match(text, at + 1)
    elif mark == "[":
        found = _ATTRIBUTE.match(text, at)
    else:
        return at
    if found is None:
        raise _NoSelectorError
    return found.end()


def _pseudo(text: str, at: int, depth: int) -> int:
    found = _PSEUDO.match(text, at)
    if found is None:
        raise _NoSelectorError
    name, end = found[1].lower(), found.end()
    if not found[2]:
        if name not in _STATES:
            raise _NoSelectorError
        return end
    if name == "lexbor-contains":
        words = _CONTAINS.match(text, end)
        if words is None:
            raise _NoSelectorError
        return words.end()
    if name in _NTHS:
        return _closed(text, _nth(text, end, depth))
    if name not in _LISTS and name != "has":
        raise _NoSelectorError
    return _closed(text, _list(text, _blank(text, end), depth + 1, relative=name == "has"))


def _nth(text: str, at: int, depth: int) -> int:
    """Where `2n+1 of p` ends."""
    found = _NTH.match(text, at)
    if found is None:
        raise _NoSelectorError
    at = found.end()
    if of := _OF.match(text, at):
        return _list(text, _blank(text, of.end()), depth + 1)
    return at


def _closed(text: str, at: int) -> int:
    if text[at : at + 1] != ")":
        raise _NoSelectorError
    return at + 1
