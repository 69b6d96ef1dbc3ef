"""The Markdown as it is written: blocks, containers, and where things stand in it.

The text of a block is in `inline_text.py`.

Nothing here knows HTML. The output is a list of parts; what must be found again (links, headings, anchors) is
remembered as the number of a part, and becomes a byte offset once, at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from typing import Final

from .escape import STARTS
from .inline_text import BLANK_ENDS, InlineText, Target, guarded
from .page import Heading, Placement

MAX_PREFIX: Final = 48  # characters of quote marks and list indents; deeper containers are written flat

_FENCES: Final = re.compile("`{3,}")
# A line that starts a block of HTML, CommonMark 4.6: <details> and its <summary>, or a tag alone.
_HTML_LINE: Final = re.compile(r"</?(?:details|summary)\b|</?[A-Za-z][^<>]*>\s*$").match
_MAY_START: Final = STARTS | {""}

Saved = tuple[str, str | None, int, str]  # what a container gives back: prefix, lead, size of `out`, blank
Written = tuple[str, tuple[Placement, ...], tuple[Heading, ...], tuple[tuple[str, int], ...]]


@lru_cache(maxsize=1024)
def blank_line(prefix: str) -> str:
    """What stands between two blocks of the container whose lines start with `prefix`."""
    return f"\n{prefix.rstrip()}\n{prefix}"


class Blocks:
    """Where blocks go: a page, or a cell of a table. A block is begun with `begin`, or text is collected in
    `inline` and ended with `flush`, which makes it a paragraph of the container that is open."""

    __slots__ = (
        "after_text", "alert", "anchors", "blanks", "flat", "inline", "last_list", "lead", "out", "placed",
        "prefix",
    )  # fmt: skip

    def __init__(self, inline: InlineText) -> None:
        self.inline = inline
        self.flat = inline.flat  # no blocks here, only lines (a cell)
        self.out: list[str] = []
        self.placed: list[Target] = []
        self.anchors: list[tuple[str, int]] = []

        # The container that is open, and where the next block will stand
        self.prefix = ""  # what each line of it starts with
        self.lead: str | None = ""  # separator and first line's prefix of a container not written in yet
        self.last_list = ""  # marker of the list that was the last block, so that two lists do not become one
        self.blanks = 0  # blank lines written between blocks: a list item that holds one is loose
        self.alert = False  # the last block is `[!NOTE]`: a paragraph goes on the next line
        self.after_text = False  # the last block is a paragraph

    def open(self, marker: str, indent: str, tight: bool = False) -> Saved:
        """Open a container whose first line starts with `marker` and its others with `indent`."""
        raise NotImplementedError

    def close(self, saved: Saved) -> None:
        """Close the container that `open` gave; one in which nothing was written leaves no trace."""
        raise NotImplementedError

    def end_item(self, saved: Saved) -> None:
        """Close a list item; an empty one is its marker alone."""
        raise NotImplementedError

    def begin(self, paragraph: bool = False) -> None:
        """Start a block: exactly one part, the separator and the prefix of its first line."""
        raise NotImplementedError

    def block(self, text: str) -> None:
        """A block of finished Markdown, its lines without prefix."""
        raise NotImplementedError

    def fence(self, text: str, info: str) -> None:
        """A block of code that holds `text` exactly."""
        raise NotImplementedError

    def flush(self) -> None:
        """End the text being collected; it becomes a paragraph unless it is empty."""
        raise NotImplementedError

    def heading(self, level: int, text: str, anchor: str) -> None:
        """End the text being collected as a heading."""
        raise NotImplementedError

    def anchor(self, name: str) -> None:
        """Remember that the HTML id `name` stands here."""
        self.anchors.append((name, len(self.out) + 1 + len(self.inline.parts)))

    def end_marked_text(self) -> None:
        """End text that holds markup, or may do: correct what would not be read as it is meant."""
        inline = self.inline
        if inline.unclosed:
            inline.unmark()
            inline.unclosed = []
        parts = inline.parts
        last = parts[-1]
        if last[-1:] == " ":  # what `trim` would do, nearly always
            parts[-1] = last = last.rstrip(" ")
            if not last and inline.link is None and len(parts) > 1:
                del parts[-1]
        if parts[-1][-1:] not in BLANK_ENDS or inline.trim():
            self.begin(True)
            if inline.spans or inline.link is not None:
                inline.close_markup()
            if not self.flat and (inline.breaks or parts[0][:1] in _MAY_START):
                inline.guard_lines()
            self.move()
            self.after_text = True
        inline.clear()

    def move(self) -> None:
        """Move the collected parts to the output, and the links in them."""
        inline = self.inline
        out = self.out
        if inline.targets:
            base = len(out)
            for part, url, fragment in inline.targets:
                self.placed.append((base + part, url, fragment))
        out += inline.parts


class PageWriter(Blocks):
    """The blocks of a page, as Markdown, and the places of its links, headings and anchors."""

    __slots__ = ("blank", "fences", "foreign", "headings", "said")

    def __init__(self) -> None:
        super().__init__(InlineText())
        self.headings: list[tuple[int, int, str, str]] = []  # part, level, text, anchor
        self.said = -1  # the size of `out` behind a heading of the page
        self.fences: list[str] = []  # code blocks as they stand in `out`
        self.foreign: list[str] = []  # what is not ASCII in `out`
        self.blank = "\n\n"  # what stands between two blocks of the open container

    # Containers

    def open(self, marker: str, indent: str, tight: bool = False) -> Saved:
        saved = (self.prefix, self.lead, len(self.out), self.blank)
        if len(self.prefix) + len(indent) > MAX_PREFIX:
            return saved
        if self.lead is None:
            self.lead = "\n" + self.prefix if tight and not self._in_html() else self.blank
        self.lead += marker
        self.prefix += indent
        self.inline.prefix = self.prefix
        self.blank = blank_line(self.prefix)
        self.last_list = ""
        self.alert = False
        return saved

    def _in_html(self) -> bool:
        """Whether the line written last starts or continues a block of HTML, which only a blank line ends."""
        at = len(self.out) - 1
        while at > 0 and "\n" not in self.out[at]:
            at -= 1
        line = "".join(self.out[at:]).rpartition("\n")[2].lstrip(" >-+*.)0123456789")
        return line[:1] == "<" and _HTML_LINE(line) is not None

    def close(self, saved: Saved) -> None:
        self.prefix, lead, size, self.blank = saved
        self.inline.prefix = self.prefix
        if len(self.out) == size:
            self.lead = lead
        self.last_list = ""

    def end_item(self, saved: Saved) -> None:
        outer_prefix, outer_lead, size, outer_blank = saved
        if len(self.out) == size and self.lead is not None and self.lead != outer_lead:
            tight = "\n" + outer_prefix
            if self.lead.startswith(tight) and not self.lead.startswith(outer_blank):
                # right under text a lone "-" would be a heading's line
                self.lead = outer_blank + self.lead[len(tight) :]
            self.out.append(self.lead.rstrip(" "))
            self.lead = None
        self.prefix, self.blank = outer_prefix, outer_blank
        self.inline.prefix = outer_prefix
        self.last_list = ""

    # Blocks

    def begin(self, paragraph: bool = False) -> None:
        if self.lead is not None:
            self.out.append(self.lead)
            self.lead = None
        elif self.alert and paragraph:
            self.out.append("\n" + self.prefix)
        else:
            self.out.append(self.blank)
            self.blanks += 1
        self.last_list = ""
        self.alert = self.after_text = False

    def block(self, text: str) -> None:
        self.begin()
        self.out.append(text.replace("\n", "\n" + self.prefix) if self.prefix and "\n" in text else text)

    def fence(self, text: str, info: str) -> None:
        """A fenced code block that holds `text` exactly, CommonMark 4.5."""
        fence = "```"
        if fence in text:
            fence = "`" * (max(map(len, _FENCES.findall(text))) + 1)
        self.block(f"{fence}{info}\n{text}\n{fence}")
        self.fences.append(self.out[-1])

    def flush(self) -> None:
        inline = self.inline
        parts = inline.parts
        if not parts:
            return
        if not inline.settled:
            self.end_marked_text()
            return
        text = parts[0] if len(parts) == 1 else "".join(parts)
        if text[-1:] == " ":
            text = text.rstrip(" ")
        inline.parts = []
        inline.space = True
        if not text:
            return
        out = self.out
        if self.lead is None and not self.alert:  # what follows is `begin`
            out.append(self.blank)
            self.blanks += 1
            self.last_list = ""
        else:
            self.begin(True)
        if text[0] in STARTS:
            text = guarded(text)
        base = len(out)
        out.append(text)
        self.after_text = True
        anchors = self.anchors
        last = len(anchors) - 1
        while last >= 0 and anchors[last][1] > base:  # they come in the order of their parts
            anchors[last] = (anchors[last][0], base)
            last -= 1

    def heading(self, level: int, text: str, anchor: str) -> None:
        """End the text being collected as an ATX heading, CommonMark 4.2."""
        inline = self.inline
        parts = inline.parts
        if level == 1 and self._is_said(text):
            self.anchors.append((anchor, self.headings[-1][0]))
        elif parts and inline.trim():
            self.begin()
            self.headings.append((len(self.out), level, text, anchor))
            self.out.append("#" * level + " ")
            last = len(parts) - 1
            while not parts[last]:
                last -= 1
            if parts[last][-1] == "#":
                parts[last] = parts[last][:-1] + "\\#"
            if not inline.settled:
                inline.close_markup()
            self.move()
            if level == 1:
                self.said = len(self.out)
        inline.clear()

    def _is_said(self, text: str) -> bool:
        """Whether a heading says what the one right before it says: a theme's, above the text's own."""
        return len(self.out) == self.said and self.headings[-1][2].split() == text.split()

    # The end

    def without_targets(self) -> str:
        """The Markdown that `finish` gave, without where its links lead. Cheaper than to cut it."""
        parts = self.out.copy()
        for part, _, _ in self.placed:
            parts[part] = ""
        return "".join(parts)

    def finish(self) -> Written:
        """The Markdown, and the byte offsets of all that was remembered."""
        out = self.out
        while len(out) > 2 and out[-1] == "---":  # a rule divides nothing from what is left out behind it
            del out[-2:]
        if not out:
            return "", (), (), ()
        out.append("\n")
        text = "".join(out)
        sizes: Iterable[int] = map(len, out)
        if not text.isascii():
            sizes = self._bytes_of_parts()
        at = list(accumulate(sizes, initial=0))
        end = len(out) - 1
        new = tuple.__new__  # a page has hundreds of these
        placements = [
            new(Placement, (at[part], at[part + 1] - at[part], url, to)) for part, url, to in self.placed
        ]
        headings = [new(Heading, (level, words, to, at[part])) for part, level, words, to in self.headings]
        anchors = [(name, at[part if part < end else end]) for name, part in self.anchors]
        return text, tuple(placements), tuple(headings), tuple(anchors)

    def _bytes_of_parts(self) -> list[int]:
        """How long each part is in UTF-8. Those that are not ASCII, mostly few, are noted as `foreign`."""
        out = self.out
        sizes, is_ascii = list(map(len, out)), bytes(map(str.isascii, out))
        part = is_ascii.find(0)
        while part >= 0:
            sizes[part] = len(out[part].encode("utf-8", "replace"))
            self.foreign.append(out[part])
            part = is_ascii.find(0, part + 1)
        return sizes
