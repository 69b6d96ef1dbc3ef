"""Values that a script holds, as minifiers write them: `{type:"get",optional:!1,content:`a`}`. Pure.

JSON is one spelling of them. What has to be run to be known (names, calls, `${}`) is no value.
"""

from __future__ import annotations

import re
from typing import Any

DEEPEST = 60
_SPACE = re.compile(r"(?:\s|//[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/)*")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER = re.compile(r"-?(?:0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_PLAIN = {mark: re.compile(rf"[^\\{mark}{'$' if mark == '`' else ''}]+") for mark in ("'", '"', "`")}
_NAMED = {"true": True, "false": False, "null": None, "undefined": None, "!0": True, "!1": False}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


def js_value(script: str, at: int = 0) -> tuple[Any, int]:
    """The value that begins at `at`, and where it ends. Raises ValueError for what is none."""
    return _Reader(script).value(at, 0)


class _Reader:
    def __init__(self, script: str) -> None:
        self._script = script

    def value(self, at: int, depth: int) -> tuple[Any, int]:
        if depth > DEEPEST:
            raise ValueError("nested too deeply")
        at = self._after_space(at)
        sign = self._script[at : at + 1]
        if sign == "{":
            return self._object(at + 1, depth)
        if sign == "[":
            return self._array(at + 1, depth)
        if sign in _PLAIN:
            return self._text(at + 1, sign)
        if sign == "!":
            return _named(self._script[at : at + 2]), at + 2
        if self._script.startswith("void 0", at):
            return None, at + 6
        if word := _WORD.match(self._script, at):
            return _named(word[0]), word.end()
        number = _NUMBER.match(self._script, at)
        if number is None:
            raise ValueError("no value")
        return _number(number[0]), number.end()

    def _object(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        at = self._after_space(at)
        while not self._script.startswith("}", at):
            name, at = self._name(at)
            at = self._expect(":", at)
            found[name], at = self.value(at, depth + 1)
            at = self._next(at, "}")
        return found, at + 1

    def _array(self, at: int, depth: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self._after_space(at)
        while not self._script.startswith("]", at):
            one, at = self.value(at, depth + 1)
            found.append(one)
            at = self._next(at, "]")
        return found, at + 1

    def _next(self, at: int, end: str) -> int:
        """Where the next member begins, or the end stands."""
        at = self._after_space(at)
        return at if self._script.startswith(end, at) else self._after_space(self._expect(",", at))

    def _name(self, at: int) -> tuple[str, int]:
        sign = self._script[at : at + 1]
        if sign in ("'", '"'):
            return self._text(at + 1, sign)
        word = _WORD.match(self._script, at) or _NUMBER.match(self._script, at)
        if word is None:
            raise ValueError("no name")
        return word[0], word.end()

    def _text(self, at: int, mark: str) -> tuple[str, int]:
        pieces: list[str] = []
        while True:
            if plain := _PLAIN[mark].match(self._script, at):
                pieces.append(plain[0])
                at = plain.end()
            sign = self._script[at : at + 1]
            if sign == mark:
                return "".join(pieces), at + 1
            if sign == "\\":
                piece, at = self._escaped(at + 1)
                pieces.append(piece)
            elif sign == "$" and not self._script.startswith("${", at):
                pieces.append(sign)
                at += 1
            else:
                raise ValueError("a text that does not end, or is made when it runs")

    def _escaped(self, at: int) -> tuple[str, int]:
        sign = self._script[at : at + 1]
        digits = {"x": 2, "u": 4}.get(sign, 0)
        if sign == "u" and self._script.startswith("u{", at):
            end = self._script.index("}", at, at + 12)
            return chr(int(self._script[at + 2 : end], 16)), end + 1
        if digits:
            return chr(int(self._script[at + 1 : at + 1 + digits], 16)), at + 1 + digits
        return _ESCAPES.get(sign, sign), at + 1

    def _expect(self, sign: str, at: int) -> int:
        at = self._after_space(at)
        if not self._script.startswith(sign, at):
            raise ValueError(f"no {sign!r}")
        return at + 1

    def _after_space(self, at: int) -> int:
        found = _SPACE.match(self._script, at)
        return found.end() if found is not None else at


def _named(word: str) -> Any:
    if word not in _NAMED:
        raise ValueError(f"{word!r} is no value")
    return _NAMED[word]


def _number(text: str) -> int | float:
    if text.lower().startswith("0x"):
        return int(text, 16)
    return int(text) if text.lstrip("-").isdigit() else float(text)
