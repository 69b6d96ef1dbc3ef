"""The Markdown as it is written: blocks, containers, the current line of text, and where things stand in it.

Nothing here knows HTML. The output is a list of parts; what must be found again (links, headings, anchors) is
remembered as the number of a part, and becomes a byte offset once, at the end.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate, compress, count
from operator import not_

from .escape import STARTS, code_span, line_start, link_destination
from .page import Heading, Placement

MAX_PREFIX = 48  # characters of quote marks and list indents; deeper containers are written flat

_FENCES = re.compile("`{3,}")
_BLANK = ("", " ")
_BLANK_ENDS = ("", " ", "\n")
_MARKERS = ("*", "**", "~~")
_MAY_START = STARTS | {""}
_TASKS = ("[x] ", "[ ] ")

Saved = tuple[str, str | None, int, str]  # what a container gives back: prefix, lead, size of `out`, blank
Target = tuple[int, str, str]  # number of a part, URL, fragment
Written = tuple[str, tuple[Placement, ...], tuple[Heading, ...], tuple[tuple[str, int], ...]]


def guarded(text: str) -> str:
    """A line of text with a backslash where it would start a block."""
    if text.startswith(_TASKS):
        return text
    at = line_start(text)
    return text if at < 0 else text[:at] + "\\" + text[at:]


@lru_cache(maxsize=1024)
def blank_line(prefix: str) -> str:
    """What stands between two blocks of the container whose lines start with `prefix`."""
    return f"\n{prefix.rstrip()}\n{prefix}"


class Writer:
    """Blocks of Markdown, in order. A block is begun with `begin`, or text is gathered in `parts` and ended
    with `flush`, which makes it a paragraph of the container that is open."""

    __slots__ = (
        "after_text", "alert", "anchors", "blank", "blanks", "breaks", "fences", "flat", "headings", "html",
        "last_list", "lead", "link", "out", "parts", "placed", "prefix", "settled", "space", "spans",
        "targets", "unclosed",
    )  # fmt: skip

    def __init__(self, flat: bool = False, html: bool = False) -> None:
        self.flat = flat  # no blocks here, only lines (a cell)
        self.html = html  # the text is HTML (a table that Markdown cannot say)
        self.out: list[str] = []
        self.placed: list[Target] = []
        self.headings: list[tuple[int, int, str, str]] = []  # part, level, text, anchor
        self.anchors: list[tuple[str, int]] = []
        self.fences: list[str] = []  # code blocks as they stand in `out`

        # The text of the block being gathered, and what is in it
        self.parts: list[str] = []
        self.targets: list[Target] = []  # links
        self.spans: list[tuple[int, int]] = []  # emphasis: numbers of the two markers
        self.unclosed: list[int] = []  # emphasis opened and not closed yet
        self.link: tuple[int, str, str, str] | None = None  # the open link: its part, URL, fragment, title
        self.breaks = 0  # hard line breaks in it
        self.settled = True  # it is plain text only: no link, emphasis or line break
        self.space = True  # it ends in a space, or there is none yet

        # Where it will stand
        self.prefix = ""  # what each line of the open container starts with
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
        if parts[-1][-1:] not in _BLANK_ENDS or self.trim():
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

    def clear(self) -> None:
        """Forget the text being gathered. A link that is open and holds nothing yet goes on in the next
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

    # The text of one block

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

    def trim(self) -> bool:
        """Take the space and the line breaks off the end of the text; whether any text is left."""
        parts = self.parts
        number = len(parts)
        while number:
            number -= 1
            text = parts[number]
            if text[-1:] not in _BLANK_ENDS:
                return True
            if text.startswith("\\\n"):
                parts[number] = ""
                self.breaks -= 1
            elif text:
                parts[number] = text.rstrip(" ")
                if parts[number]:
                    return True
        return False

    def close_markup(self) -> None:
        """A block ends: so do its link and its emphasis, though their elements go on."""
        if self.unclosed:
            self.unmark()
        if self.link is not None:
            self.close_link()
        if self.spans:
            self.check_spans()

    def unmark(self) -> None:
        """Take away the markers of emphasis that was not closed."""
        for number in self.unclosed:
            self.parts[number] = self.parts[number].strip("*~")

    def guard_lines(self) -> None:
        """Guard the first line of the gathered text, and each line that a break starts."""
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

    def move(self) -> None:
        """Move the gathered parts to the output, and the links in them."""
        out = self.out
        if self.targets:
            base = len(out)
            for part, url, fragment in self.targets:
                self.placed.append((base + part, url, fragment))
        out += self.parts

    def hard_break(self) -> None:
        """A line break inside a paragraph, CommonMark 6.7."""
        if self.parts and any(self.parts):
            self.parts[-1] = self.parts[-1].rstrip(" ")
            self.parts.append("\\\n" + self.prefix)
            self.breaks += 1
            self.space = True
            self.settled = False

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
                self.parts[start] = self.parts[start].strip("*~")
                self.parts[end] = self.parts[end].strip("*~")

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
        text, sizes = "".join(out), list(map(len, out))
        if not text.isascii():
            for part in compress(count(), map(not_, map(str.isascii, out))):
                sizes[part] = len(out[part].encode("utf-8", "replace"))
        at = list(accumulate(sizes, initial=0))
        end = len(out) - 1
        new = tuple.__new__  # a page has hundreds of these
        placements = [new(Placement, (at[part], sizes[part], url, to)) for part, url, to in self.placed]
        headings = [new(Heading, (level, words, to, at[part])) for part, level, words, to in self.headings]
        anchors = [(name, at[part if part < end else end]) for name, part in self.anchors]
        return text, tuple(placements), tuple(headings), tuple(anchors)
