"""Elements of HTML in Markdown, as Markdown: sites' own Markdown, and READMEs, are written with them. Pure.

<details><summary>A</summary>…</details>  ->  **A**, and what is in it
<p align="center"><img src="/a.png"></p>  ->  ![](/a.png)
<table><tr><td>…                          ->  a table
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import mdx_names as names
from .mdx_tags import Component

Text = Callable[[Component], str]
_MARKS = {
    **dict.fromkeys(names.STRONG, "**"),
    **dict.fromkeys(names.EMPHASIS, "*"),
    **dict.fromkeys(names.CODE, "`"),
}


def element(one: Component, inside: Text, body: Text) -> str:
    """An element as it means. `inside` and `body`: what is in a component, as it is and as a block."""
    name = one.name
    if name in names.BREAKS:
        return " " if name == "br" else ""
    if name in _MARKS:
        return _marked(inside(one), _MARKS[name])
    if name in names.LEVELS:
        return _block(f"{'#' * names.LEVELS[name]} {_line(inside(one))}" if _line(inside(one)) else "")
    if name == "hr":
        return _block("---")
    if name == "details":
        return _details(one, inside, body)
    if name == "table":
        return _table(one, inside)
    if name in ("ul", "ol"):
        return _list(one, body)
    if name == "blockquote":
        return _block("\n".join(f"> {line}".rstrip() for line in body(one).split("\n")))
    return _block(body(one))


def _block(text: str) -> str:
    return f"\n\n{text}\n\n" if text.strip() else "\n\n"


def _line(text: str) -> str:
    return " ".join(text.split())


def _marked(text: str, mark: str) -> str:
    """Text in marks, which stand at its words."""
    words = text.strip()
    if not words or (mark == "`" and "`" in words) or "\n\n" in words:
        return text
    start = text.index(words)
    return f"{text[:start]}{mark}{words}{mark}{text[start + len(words) :]}"


def _details(one: Component, inside: Text, body: Text) -> str:
    """What opens: its summary, and what is in it."""
    label = next((_line(inside(each)) for each in _children(one) if each.name == "summary"), "")
    rest = [each for each in one.inside if isinstance(each, str) or each.name != "summary"]
    text = body(Component("", {}, rest))
    label = label.strip("*")
    return _block(f"**{label}**\n\n{text}" if label else text)


def _list(one: Component, body: Text) -> str:
    items = [body(each).strip() for each in _children(one) if each.name == "li"]
    marks = [f"{n}. " if one.name == "ol" else "- " for n in range(1, len(items) + 1)]
    lines = [
        mark + item.replace("\n", "\n" + " " * len(mark))
        for mark, item in zip(marks, items, strict=True)
        if item
    ]
    return _block("\n".join(lines))


def _table(one: Component, inside: Text) -> str:
    """A table of pipes; its first row is the head."""
    rows = [
        [_line(inside(cell)).replace("|", "\\|") for cell in _children(row) if cell.name in ("td", "th")]
        for row in _rows(one)
    ]
    rows = [row for row in rows if any(row)]
    if not rows:
        return _block("")
    width = max(map(len, rows))
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return _block("\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]]))


def _rows(one: Component) -> Iterator[Component]:
    for each in _children(one):
        if each.name == "tr":
            yield each
        elif each.name in ("thead", "tbody", "tfoot"):
            yield from _rows(each)


def _children(one: Component) -> list[Component]:
    return [each for each in one.inside if isinstance(each, Component)]
