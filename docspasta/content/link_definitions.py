"""Definitions of links (`[label]: address "title"`) of a page that is Markdown: what refers to one is written
out, so that none is left (CommonMark 0.31, 4.7 and 6.3). In a document of many pages a definition would hold
for them all. Footnotes keep theirs; their labels carry the page's mark. Pure; linear in the text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .references import References, key_of
from .text_lines import Line, width_of

_LABEL = r"\[((?:[^\[\]\\]|\\.){1,999})\]"
_HEAD = re.compile(
    _LABEL + r":[ \t]*(?:\n[ \t]*)?(?:<((?:[^<>\n\\]|\\[^\n]){0,2048})>|([^\s<]\S{0,2047}))(?!\S)", re.S
)
_QUOTED = r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\))[ \t]*(?:\n|\Z)"
_TITLE = re.compile(rf"(?:[ \t]+|[ \t]*\n[ \t]*){_QUOTED}", re.S)
_END = re.compile(r"[ \t]*(?:\n|\Z)")
_CONTAINER = re.compile(r"[ \t>]*")
_MARKED = re.compile(r"(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))*")
_NOTE = re.compile(r"(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))*\[\^([^\s\[\]\\]{1,200})\]:")
# Where a definition might still be read: a label at the start of a line, or one that began in a line before.
_LEFT = (
    re.compile(r"[ \t>+*\-\d.)]*\[(?:[^\[\]\\]|\\.)*\](?=:)"),
    re.compile(r"(?:[^\[\]\\]|\\.)*\](?=:)"),
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|(&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z0-9]{1,32});)")
_NO_TARGET = re.compile(r"[\x00-\x20\x7f()<>\"\\|\[\]`]")
_NO_TITLE = re.compile(r"[\"\\|\[\]`<()]")
_MOST_TITLE = 300


class _Block(NamedTuple):
    """Lines that are one paragraph, one heading, one row of a table, or code."""

    lines: list[str]
    is_code: bool


def without_definitions(lines: Sequence[Line], mark: str) -> Iterator[tuple[str, bool]]:
    """(line, whether it is code) in their order, without definitions. `mark`: the page's own, for notes."""
    if not any("]:" in line.text for line in lines):
        yield from ((line.text, line.is_code) for line in lines)
        return
    links: dict[str, str] = {}
    whole = list(_blocks(lines))
    widths = _widths_behind(whole)
    blocks = [
        block if block.is_code else _taken(block, links, behind)
        for block, behind in zip(whole, widths, strict=True)
    ]
    notes = {
        key_of(found[1])
        for block in blocks
        if not block.is_code
        for line in block.lines
        if (found := _NOTE.match(line)) is not None
    }
    size = sum(len(line.text) for line in lines)
    references = References(links, notes, mark, 2 * size + 100_000)
    was_blank = gone = False
    for block in blocks:
        is_blank = not block.is_code and not any(line.strip() for line in block.lines)
        if gone and was_blank and is_blank:
            continue  # the second of two empty lines, where a definition was between them
        gone = not block.lines
        was_blank = is_blank if block.lines else was_blank
        for line in block.lines if block.is_code else _resolved(block.lines, references):
            yield line, block.is_code


def _blocks(lines: Sequence[Line]) -> Iterator[_Block]:
    open_lines: list[str] = []
    was_code = True
    for line in lines:
        if open_lines and (line.begins or line.is_code != was_code):
            yield _Block(open_lines, was_code)
            open_lines = []
        open_lines.append(line.text)
        was_code = line.is_code
    if open_lines:
        yield _Block(open_lines, was_code)


def _widths_behind(blocks: Sequence[_Block]) -> list[int]:
    """How far the first line behind each block is indented."""
    widths: list[int] = []
    width = 0
    for block in reversed(blocks):
        widths.append(width)
        width = next((width_of(line) for line in block.lines if line.strip(" \t")), width)
    widths.reverse()
    return widths


def _taken(block: _Block, links: dict[str, str], behind: int) -> _Block:
    """A block without the definitions at its start, which come to `links`: the first of a label counts. They
    stay as text where a list item would be empty without them, or where what is behind, which is indented so,
    would go on with an item that they end."""
    first = _MARKED.match(block.lines[0])
    start = first.end() if first is not None else 0
    if block.lines[0][start : start + 1] != "[":
        return block
    insides = [block.lines[0][start:], *(_CONTAINER.sub("", line, count=1) for line in block.lines[1:])]
    text = "\n".join(insides)
    at = 0
    while (found := _HEAD.match(text, at)) is not None and _NOTE.match(text, at) is None:
        title = _TITLE.match(text, found.end())
        end = title or _END.match(text, found.end())
        if end is None:
            break
        if (key := key_of(found[1])) and key not in links:
            links[key] = _written(found[2] if found[2] is not None else found[3], title[1] if title else "")
        at = end.end()
    container = block.lines[0][:start]
    gone = len(insides) if at == len(text) else text.count("\n", 0, at)
    behind = width_of(block.lines[gone]) if gone < len(insides) else behind
    if not at or container.strip(" \t>") or behind > min(map(width_of, block.lines[:gone])):
        return block
    kept = [container.rstrip(" \t")] if container.strip(" \t") else []
    return _Block([*kept, *block.lines[gone:]], False)


def _written(to: str, title: str) -> str:
    """What stands behind the text of a link that leads there."""
    target = _NO_TARGET.sub(lambda found: f"%{ord(found[0]):02X}", _plain(to))
    said = " ".join(_plain(title[1:-1]).split())[:_MOST_TITLE]
    said = _NO_TITLE.sub(lambda found: f"&#{ord(found[0])};", said)
    return f'({target or "<>"} "{said}")' if said else f"({target or '<>'})"


def _plain(text: str) -> str:
    """Text without escapes."""
    return _ESCAPED.sub(lambda found: found[1] or html.unescape(found[2]), text)


def _resolved(lines: list[str], references: References) -> Iterator[str]:
    """The lines of a block with their links written out, and nothing that reads as a definition."""
    if not lines:
        return
    for line in references.written("\n".join(lines)).split("\n"):
        note = _NOTE.match(line)
        if note is not None and references.is_note(note[1]):
            yield line
            continue
        left = next((found for pattern in _LEFT if (found := pattern.match(line)) is not None), None)
        yield line if left is None else f"{line[: left.end()]}\\{line[left.end() :]}"
