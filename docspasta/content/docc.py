"""A page of Apple's DocC from its JSON (render nodes of swift-docc) as Markdown. Pure.

The JSON says what the page holds: the abstract, the declaration, parameters, the content in blocks, and lists
of topics; links are names that `references` explains.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .page import Page
from .text_page import read_text

_DEEPEST = 40
_ASIDES = {"important": "IMPORTANT", "warning": "WARNING", "tip": "TIP", "experiment": "TIP"}
_MARKS = {"emphasis": "*", "strong": "**", "strikethrough": "~~", "newTerm": "*"}


def docc_page(body: bytes, url: str) -> Page:
    """The page of a render node. A body that is none has the reason not_html."""
    try:
        node = json.loads(body)
    except (ValueError, RecursionError):
        node = None
    if not isinstance(node, dict) or not isinstance(node.get("metadata"), dict):
        return Page(url=url, reason="not_html", detail="It is no JSON of DocC.")
    return read_text(_Node(node).markdown(), url)


class _Node:
    """One render node."""

    def __init__(self, node: dict[str, Any]) -> None:
        self._node = node
        self._references: dict[str, Any] = _object(node.get("references"))

    def markdown(self) -> str:
        """The page as Markdown."""
        metadata = self._node["metadata"]
        parts = [f"# {_text(metadata.get('title')) or 'Documentation'}"]
        if role := _text(metadata.get("roleHeading")):
            parts.append(f"*{role}*")
        parts += [self._inline(self._node.get("abstract")), _platforms(metadata)]
        for section in _list(self._node.get("primaryContentSections")):
            parts += self._section(section)
        for name, heading in (
            ("topicSections", "Topics"),
            ("defaultImplementationsSections", "Default Implementations"),
            ("relationshipsSections", "Relationships"),
            ("seeAlsoSections", "See Also"),
        ):
            parts += self._topics(_list(self._node.get(name)), heading)
        for section in _list(self._node.get("sections")):  # tutorials
            parts += self._tutorial(section)
        return "\n\n".join(part for part in parts if part.strip()) + "\n"

    def _section(self, section: dict[str, Any]) -> list[str]:
        kind = section.get("kind")
        if kind == "declarations":
            return [_declaration(each) for each in _list(section.get("declarations"))]
        if kind == "parameters":
            rows = [
                f"- `{_text(each.get('name'))}`: {self._one_line(each.get('content'))}"
                for each in _list(section.get("parameters"))
            ]
            return ["## Parameters", "\n".join(rows)] if rows else []
        if kind in ("properties", "restParameters", "attributes"):
            rows = [
                f"- `{_text(each.get('name'))}`: {self._one_line(each.get('content'))}"
                for each in _list(section.get("items") or section.get("attributes"))
            ]
            return [f"## {_text(section.get('title')) or 'Properties'}", "\n".join(rows)] if rows else []
        return self._blocks(section.get("content"), 0)

    def _tutorial(self, section: dict[str, Any]) -> list[str]:
        parts = [f"## {title}"] if (title := _text(section.get("title"))) else []
        parts += self._blocks(section.get("content"), 0)
        for task in _list(section.get("tasks")):
            parts += [f"### {_text(task.get('title'))}"]
            for each in (*_list(task.get("contentSection")), *_list(task.get("stepsSection"))):
                parts += self._blocks([each] if "type" in each else each.get("content"), 0)
        return parts

    def _topics(self, sections: list[dict[str, Any]], heading: str) -> list[str]:
        parts = []
        for section in sections:
            rows = [self._entry(name) for name in section.get("identifiers") or () if isinstance(name, str)]
            if rows := [row for row in rows if row]:
                parts += [f"### {_text(section.get('title'))}", "\n".join(rows)]
        return [f"## {heading}", *parts] if parts else []

    def _entry(self, name: str) -> str:
        found = _object(self._references.get(name))
        said = self._inline(found.get("abstract"))
        link = self._reference(name)
        return f"- {link}{f': {said}' if said else ''}" if link else ""

    def _reference(self, name: str) -> str:
        found = _object(self._references.get(name))
        title, to = _text(found.get("title")), _text(found.get("url"))
        shown = f"`{title}`" if found.get("kind") == "symbol" and "`" not in title else title
        return f"[{shown}]({to})" if title and to and " " not in to else shown

    def _blocks(self, content: Any, depth: int) -> list[str]:
        return [text for block in _list(content) if (text := self._block(block, depth))]

    def _block(self, block: dict[str, Any], depth: int) -> str:
        if depth > _DEEPEST:
            return ""
        kind = _text(block.get("type"))
        read: dict[str, Callable[[], str]] = {
            "heading": lambda: f"{'#' * _level(block.get('level'))} {_text(block.get('text'))}",
            "paragraph": lambda: self._inline(block.get("inlineContent"), depth),
            "codeListing": lambda: _fence(_lines(block.get("code")), _text(block.get("syntax"))),
            "aside": lambda: self._aside(block, depth),
            "unorderedList": lambda: self._items(block, depth, ordered=False),
            "orderedList": lambda: self._items(block, depth, ordered=True),
            "termList": lambda: self._terms(block, depth),
            "table": lambda: self._table(block, depth),
            "step": lambda: "\n\n".join(self._blocks(block.get("content"), depth + 1)),
            "row": lambda: "\n\n".join(
                text
                for column in _list(block.get("columns"))
                for text in self._blocks(column.get("content"), depth + 1)
            ),
            "links": lambda: "\n".join(
                row
                for name in block.get("items") or ()
                if isinstance(name, str) and (row := self._entry(name))
            ),
            "tabNavigator": lambda: "\n\n".join(
                text
                for tab in _list(block.get("tabs"))
                for text in (f"**{_text(tab.get('title'))}**", *self._blocks(tab.get("content"), depth + 1))
            ),
        }
        return read[kind]() if kind in read else "\n\n".join(self._blocks(block.get("content"), depth + 1))

    def _aside(self, block: dict[str, Any], depth: int) -> str:
        kind = _ASIDES.get(_text(block.get("style")).lower(), "NOTE")
        text = "\n\n".join(self._blocks(block.get("content"), depth + 1))
        return "\n".join(f"> {line}".rstrip() for line in (f"[!{kind}]", *text.split("\n")))

    def _items(self, block: dict[str, Any], depth: int, *, ordered: bool) -> str:
        rows = []
        for number, item in enumerate(_list(block.get("items")), 1):
            mark = f"{number}. " if ordered else "- "
            text = "\n\n".join(self._blocks(item.get("content"), depth + 1))
            rows.append(mark + text.replace("\n", "\n" + " " * len(mark)))
        return "\n".join(rows)

    def _terms(self, block: dict[str, Any], depth: int) -> str:
        return "\n\n".join(
            f"**{self._inline(_object(item.get('term')).get('inlineContent'), depth)}**\n\n"
            + "\n\n".join(self._blocks(_object(item.get("definition")).get("content"), depth + 1))
            for item in _list(block.get("items"))
        )

    def _table(self, block: dict[str, Any], depth: int) -> str:
        rows = []
        for row in block.get("rows") or ():
            cells = row if isinstance(row, list) else _list(_object(row).get("cells"))
            contents = [cell.get("content") if isinstance(cell, dict) else cell for cell in cells]
            rows.append([self._one_line(content, depth + 1).replace("|", "\\|") for content in contents])
        if not rows or not (width := max(map(len, rows))):
            return ""
        if block.get("header") not in ("row", "both", None):
            rows.insert(0, [""] * width)
        lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
        return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])

    def _one_line(self, content: Any, depth: int = 0) -> str:
        return " ".join(" ".join(self._blocks(content, depth)).split())

    def _inline(self, content: Any, depth: int = 0) -> str:
        if depth > _DEEPEST:
            return ""
        return "".join(self._piece(piece, depth + 1) for piece in _list(content))

    def _piece(self, piece: dict[str, Any], depth: int) -> str:
        kind = _text(piece.get("type"))
        if kind == "text":
            return _text(piece.get("text"))
        if kind == "codeVoice":
            code = _text(piece.get("code"))
            return f"`` {code} ``" if "`" in code else f"`{code}`"
        if kind == "reference":
            override = self._inline(piece.get("overridingTitleInlineContent"), depth)
            link = self._reference(_text(piece.get("identifier")))
            return override or link or _text(piece.get("identifier")).rpartition("/")[2]
        if kind == "link":
            return f"[{_text(piece.get('title'))}]({_text(piece.get('destination'))})"
        inside = self._inline(piece.get("inlineContent"), depth)
        mark = _MARKS.get(kind, "")
        return f"{mark}{inside}{mark}" if inside.strip() else inside


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _lines(value: Any) -> str:
    return (
        "\n".join(line for line in value if isinstance(line, str))
        if isinstance(value, list)
        else _text(value)
    )


def _level(value: Any) -> int:
    return min(6, max(2, value)) if isinstance(value, int) else 2


def _fence(code: str, language: str = "") -> str:
    fence = "```" if "```" not in code else "~~~~"
    return f"{fence}{language}\n{code}\n{fence}"


def _declaration(one: dict[str, Any]) -> str:
    code = "".join(_text(token.get("text")) for token in _list(one.get("tokens")))
    languages = one.get("languages")
    language = languages[0] if isinstance(languages, list) and languages else "swift"
    return _fence(code, _text(language)) if code.strip() else ""


def _platforms(metadata: dict[str, Any]) -> str:
    said = [
        f"{_text(each.get('name'))} {_text(each.get('introducedAt'))}+"
        for each in _list(metadata.get("platforms"))
        if each.get("name") and each.get("introducedAt")
    ]
    return f"Available on: {', '.join(said)}" if said else ""
