"""The text of a table's cell, as it is written: blocks become lines, joined by <br>."""

from __future__ import annotations

from .inline_text import InlineText
from .writer import Blocks, Saved


class Cell(Blocks):
    """A cell: blocks become lines, joined by <br>. In a table that Markdown cannot say its text is HTML."""

    __slots__ = ()

    def __init__(self, html: bool = False) -> None:
        super().__init__(InlineText(True, html))

    def renew(self) -> None:
        """Be as a new cell, at a third of its cost. What the last one wrote stays with those who took it."""
        self.out, self.placed, self.anchors = [], [], []
        inline = self.inline
        inline.link = None
        if not inline.settled or inline.parts:
            inline.settled = False
            inline.clear()
        self.lead = self.last_list = self.prefix = ""
        self.alert = self.after_text = False

    def begin(self, paragraph: bool = False) -> None:
        if self.out:
            self.out.append("<br>")
        if self.lead:
            self.out.append(self.lead)
            self.lead = ""
        self.last_list = ""
        self.alert = self.after_text = False

    def open(self, marker: str, indent: str, tight: bool = False) -> Saved:
        saved = (self.prefix, None, 0, "")
        listed = marker[0] in "-*" or marker[0].isdigit()
        self.lead = self.prefix + marker if listed else ""
        if listed or marker.isspace():
            self.prefix += "  "  # lists in lists are set in
        return saved

    def close(self, saved: Saved) -> None:
        self.lead, self.prefix = "", saved[0]

    def end_item(self, saved: Saved) -> None:
        self.close(saved)

    def block(self, text: str) -> None:
        self.begin()
        self.out.append(" ".join(text.split()))

    def fence(self, text: str, info: str) -> None:
        for line in text.split("\n"):
            if line.strip():
                self.begin()
                self.out.append(self.inline.code_span(line))

    def flush(self) -> None:
        inline = self.inline
        if not inline.parts:
            return
        if not inline.settled:
            self.end_marked_text()
            return
        text = "".join(inline.parts).rstrip(" ")
        while text.endswith("<br>"):
            text = text[:-4].rstrip(" ")
        inline.parts = []
        inline.space = True
        if text:
            self.begin()
            self.out.append(text)

    def heading(self, level: int, text: str, anchor: str) -> None:
        self.flush()
