"""The text of one block while it is collected: runs of text, links, emphasis and line breaks, as parts.

What would not be read as it is meant (a line that would start a block, a marker that would not be one) is
corrected when the block ends. Nothing here knows other blocks, or the page's HTML.
"""

from __future__ import annotations

from typing import Final

from .escape import STARTS, code_span, html_text, line_start, link_destination

BLANK_ENDS: Final = ("", " ", "\n")
_BLANK: Final = ("", " ")
_MARKERS: Final = ("*", "**", "~~")
_TASKS: Final = ("[x] ", "[ ] ")
_ICON: Final = 12  # characters, as an emoji of several people has

Target = tuple[int, str, str]  # number of a part, URL, fragment


def guarded(text: str) -> str:
    """A line of text with a backslash where it would start a block."""
    if text.startswith(_TASKS):
        return text
    at = line_start(text)
    return text if at < 0 else text[:at] + "\\" + text[at:]


class InlineText:
    """The text of the block being collected, and what is in it.

    prefix  what each line of the open container starts with
    flat    a line break is `<br>`: the text is that of a cell
    html    links and code are HTML: the text is that of a table that Markdown cannot say
    """

    __slots__ = (
        "breaks", "flat", "html", "link", "parts", "prefix", "settled", "space", "spans", "targets",
        "unclosed",
    )  # fmt: skip

    def __init__(self, flat: bool = False, html: bool = False) -> None:
        self.prefix = ""
        self.flat = flat
        self.html = html
        self.parts: list[str] = []
        self.targets: list[Target] = []  # links
        self.spans: list[tuple[int, int]] = []  # emphasis: numbers of the two markers
        self.unclosed: list[int] = []  # emphasis opened and not closed yet
        self.link: tuple[int, str, str, str] | None = None  # the open link: its part, URL, fragment, title
        self.breaks = 0  # hard line breaks in it
        self.settled = True  # it is plain text only: no link, emphasis or line break
        self.space = True  # it ends in a space, or there is none yet

    def code_span(self, text: str) -> str:
        """Inline code."""
        return f"<code>{html_text(text)}</code>" if self.html else code_span(text)

    def part_code(self) -> None:
        """Keep the span of code that follows apart from one right before: their fences would be one."""
        parts = self.parts
        first = 0 if self.link is None else self.link[0] + 1  # a link's bracket parts them, too
        for number in range(len(parts) - 1, first - 1, -1):
            if parts[number]:
                if parts[number][-1] == "`" and not self.html:
                    parts.append(" ")
                return

    def open_link(self, url: str, fragment: str, title: str) -> None:
        """What follows is the text of a link. Its bracket is written when it turns out to have any."""
        self.link = (len(self.parts), url, fragment, title)
        self.parts.append("")
        self.settled = False

    def plain_link(self, label: str, url: str, fragment: str, title: str) -> None:
        """A whole link, whose label is plain text."""
        parts = self.parts
        if parts and parts[-1][-1:] == "!":
            parts[-1] = parts[-1][:-1] + "\\!"
        self.targets.append((len(parts) + 1, url, fragment))
        opening, destination, closing = link_destination(f"{url}#{fragment}" if fragment else url)
        parts += (f"[{label}]({opening}", destination, f"{closing}{title})" if title or closing else ")")
        self.settled = self.space = False

    def simple_link(self, url: str, fragment: str, title: str) -> None:
        """Make a link of the last part of the text."""
        parts = self.parts
        label = parts.pop()
        lead = " " * (label[0] == " ")
        tail = " " * (label[-1] == " ")
        if parts and parts[-1].endswith("!"):
            parts[-1] = parts[-1][:-1] + "\\!"
        opening, destination, closing = link_destination(f"{url}#{fragment}" if fragment else url)
        parts.append(f"{lead}[{label.strip(' ')}]({opening}")
        self.settled = False
        self.targets.append((len(parts), url, fragment))
        parts.append(destination)
        parts.append(f"{closing}{title}){tail}")

    def close_link(self) -> None:
        """End the open link; without text it leaves nothing."""
        if self.link is None:
            return
        start, url, fragment, title = self.link
        self.link = None
        if self.html:
            self._close_html_link(start, url, fragment)
            return
        parts = self.parts
        first, size = start + 1, len(parts)
        while first < size and parts[first] in _BLANK:
            first += 1
        if first == size:
            return
        parts[start] = "["
        if parts[first][0] == " ":
            parts[first] = parts[first].lstrip(" ")
            parts[start] = " ["
        if start and parts[start - 1].endswith("!"):
            parts[start - 1] = parts[start - 1][:-1] + "\\!"
        tail = ")" + " " * (parts[-1][-1:] == " ")
        parts[-1] = parts[-1].rstrip(" ")
        opening, destination, closing = link_destination(url + ("#" + fragment if fragment else ""))
        parts.append("](" + opening)
        self.targets.append((len(parts), url, fragment))
        parts.append(destination)
        parts.append(closing + title + tail)

    def _close_html_link(self, start: int, url: str, fragment: str) -> None:
        parts = self.parts
        if not any(part.strip() for part in parts[start + 1 :]):
            return
        destination = html_text(url + ("#" + fragment if fragment else "")).replace('"', "%22")
        first = next(n for n in range(start + 1, len(parts)) if parts[n])
        parts[start] = " " * parts[first].startswith(" ")
        parts[first] = f'">{parts[first].lstrip(" ")}'
        parts[start] += '<a href="'
        parts.insert(start + 1, destination)
        self.targets.append((start + 1, url, fragment))
        parts.append("</a>")

    def hard_break(self) -> None:
        """A line break inside a paragraph, CommonMark 6.7; in a cell `<br>`."""
        if self.flat:
            if any(self.parts):
                self.parts.append("<br>")
            self.space = True
        elif self.parts and any(self.parts):
            self.parts[-1] = self.parts[-1].rstrip(" ")
            self.parts.append("\\\n" + self.prefix)
            self.breaks += 1
            self.space = True
            self.settled = False

    def trim(self) -> bool:
        """Take the space and the line breaks off the end of the text; whether any text is left."""
        parts = self.parts
        number = len(parts)
        while number:
            number -= 1
            text = parts[number]
            if text[-1:] not in BLANK_ENDS:
                return True
            if text.startswith("\\\n"):
                parts[number] = ""
                self.breaks -= 1
            elif text:
                parts[number] = text.rstrip(" ")
                if parts[number]:
                    return True
        return False

    def clear(self) -> None:
        """Forget the text being collected. A link that is open and holds nothing yet goes on in the next
        block.
        """
        self.parts = []
        self.space = True
        if self.settled:
            return
        self.breaks = 0
        if self.targets:
            self.targets = []
        if self.spans:
            self.spans = []
        if self.unclosed:
            self.unclosed = []
        self.settled = self.link is None
        if self.link is not None:
            self.parts.append("")
            self.link = (0, *self.link[1:])

    def close_markup(self) -> None:
        """A block ends: so do its link and its emphasis, though their elements go on."""
        if self.unclosed:
            self.unmark()
        if self.link is not None and not self._holds_an_icon():
            self.close_link()
        if self.spans:
            self.check_spans()

    def _holds_an_icon(self) -> bool:
        """Whether the open link holds a sign so far (an emoji, an arrow): its title is in the next block."""
        assert self.link is not None
        text = "".join(self.parts[self.link[0] + 1 :])
        return 0 < len(text) <= _ICON and not any(map(str.isalnum, text))

    def unmark(self) -> None:
        """Take away the markers of emphasis that was not closed."""
        for number in self.unclosed:
            self.drop_marker(number)

    def drop_marker(self, number: int) -> None:
        """Take away the marker that is a part of the text. Spans of code that it stood between stay two."""
        parts = self.parts
        parts[number] = parts[number].strip("*~")
        if not parts[number] and self.char(number, -1) == self.char(number, 1) == "`":
            parts[number] = " "

    def check_spans(self) -> None:
        """Take away emphasis whose markers CommonMark would not see as such (6.2, flanking runs)."""
        last_part = len(self.parts) - 1
        for start, end in self.spans:
            opens = start == 0 or self.parts[start][0] == " " or self.parts[start - 1][-1:] == " "
            closes = end == last_part or self.parts[end][-1] == " " or self.parts[end + 1][:1] == " "
            if opens and closes:
                continue
            before, first = self.char(start, -1), self.char(start, 1)
            last, after = self.char(end, -1), self.char(end, 1)
            left = first.isalnum() or not (before.isalnum() or ord(before) > 127)
            right = last.isalnum() or not (after.isalnum() or ord(after) > 127)
            if not (left and right):
                self.drop_marker(start)
                self.drop_marker(end)

    def char(self, number: int, step: int) -> str:
        """The character beside part `number` of the text, on the side of `step`; a space at the ends."""
        own = self.parts[number]
        if own and own[-1 if step > 0 else 0] == " ":
            return " "
        number += step
        while 0 <= number < len(self.parts):
            part = self.parts[number]
            if part.strip("*~"):
                return part[0 if step > 0 else -1]
            number += step
        return " "

    def guard_lines(self) -> None:
        """Guard the first line of the text, and each line that a break starts."""
        parts = self.parts
        head = parts[0]
        if head in _MARKERS and len(parts) > 1 and parts[1][:1].isalnum():
            pass  # it starts with emphasis
        elif head[:1] == "[" and self.targets and (self.targets[0][0] == 1 or head == "["):
            pass  # it starts with a link
        elif not head or head[0] in STARTS:
            self.guard(0)
        if self.breaks:
            for number, part in enumerate(parts):
                if part.startswith("\\\n"):
                    self.guard(number + 1)

    def guard(self, first: int) -> None:
        """Put a backslash where the line that starts at part `first` would start a block."""
        parts = self.parts
        while first < len(parts) and not parts[first]:
            first += 1
        head = parts[first] if first < len(parts) else ""
        if head[:1] not in STARTS:
            return
        if len(head) < 12 and first + 1 < len(parts):
            head = "".join(parts[first : first + 6])
        if head.startswith(_TASKS):
            return
        at = line_start(head)
        if at < 0:
            return
        while at >= len(parts[first]) and first + 1 < len(parts):
            at -= len(parts[first])
            first += 1
        parts[first] = parts[first][:at] + "\\" + parts[first][at:]
