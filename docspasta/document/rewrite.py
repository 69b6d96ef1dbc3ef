"""One page's Markdown as a part of the document: by substitution at known offsets, never by parsing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from .anchors import id_anchor
from .containment import contain
from .facts import Facts
from .headings import PAGE_LEVEL, shifted
from .inline_look import Edit
from .marks import Marks
from .plan import Plan
from .repeated import Repeated
from .text import heading_line

_INDENTED = re.compile(rb"\n*[ \t]")
_MARKER = re.compile(rb"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+|[ \t]*\|[ \t]*")
LONGEST_LINE, LONGEST_OPENING = 64 * 1024, 1024  # bytes that are looked at of a line, and of its opening
# Blanks are passed once: a page may have a line of nothing else, and many marks in it.
_BLOCK = re.compile(rb"[ \t]*+(?:#{1,6}[ \t]|```|~~~|\$\$|>|\[!|(?:\|[ \t]*+)?:?-{3}|<)|[ \t]*?    ")
_FENCE = re.compile(
    rb"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*(?:```|~~~|\$\$)"
)  # it opens or closes a block of code, or of math
_OPENING = re.compile(rb"(?:[ \t]|[-*+>|]|\d{1,9}[.)])*")  # what may stand before a block on its first line


@dataclass(frozen=True, slots=True)
class Links:
    """What a page needs to know of the others: the plan, which ids exist, which ids are linked."""

    plan: Plan
    present: Marks
    linked: Marks
    repeated: Repeated = field(default_factory=Repeated)

    def note(self, index: int, facts: Facts) -> None:
        """Take in a page's ids, the ids that it links, and the blocks at its edges. All pages are noted
        before one is rewritten."""
        if not self.plan.keeps_all:
            self.repeated.note(facts.first, facts.last)
        for html_id, _ in ids(facts):
            self.present.add(index, html_id)
        for _, _, url, fragment in facts.placements:
            target = self.plan.index_of(url) if fragment else None
            if target is not None:
                self.linked.add(target, unquote(fragment))

    def destination(self, url: str, fragment: str) -> str | None:
        """`#anchor` inside the document, None for a link that leaves it."""
        target = self.plan.index_of(url)
        if target is None:
            return None
        page, html_id = self.plan.anchor(target), unquote(fragment)
        if html_id and self.present.has(target, html_id):
            return "#" + id_anchor(page, html_id)
        return "#" + page


def ids(facts: Facts) -> Iterator[tuple[str, int]]:
    """Every HTML id of a page with its offset, headings' included, each once."""
    seen: set[str] = set()
    for html_id, offset in [*((name, at) for _, _, name, at in facts.headings), *facts.anchors]:
        if html_id and html_id not in seen:
            seen.add(html_id)
            yield html_id, offset


def page_part(index: int, markdown: bytes, facts: Facts, links: Links) -> bytes:
    """A page under its own heading, with its source, ending in a blank line."""
    entry = links.plan.entry(index)
    own = _own_heading(markdown, facts)
    start = facts.headings[own][3] if own >= 0 else -1
    gone = links.repeated.ranges(facts.first, facts.last, start, markdown)
    inline, top = _anchor_edits(index, entry.anchor, markdown, facts, links, gone)
    escapes, closing = contain(markdown, [offset for _, _, _, offset in facts.headings])
    edits = [*_link_edits(facts, links), *_heading_edits(markdown, facts, own), *inline, *escapes]
    edits += [(offset, length, b"") for offset, length in gone]
    if closing:
        edits.append((len(markdown.rstrip(b"\n")), 0, closing))
    head = b'<a id="%s"></a>' % entry.anchor.encode() + b"".join(top) + b"\n\n"
    source = b"Source: <%s>\n\n" % entry.url.encode()
    if own < 0:
        line = heading_line(PAGE_LEVEL, entry.title).encode() + b"\n\n"
        return head + line + source + apply(markdown, edits)
    end = markdown.find(b"\n", start) + 1 or len(markdown)
    line = _part(markdown, edits, start, end).strip(b"\n") + b"\n\n"
    before, after = _part(markdown, edits, 0, start), _part(markdown, edits, end, len(markdown) + 1)
    between = b""
    if before and _INDENTED.match(markdown, end):
        between = b'<a id="%s"></a>\n\n' % id_anchor(entry.anchor, "text").encode()  # ends a list, as it did
    return head + line + source + before + between + after


