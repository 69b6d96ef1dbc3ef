"""Emphasis: `**`, `*` and `~~`, their spaces outside (CommonMark 6.2)."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from .element_text import only_text
from .state import IN_BLOCKS, IN_CODE
from .text_cache import IS_PLAIN
from .walk import SKIP, Attributes, Open, Opened, Walk


def emphasis(marker: str) -> Open:
    """A handler of <strong>, <em> or <del>."""

    def begin(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
        text = only_text(node)
        if text is None:
            return open_emphasis(walk, marker)
        if IS_PLAIN[text] and plain_emphasis(walk, marker, text):
            return SKIP
        opened = open_emphasis(walk, marker)
        if isinstance(opened, tuple):
            walk.text(text)
            close_emphasis(walk, opened[1])
            return SKIP
        return opened

    return begin


def plain_emphasis(walk: Walk, marker: str, text: str) -> bool:
    """Emphasis around plain text, in one step; False where it says nothing."""
    w = walk.inline
    parts = w.parts
    if walk.mode is IN_CODE or marker in walk.emphasis or w.html:
        return False
    start = len(parts)
    if w.spans and w.spans[-1][1] == start - 1 and parts[-1] == marker:  # <b>a</b><b>b</b> is one emphasis
        if text[0] == "(" and parts[-2][-1:] == "]":
            return False
        w.spans[-1] = (w.spans[-1][0], start)
        parts[-1] = text
        parts.append(marker)
    else:
        w.spans.append((start, start + 2))
        parts += (marker, text, marker)
    w.settled = w.space = False
    if walk.title is not None:
        walk.title.append(text)
    return True


def open_emphasis(walk: Walk, marker: str) -> Opened:
    """Start emphasis; None where it says nothing (in code, in itself)."""
    w = walk.inline
    if walk.mode is IN_CODE or marker in walk.emphasis or w.html:
        return None
    walk.emphasis.add(marker)
    parts = w.parts
    if w.spans and w.spans[-1][1] == len(parts) - 1 and parts[-1] == marker:
        start = w.spans.pop()[0]  # <b>a</b><b>b</b> is one emphasis
        parts.pop()
    else:
        start = len(parts)
        parts.append(marker)
    w.unclosed.append(start)
    w.settled = False
    return close_emphasis, (marker, start, parts)


def close_emphasis(walk: Walk, state: tuple[str, int, list[str]]) -> None:
    """End emphasis, its spaces outside."""
    marker, start, parts = state
    walk.emphasis.discard(marker)
    w = walk.inline
    if w.parts is not parts:
        return  # a block ended inside
    if start in w.unclosed:
        w.unclosed.remove(start)
    first, last = start + 1, len(parts) - 1
    while first <= last and not parts[first].strip(" "):
        first += 1
    if first > last:
        parts[start] = " " if any(parts[start + 1 :]) else ""
        del parts[start + 1 :]
        return
    if parts[first][0] == " ":
        parts[first] = parts[first].lstrip(" ")
        parts[start] = " " + marker
    while not parts[last].strip(" "):
        last -= 1
    tail = parts[last][-1] == " " or last < len(parts) - 1
    parts[last] = parts[last].rstrip(" ")
    del parts[last + 1 :]
    w.spans.append((start, len(parts)))
    parts.append(marker + " " if tail else marker)


def plain_text(node: LexborNode) -> str:
    """The text of an element that holds one run of plain text and nothing else; or ''."""
    text = only_text(node)
    return text if text and IS_PLAIN[text] else ""


def label(walk: Walk, node: LexborNode) -> Opened:
    """A block that is bold from its start; in one step when it is plain text, as most labels are."""
    text, inline = plain_text(node), walk.inline
    if walk.mode is not IN_BLOCKS or not text[:1].isalnum() or inline.parts or inline.html or walk.emphasis:
        return end_label, open_emphasis(walk, "**")
    writer = walk.writer
    writer.begin(True)
    writer.out.append(f"**{text}**")
    writer.after_text = True
    return SKIP


def end_label(walk: Walk, emphasis: object) -> None:
    """End a block that is emphasis from its start."""
    if isinstance(emphasis, tuple):
        close_emphasis(walk, emphasis[1])
    walk.flush()
