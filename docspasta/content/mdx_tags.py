"""Components and directives in Markdown, as a tree: JSX (`<Note>`), GitBook's tags (`{% hint %}`) and fenced
directives (`:::note`). Pure; the work is linear in the text.

Code is never looked into. What only looks like a component (`Vec<T>`, `<API_KEY>`) stays text: a name that
nobody knows is one when it is closed, or closes itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .mdx_names import HTML, KNOWN, VOID

MOST_NESTED = 24  # components in each other; a deeper one is left out, its text stays
_FENCE = re.compile(r"^(?:[ \t]*(?:>[ \t]?)*)(`{3,}|~{3,})([^\n]*)$")
_ELEMENT = "|".join(sorted(HTML, key=lambda name: (-len(name), name)))
_TOKEN = re.compile(
    r"(?P<span>(?<!`)(`+)(?!`)[^\n]{1,2000}?(?<!`)\2(?!`))"
    rf"|(?P<close></(?P<closes>[A-Z][\w.]*|{_ELEMENT})\s*>)"
    rf"|(?P<open>(?:(?<![\w\\])<(?P<opens>[A-Z][\w.]*)|(?<!\\)<(?P<element>{_ELEMENT}))(?=[\s/>]))"
    r"|(?P<percent>\{%-?\s*(?P<ends>end)?(?P<tag>[a-z][\w-]*)(?P<rest>[^\n%}]*)-?%\})"
    r"|(?P<blank>\{[\"'] +[\"']\})"
    r"|(?P<comment>\{/\*|<!--)"
)
_DIRECTIVE = re.compile(
    r"^[ \t]*(?P<colons>:{3,})[ \t]*(?:\{?(?P<name>[a-zA-Z][\w-]*)\}?(?P<label>[^\n]*))?$"
)
_ATTRIBUTE = re.compile(r"""\s*([A-Za-z_][\w.:-]*)(?:\s*=\s*("[^"]*"|'[^']*'|\{|[^\s"'`{}<>=]+(?<!/)))?""")
_PERCENT_ATTRIBUTE = re.compile(r"""([A-Za-z_][\w-]*)\s*=\s*("[^"]*"|'[^']*')""")
_STATEMENT = re.compile(
    r"""(?:import\s+(?:[\w*{][^\n]*\sfrom\s+)?['"]|import\s*\{\s*$|export\s+(?:const|let|function|default)\b)"""
)
_BRACE = re.compile(r"[{}\"'`]")
_GAP = re.compile(r"\s*")
_LONGEST_TAG = 4_000  # characters of one tag, its attributes with it
_LONGEST_STATEMENT = 2_000  # lines of a component that a page defines for itself


@dataclass
class Component:
    """A component: its name in lower case, what its attributes say, and what is in it."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[str | Component] = field(default_factory=list)
    known: bool = True
    source: str = ""  # as it was written: what it is when it turns out to be none


def tree_of(text: str) -> Component:
    """The text as a tree; strings in it are Markdown."""
    root = Component("")
    building = _Building(root)
    for kind, value in _pieces(text):
        building.add(kind, value)
    return building.finished()


class _Building:
    """The tree so far."""

    def __init__(self, root: Component) -> None:
        self._open = [root]
        self._names: dict[str, int] = {}

    def add(self, kind: str, value: str | Component) -> None:
        if kind == "open" and isinstance(value, Component) and len(self._open) < MOST_NESTED:
            self._open[-1].inside.append(value)
            self._open.append(value)
            self._names[value.name] = self._names.get(value.name, 0) + 1
        elif kind == "close" and isinstance(value, str):
            self._close(value)
        elif kind in ("text", "alone"):
            self._open[-1].inside.append(value)

    def _close(self, name: str) -> None:
        if not self._names.get(name):
            return
        while True:
            last = self._drop()
            if last.name == name:
                return
            self._unclosed(last)

    def _drop(self) -> Component:
        last = self._open.pop()
        self._names[last.name] -= 1
        return last

    def _unclosed(self, one: Component) -> None:
        """One that nothing closes has nothing in it; it is text, when nobody knows its name."""
        inside = one.inside if one.known else [one.source, *one.inside]
        one.name, one.attributes, one.inside = "", {}, inside

    def finished(self) -> Component:
        """The whole tree."""
        while len(self._open) > 1:
            self._unclosed(self._drop())
        return self._open[0]


def _pieces(text: str) -> Iterator[tuple[str, str | Component]]:
    """What the text consists of, in order: (text | open | alone | close, it)."""
    lines = text.split("\n")
    prose: list[str] = []
    colons: list[tuple[int, str]] = []
    at, count = 0, len(lines)
    while at < count:
        line = lines[at]
        found, directive = _FENCE.match(line), _DIRECTIVE.match(line)
        ends = _end_of_statement(lines, at) if _STATEMENT.match(line) else at
        if not (found or directive or ends > at):
            prose.append(line)
            at += 1
            continue
        yield from _prose("".join(f"{each}\n" for each in prose))
        prose = []
        if found:
            ends = _end_of_fence(lines, at, found[1])
            yield "text", "\n".join(lines[at:ends]) + ("\n" if ends < count else "")
        elif directive and ends == at:
            yield from _colons(directive, colons)
        at = max(ends, at + 1)
    yield from _prose("\n".join(prose))


def _end_of_fence(lines: list[str], at: int, fence: str) -> int:
    """The line behind a fenced block of code."""
    for n in range(at + 1, len(lines)):
        found = _FENCE.match(lines[n])
        if found and found[1].startswith(fence) and not found[2].strip():
            return n + 1
    return len(lines)


def _end_of_statement(lines: list[str], at: int) -> int:
    """The line behind an import or an export, whose brackets are closed there; else the next blank line."""
    depth, blank = 0, 0
    for n in range(at, min(len(lines), at + _LONGEST_STATEMENT)):
        line = lines[n]
        depth += sum(map(line.count, "{([")) - sum(map(line.count, "})]"))
        if depth <= 0:
            return n + 1
        blank = blank or (0 if line.strip() else n)
    return blank or len(lines)


def _colons(found: re.Match[str], colons: list[tuple[int, str]]) -> Iterator[tuple[str, str | Component]]:
    """A line of `:::`, which opens a directive or closes the last one of as many colons."""
    width, name = len(found["colons"]), found["name"]
    if name:
        label = found["label"].strip().strip("[]{}").strip()
        name = f":{name.lower()}"
        colons.append((width, name))
        yield "open", Component(name, {"title": label} if label else {})
    elif colons and colons[-1][0] <= width:
        yield "close", colons.pop()[1]


def _prose(text: str) -> Iterator[tuple[str, str | Component]]:
    """The pieces of text that holds no fence."""
    at = begin = 0
    unclosed: set[str] = set()  # beginnings of comments that nothing ends from here on
    while (found := _TOKEN.search(text, at)) is not None:
        at = found.end()
        if found["span"]:
            continue
        piece: tuple[str, str | Component] | None = None
        if found["blank"]:  # {" "}, as JSX writes a space
            piece = "text", " "
        elif found["comment"]:
            begins = found["comment"]
            ends = -1 if begins in unclosed else text.find("*/}" if begins == "{/*" else "-->", at)
            if ends < 0:
                unclosed.add(begins)
                continue
            at = ends + 3
        elif found["close"]:
            piece = "close", found["closes"].lower()
        elif found["percent"]:
            if f"%{found['tag']}" not in KNOWN:
                continue
            piece = _percent(found)
        else:
            tag = _tag(text, found)
            if tag is None:
                continue
            piece, at = tag
        if found.start() > begin:
            yield "text", text[begin : found.start()]
        begin = at
        if piece:
            yield piece
    if begin < len(text):
        yield "text", text[begin:]


def _percent(found: re.Match[str]) -> tuple[str, str | Component]:
    name = f"%{found['tag']}"
    if found["ends"]:
        return "close", name
    attributes = {key.lower(): value[1:-1] for key, value in _PERCENT_ATTRIBUTE.findall(found["rest"])}
    alone = found["tag"] in ("embed", "file", "include", "openapi", "swagger")
    return "alone" if alone else "open", Component(name, attributes)


def _tag(text: str, found: re.Match[str]) -> tuple[tuple[str, Component], int] | None:
    """The opening tag that begins at `found`, and where it ends; None when it has no end."""
    name, at, last = (
        (found["opens"] or found["element"]).lower(),
        found.end(),
        min(len(text), found.end() + _LONGEST_TAG),
    )
    attributes: dict[str, str] = {}
    while at < last:
        if (attribute := _ATTRIBUTE.match(text, at)) is not None:
            value, at = attribute[2] or "", attribute.end()
            if value == "{":
                ends = _balanced(text, at, last)
                if ends < 0:
                    return None
                value, at = text[at : ends - 1], ends
            attributes.setdefault(attribute[1].lower(), _plain(value))
            continue
        at = _GAP.match(text, at).end()  # type: ignore[union-attr]
        if text.startswith("{", at):  # {...props}
            at = _balanced(text, at + 1, last)
            if at < 0:
                return None
        elif text.startswith(("/>", ">"), at):
            alone = text.startswith("/>", at)
            at += 2 if alone else 1
            alone = alone or (found["element"] is not None and name in VOID)
            known = name in KNOWN
            one = Component(name, attributes, known=known, source=text[found.start() : at])
            return (("alone" if alone else "open"), one), at
        else:
            return None
    return None


def _balanced(text: str, at: int, last: int) -> int:
    """Where the brace that was opened before `at` is closed; -1 when it is not."""
    depth, quote = 1, ""
    if text.find("}", at, last) < 0:
        return -1
    while (found := _BRACE.search(text, at, last)) is not None:
        c, at = found[0], found.end()
        if quote:
            quote = "" if c == quote else quote
        elif c in "{}":
            depth += 1 if c == "{" else -1
        else:
            quote = c
        if not depth:
            return at
    return -1


def _plain(value: str) -> str:
    """What an attribute says: without its quotes."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'`":
        value = value[1:-1]
    return " ".join(value.split())