def _own_heading(markdown: bytes, facts: Facts) -> int:
    """The index of the page's own heading, -1 when there is none where the facts say."""
    own = facts.own_heading
    if not 0 <= own < len(facts.headings):
        return -1
    return own if markdown.startswith(b"#", facts.headings[own][3]) else -1


def _part(markdown: bytes, edits: list[Edit], start: int, end: int) -> bytes:
    """The Markdown between two offsets, edited."""
    inside = [(at - start, out, new) for at, out, new in edits if start <= at < end]
    return apply(markdown[start:end], inside)


def _link_edits(facts: Facts, links: Links) -> Iterator[Edit]:
    for offset, length, url, fragment in facts.placements:
        inside = links.destination(url, fragment)
        if inside is not None:
            yield offset, length, inside.encode()


def _heading_edits(markdown: bytes, facts: Facts, own: int) -> Iterator[Edit]:
    levels = shifted([level for level, _, _, _ in facts.headings], own)
    for (level, _, _, offset), new in zip(facts.headings, levels, strict=True):
        if markdown[offset : offset + level] == b"#" * level:
            yield offset, level, b"#" * new


def _anchor_edits(
    index: int, page: str, markdown: bytes, facts: Facts, links: Links, gone: list[tuple[int, int]]
) -> tuple[list[Edit], list[bytes]]:
    """Anchors of linked ids where they stand; those that would break a block, or stand in one that is gone,
    go beside the page's own."""
    inline: list[Edit] = []
    top: list[bytes] = []
    for html_id, offset in ids(facts):
        if links.linked.has(index, html_id):
            mark = b'<a id="%s"></a>' % id_anchor(page, html_id).encode()
            kept = offset and not any(at <= offset < at + length for at, length in gone)
            edit = _placed_anchor(markdown, offset, mark) if kept else None
            inline.append(edit) if edit is not None else top.append(mark)
    return inline, top


def _placed_anchor(markdown: bytes, offset: int, mark: bytes) -> Edit | None:
    """Where an anchor can stand without changing the block it is in, None where it cannot. Looks at a bounded
    part of the line, however many anchors that has."""
    line = markdown.rfind(b"\n", max(0, offset - LONGEST_LINE), offset) + 1
    if offset - line > LONGEST_LINE:
        return None
    ahead = offset + LONGEST_OPENING
    if offset > line and _on_fence(markdown, line):
        return None
    if markdown[offset - 1 : offset] != b"\n":
        opens = offset - line > LONGEST_OPENING or _OPENING.fullmatch(markdown, line, offset) is not None
        return None if opens and _BLOCK.match(markdown, offset, ahead) else (offset, 0, mark)
    marker = _MARKER.match(markdown, offset, ahead)
    alone = markdown[max(offset - 2, 0) : offset] in (b"\n\n", b"\n")
    if alone and marker is None and not markdown.startswith((b" ", b"\t"), offset):
        return offset, 0, mark + b"\n\n"
    offset = marker.end() if marker is not None else offset
    return None if _BLOCK.match(markdown, offset, ahead) else (offset, 0, mark)


def _on_fence(markdown: bytes, line: int) -> bool:
    """Whether this line opens or closes a block of code or math, or may: its opening is too long to tell."""
    end = line + LONGEST_OPENING
    opening = _OPENING.match(markdown, line, end)
    return (opening is not None and opening.end() == end) or _FENCE.match(markdown, line, end) is not None


def apply(markdown: bytes, edits: list[Edit]) -> bytes:
    """The Markdown with its edits, a blank line at its end. An edit inside an earlier one is left out."""
    parts: list[bytes] = []
    at = 0
    for offset, length, new in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        if offset >= at and offset + length <= len(markdown):
            parts += (markdown[at:offset], new)
            at = offset + length
    parts.append(markdown[at:])
    text = b"".join(parts).strip(b"\n")
    return text + b"\n\n" if text else b""
