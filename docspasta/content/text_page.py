"""A page that is written in Markdown, or is plain text, as a page like any other: links, headings, words.

Its Markdown is kept but for what would reach beyond the page: HTML is shown as text, underlined headings
become ones with marks, a fence that was left open is closed, links are written without definitions
(docspasta.content.link_definitions). Components become what they mean (docspasta.content.mdx), what is said
to agents alone goes (docspasta.content.preambles), a title that stands only in the front matter becomes the
heading. Plain text that is no Markdown is one block of code.
"""

from __future__ import annotations

import re
from math import ceil

from docspasta.document.code_spans import code_spans
from docspasta.document.edges import edges
from docspasta.tokens import estimated_tokens

from .docsify import DocsifyLinks, callouts
from .link_definitions import without_definitions
from .markdown_marks import Brackets, targets, without_scripts
from .mdx import plain_markdown
from .page import Heading, Link, Page, Placement
from .page_rules import note_mark
from .preambles import without_preambles
from .resolve import Resolver
from .sameness import content_hash, likeness
from .text_lines import HEADING, lines_of

_FIRST_HEADING = re.compile(r"\s*+(?:# |[^\n]++\n=++[ \t]*+\n)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!https?://[^\s<>]*>)")
_BEGINS = re.compile(r"[ \t>]*(?:#|\||[-+*][ \t]|\d{1,9}[.)][ \t])")  # a heading, a row, an item
_FRONT_MATTER = re.compile(r"\A---\n(?P<said>.*?)\n---\n", re.S)
_TITLE = re.compile(r"^title:[ \t]*(?P<title>\S[^\n]*)$", re.M)
_MARKUP = re.compile(r"^#{1,6} |\]\(|^```|^[-*] ", re.M)
_MARKS = re.compile(r"[*_`\[\]]|\((?>(?:[^()]++|\([^()]*+\))*)\)")


def read_text(text: str, url: str, docsify: str = "") -> Page:
    """The page that a Markdown or text file is. `url` is its own; links are joined to it, or are routes of
    Docsify, whose root is `docsify`."""
    text, title = _without_front_matter(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
    markdown = plain_markdown(without_preambles(callouts(text) if docsify else text))
    if title and not _FIRST_HEADING.match(markdown):
        markdown = f"# {title}\n\n{markdown.lstrip(chr(10))}"
    if not markdown.strip():
        return Page(url=url, reason="empty")
    if _MARKUP.search(markdown):
        text = markdown
    else:
        text = f"{_fence_for(text)}text\n{text.strip(chr(10))}\n{_fence_for(text)}\n"
    reading = _Reading(Resolver(url), DocsifyLinks(url, docsify) if docsify else None)
    for line, is_code in without_definitions(tuple(lines_of(text)), note_mark(url)):
        reading.add(line, is_code)
    markdown = "".join(reading.parts).strip("\n") + "\n"
    encoded = markdown.encode("utf-8", "replace")
    words = len(markdown.split())
    first, last = edges(encoded)
    return Page(
        url=url,
        title=reading.headings[0].text if reading.headings else "",
        markdown=markdown,
        placements=tuple(reading.placements),
        headings=tuple(reading.headings),
        links=tuple(Link(target) for target in reading.links),
        content_hash=content_hash(encoded),
        likeness=likeness(encoded, url),
        first=first,
        last=last,
        words=words,
        tokens=ceil(estimated_tokens(encoded)),
    )


def _without_front_matter(text: str) -> tuple[str, str]:
    """The text behind its front matter, and the title that stands there."""
    text = text.removeprefix("\ufeff")
    found = _FRONT_MATTER.match(text)
    if found is None:
        return text, ""
    title = _TITLE.search(found["said"])
    return text[found.end() :], title["title"].strip().strip("\"'").strip() if title is not None else ""


def _fence_for(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"^[ \t]*(`+)", text, re.M)), default=0)
    return "`" * max(3, longest + 1)


class _Reading:
    """What was read so far. Offsets are UTF-8 bytes of the Markdown."""

    def __init__(self, resolver: Resolver, routes: DocsifyLinks | None = None) -> None:
        self.resolver = resolver
        self.links_of = routes or resolver  # images are never routes
        self.parts: list[str] = []
        self.size = 0
        self.headings: list[Heading] = []
        self.placements: list[Placement] = []
        self.links: dict[str, None] = {}
        self.brackets = Brackets()
        self.in_span = False  # a code span may have begun in an earlier line of this paragraph

    def add(self, line: str, is_code: bool) -> None:
        if not self.parts and not line.strip():
            return  # nothing stands before the text, so that offsets are those of the whole
        self.in_span = self.in_span and not is_code and bool(line.strip())
        if is_code or not line.strip(" \t>") or _BEGINS.match(line):
            self.brackets = Brackets()
        if not is_code:
            line = self._prose(line)
        self._write(line + "\n")

    def _prose(self, line: str) -> str:
        in_span = self.in_span
        line = self._without_tags(line)
        if heading := HEADING.match(line):
            line = line.strip()
            said = line.lstrip("#").strip().rstrip("#").rstrip()
            self.headings.append(Heading(len(heading[1]), _plain(said), "", self.size))
            self.in_span = False
        parts: list[str] = []
        at = size = 0
        for start, end, is_link in targets(line, self.brackets, () if in_span else code_spans(line).spans):
            if start < at:
                continue
            to = line[start:end]
            target, fragment = (self.links_of if is_link else self.resolver).resolve(to)
            before = line[at:start]
            size += len(before.encode("utf-8", "replace"))
            at = end
            whole = target + (f"#{fragment}" if fragment else "") if target else to
            if target and is_link:
                self.placements.append(Placement(self.size + size, len(whole.encode()), target, fragment))
                self.links[target] = None
            parts += (before, whole)
            size += len(whole.encode("utf-8", "replace"))
        return "".join(parts) + line[at:]

    def _without_tags(self, line: str) -> str:
        """A line in which HTML is text, but for its code spans; where these may be no spans, there too."""
        spans, is_open = code_spans(line)
        in_span, self.in_span = self.in_span, self.in_span or is_open
        parts: list[str] = []
        at = 0
        for start, end in () if in_span else spans:
            parts += (_harmless(line[at:start]), line[start:end])
            at = end
        return "".join(parts) + _harmless(line[at:])

    def _write(self, text: str) -> None:
        self.parts.append(text)
        self.size += len(text.encode("utf-8", "replace"))


def _harmless(text: str) -> str:
    """Text in which HTML is text, and so is what would lead to a script."""
    return without_scripts(_TAG.sub("&lt;", text))


def _plain(heading: str) -> str:
    """A heading's text without its marks."""
    return " ".join(_MARKS.sub("", heading).split())
