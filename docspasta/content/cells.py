"""The text of a table's cell, as it is written: blocks become lines, joined by <br>."""

from __future__ import annotations

from .escape import html_text
from .writer import Saved, Writer


class Cell(Writer):
    """A cell: blocks become lines, joined by <br>."""

    __slots__ = ()

    def __init__(self, html: bool = False) -> None:
        super().__init__(True, html)

    def renew(self) -> None:
        """Be as a new cell, at a third of its cost; what the last one wrote stays with whoever took it."""
        self.out, self.placed, self.anchors = [], [], []
        self.link = None
        if not self.settled or self.parts:
            self.settled = False
            self.clear()
        self.lead = self.last_list = ""
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
        self.lead = marker if marker[0] in "-*" or marker[0].isdigit() else ""
        return "", None, 0, ""

    def close(self, saved: Saved) -> None:
        self.lead = ""

    def end_item(self, saved: Saved) -> None:
        self.lead = ""

    def block(self, text: str) -> None:
        self.begin()
        self.out.append(" ".join(text.split()))

    def fence(self, text: str, info: str) -> None:
        for line in text.split("\n"):
            if line.strip():
                self.begin()
                self.out.append(self.span(line))

    def flush(self) -> None:
        if not self.parts:
            return
        if not self.settled:
            self._flush()
            return
        text = "".join(self.parts).rstrip(" ")
        self.parts = []
        self.space = True
        if text:
            self.begin()
            self.out.append(text)

    def heading(self, level: int, text: str, anchor: str) -> None:
        self.flush()

    def hard_break(self) -> None:
        self.parts.append("<br>" if any(self.parts) else "")
        self.space = True


class HtmlCell(Cell):
    """A cell of a table that Markdown cannot say: its text is HTML."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(True)

    def span(self, text: str) -> str:
        return f"<code>{html_text(text)}</code>"

    def close_link(self) -> None:
        if self.link is None:
            return
        start, url, fragment, _ = self.link
        self.link = None
        if not any(part.strip() for part in self.parts[start + 1 :]):
            return
        destination = html_text(url + ("#" + fragment if fragment else "")).replace('"', "%22")
        first = next(n for n in range(start + 1, len(self.parts)) if self.parts[n])
        self.parts[start] = " " * self.parts[first].startswith(" ")
        self.parts[first] = f'">{self.parts[first].lstrip(" ")}'
        self.parts[start] += '<a href="'
        self.parts.insert(start + 1, destination)
        self.targets.append((start + 1, url, fragment))
        self.parts.append("</a>")
