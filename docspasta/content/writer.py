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

from .escape import STARTS, code_span
from .inline_text import BLANK_ENDS, InlineText, Target, guarded
from .page import Heading, Placement

MAX_PREFIX = 48  # characters of quote marks and list indents; deeper containers are written flat

_FENCES = re.compile("`{3,}")
_MAY_START = STARTS | {""}

Saved = tuple[str, str | None, int, str]  # what a container gives back: prefix, lead, size of `out`, blank
Written = tuple[str, tuple[Placement, ...], tuple[Heading, ...], tuple[tuple[str, int], ...]]


@lru_cache(maxsize=1024)
def blank_line(prefix: str) -> str:
    """What stands between two blocks of the container whose lines start with `prefix`."""
    return f"\n{prefix.rstrip()}\n{prefix}"


class Writer(InlineText):
    """Blocks of Markdown, in order. A block is begun with `begin`, or text is gathered in `parts` and ended
    with `flush`, which makes it a paragraph of the container that is open."""

    __slots__ = (
        "after_text", "alert", "anchors", "blank", "blanks", "fences", "flat", "foreign", "headings", "html",
        "last_list", "lead", "out", "placed",
    )  # fmt: skip

    def __init__(self, flat: bool = False, html: bool = False) -> None:
        super().__init__()
        self.flat = flat  # no blocks here, only lines (a cell)
        self.html = html  # the text is HTML (a table that Markdown cannot say)
        self.out: list[str] = []
        self.placed: list[Target] = []
        self.headings: list[tuple[int, int, str, str]] = []  # part, level, text, anchor
        self.anchors: list[tuple[str, int]] = []
        self.fences: list[str] = []  # code blocks as they stand in `out`
        self.foreign: list[str] = []  # what is not ASCII in `out`

        # The container that is open, and where the next block will stand
        self.blank = "\n\n"  # what stands between two blocks of it
        self.lead: str | None = ""  # separator and first line's prefix of a container not written in yet
        self.last_list = ""  # marker of the list that was the last block, so that two lists do not become one
        self.blanks = 0  # blank lines written between blocks: a list item that holds one is loose
        self.alert = False  # the last block is `[!NOTE]`: a paragraph goes on the next line
        self.after_text = False  # the last block is a paragraph

    # Containers

    def open(self, marker: str, indent: str, tight: bool = False) -> Saved:
        """Open a container whose first line starts with `marker` and its others with `indent`."""
        saved = (self.prefix, self.lead, len(self.out), self.blank)
        if len(self.prefix) + len(indent) > MAX_PREFIX:
            return saved
        if self.lead is None:
            self.lead = "\n" + self.prefix if tight else self.blank
        self.lead += marker
        self.prefix += indent
        self.blank = blank_line(self.prefix)
        self.last_list = ""
        self.alert = False
        return saved

    def close(self, saved: Saved) -> None:
        """Close the container that `open` gave; one in which nothing was written leaves no trace."""
        self.prefix, lead, size, self.blank = saved
        if len(self.out) == size:
            self.lead = lead
        self.last_list = ""

    def end_item(self, saved: Saved) -> None:
        """Close a list item; an empty one is its marker alone."""
        if len(self.out) == saved[2] and self.lead is not None and self.lead != saved[1]:
            outer = saved[3]
            tight = "\n" + saved[0]
            if self.lead.startswith(tight) and not self.lead.startswith(outer):
                self.lead = (
                    outer + self.lead[len(tight) :]
                )  # right under text a lone "-" would be a heading's line
            self.out.append(self.lead.rstrip(" "))
            self.lead = None
        self.prefix, self.blank = saved[0], saved[3]
        self.last_list = ""

    # Blocks

    def begin(self, paragraph: bool = False) -> None:
        """Start a block: exactly one part, the separator and the prefix of its first line."""
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
        """A block of finished Markdown, its lines without prefix."""
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
        """End the text being gathered; it becomes a paragraph unless it is empty."""
        parts = self.parts
        if not parts:
            return
        if not self.settled or self.flat:
            self._flush()
            return
        text = parts[0] if len(parts) == 1 else "".join(parts)
        if text[-1:] == " ":
            text = text.rstrip(" ")
        self.parts = []
        self.space = True
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
        if self.anchors and self.anchors[-1][1] > base:
            self.anchors = [(name, min(part, base)) for name, part in self.anchors]

    def _flush(self) -> None:
        """The same for text that holds markup to be settled."""
        if self.unclosed:
            self.unmark()
            self.unclosed = []
        parts = self.parts
        last = parts[-1]
        if last[-1:] == " ":  # what `trim` would do, nearly always
            parts[-1] = last = last.rstrip(" ")
            if not last and self.link is None and len(parts) > 1:
                del parts[-1]
        if parts[-1][-1:] not in BLANK_ENDS or self.trim():
            self.begin(True)
            if self.spans or self.link is not None:
                self.close_markup()
            if not self.flat and (self.breaks or parts[0][:1] in _MAY_START):
                self.guard_lines()
            self.move()
            self.after_text = True
        self.clear()

    def heading(self, level: int, text: str, anchor: str) -> None:
        """End the text being gathered as an ATX heading, CommonMark 4.2."""
        if self.parts and self.trim():
            self.begin()
            self.headings.append((len(self.out), level, text, anchor))
            self.out.append("#" * level + " ")
            last = len(self.parts) - 1
            while not self.parts[last]:
                last -= 1
            if self.parts[last][-1] == "#":
                self.parts[last] = self.parts[last][:-1] + "\\#"
            if not self.settled:
                self.close_markup()
            self.move()
        self.clear()

    def move(self) -> None:
        """Move the gathered parts to the output, and the links in them."""
        out = self.out
        if self.targets:
            base = len(out)
            for part, url, fragment in self.targets:
                self.placed.append((base + part, url, fragment))
        out += self.parts

    def span(self, text: str) -> str:
        """Inline code."""
        return code_span(text)

    def anchor(self, name: str) -> None:
        """Remember that the HTML id `name` stands here."""
        self.anchors.append((name, len(self.out) + 1 + len(self.parts)))

    # The end

    def finish(self) -> Written:
        """The Markdown, and the byte offsets of all that was remembered."""
        out = self.out
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
