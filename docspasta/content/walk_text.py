"""The text that a walk meets: escaped for where it stands, TeX that a script would set, spans of code."""

from __future__ import annotations

import re
from typing import Final

from . import tex
from .escape import CONTROL, HARMLESS, LOOSE, escape, html_text, joined, one_line_piece, visible
from .inline_text import InlineText
from .page_rules import PageRules
from .state import IN_BLOCKS, IN_CODE, IN_TITLE, Mode, OpenCode
from .text_cache import COLLAPSED
from .writer import Blocks, PageWriter

_RUN: Final = re.compile(r"[ \t\r\f\v]{2,}|[\t\r\f\v]")


class TextWalk:
    """The text of a walk: what a run of it means where the walk is, and how it is written. `writer` is where
    blocks go now, the page or a cell of a table; `inline` is its text."""

    __slots__ = (
        "careful", "code", "code_spans", "emphasis", "inline", "mode", "page", "short", "title", "writer",
    )  # fmt: skip
    SHORT = 16  # characters of text up to which what it comes to is remembered

    def __init__(self, page: PageRules, writer: PageWriter) -> None:
        self.page = page
        self.writer: Blocks = writer
        self.inline: InlineText = writer.inline
        self.careful = page.careful
        self.short = 0 if page.careful else self.SHORT
        self.mode: Mode = IN_BLOCKS  # what text means now
        self.title: list[str] | None = None  # plain text of the heading or title being read
        self.code: OpenCode | None = None  # the span of code being read, in IN_CODE
        self.emphasis: set[str] = set()  # the markers that are open
        self.code_spans: list[str] = []  # those that are not ASCII, as they are written

    def text(self, text: str) -> None:
        """A run of text: white space collapsed, invisible characters out, markup escaped."""
        if self.code is not None:
            self.code.pieces.append(text)
            return
        w = self.inline
        known = COLLAPSED[text] if len(text) < self.short and not w.html else ""
        if not known:
            self._text(text)
            return
        if w.space and known[0] == " ":
            known = known[1:]
            if not known:
                return
        if self.title is not None:
            self.title.append(known)
        w.space = known[-1] == " "
        if known[0] == "(" and w.parts and w.parts[-1][-1:] == "]":
            known = "\\" + known
        w.parts.append(known)

    def gap(self) -> None:
        """A space, unless the text of the block ends in one or has not begun."""
        w = self.inline
        if not w.parts or w.space:
            return
        if self.title is not None or self.mode is IN_CODE:
            self.text(" ")
            return
        w.parts.append(" ")
        w.space = True

    def _text(self, text: str, look: bool = True) -> None:
        """The same for long text, and for text that is not harmless.

        Written for its cost: replacing and asking for substrings is ten times cheaper than splitting.
        """
        w = self.inline
        whole = text
        if "\n" in text:
            text = joined(text) if "\n  " in text or not text.isascii() else text.replace("\n", " ")
        if not text.isascii():
            if w.space and text.isspace():
                return
            looks = self.careful or len(text) < self.SHORT or "\u200b" in text
            text = visible(text) if looks else text.replace("\xa0", " ")
        if self.careful:
            text = _RUN.sub(" ", CONTROL.sub("", text.replace("\x85", " ")))
        elif "\t" in text:
            text = _RUN.sub(" ", text)
        while "  " in text:
            text = text.replace("     ", " ").replace("  ", " ")
        if w.space and text[:1] == " ":
            text = text[1:]
        if not text:
            return
        plain = text
        special = (
            "*" in text or "`" in text or "<" in text or "[" in text or "&" in text or "\\" in text
            or "$" in text or "~" in text or "]" in text or ("_" in text and LOOSE(text) is not None)
            or (self.careful and HARMLESS(text) is None)
        )  # fmt: skip
        if special or w.html:
            if look and ("\\" in text or "$" in text) and self.page.holds_tex(whole):
                self._with_tex(whole)
                return
            text = self._escaped(text)
        if text[0] == "(" and w.parts and w.parts[-1][-1:] == "]" and not w.html:
            text = "\\" + text  # otherwise it would be the address of a link
        if self.title is not None:
            self.title.append(plain)
        w.space = text[-1] == " "
        w.parts.append(text)

    def _escaped(self, core: str) -> str:
        """Text that holds a character which could be markup."""
        w = self.inline
        if w.html:
            return html_text(core)
        parts = w.parts
        before = parts[-1][-1:] if parts else " "
        return escape(core, before or self.before(), bool(self.emphasis), w.link is not None)

    def _with_tex(self, text: str) -> None:
        """Text in which a script sets TeX: in its line, displayed in it, or on lines of its own."""
        for piece in tex.in_text(text, self.page.dollars):
            if piece.kind == "text":
                self._text(piece.text, False)
            else:
                self._tex(piece, text)

    def _tex(self, piece: tex.Tex, whole: str) -> None:
        alone = piece.kind == "block" or (
            piece.kind == "display"
            and not any(part.strip() for part in self.inline.parts)
            and whole.rstrip()[-2:] in ("$$", "\\]")
            and whole.count(piece.text) == 1
        )
        content = piece.text
        if not content:
            return
        if alone and self.mode is IN_BLOCKS and not self.writer.flat:
            self.flush()
            self.writer.block(tex.displayed(content))
            return
        fence = "$" if piece.kind == "line" or self.writer.flat or self.title is not None else "$$"
        content = tex.in_line(content)
        self.put(html_text(content) if self.inline.html else f"{fence}{content}{fence}", content)

    def before(self) -> str:
        """The last character of the text so far, or a space."""
        for part in reversed(self.inline.parts):
            if part:
                return part[-1]
        return " "

    def put(self, markdown: str, plain: str = "") -> None:
        """Finished Markdown inside the text."""
        self.inline.parts.append(markdown)
        self.inline.space = False
        if self.title is not None:
            self.title.append(plain)

    def start_title(self) -> None:
        """Read a heading or a title: one line, whose plain text is kept."""
        self.mode, self.title = IN_TITLE, []

    def end_title(self) -> str:
        """The plain text of the title that was read."""
        plain = " ".join("".join(self.title or ()).split())
        self.mode, self.title = IN_BLOCKS, None
        return plain

    def start_code(self) -> None:
        """Read a span of code that holds more than text."""
        self.code = OpenCode(self.mode)
        self.mode = IN_CODE

    def end_code(self) -> None:
        """End the span of code being read."""
        self.code_piece(True)
        if self.code is not None:
            self.mode = self.code.outer
        self.code = None

    def code_piece(self, last: bool = False) -> None:
        """End a piece of the span of code being read, if any; the next text starts another. Blanks stay
        between pieces, not at the ends of the span."""
        code = self.code
        if code is None or not code.pieces:
            return
        text = one_line_piece("".join(code.pieces))
        code.pieces = []
        if not code.begun:
            text = text.lstrip()
        if last:
            text = text.rstrip()
        parts = self.inline.parts
        if text and not text.isspace():
            self.inline.part_code()
            self.put(self.inline.code_span(text), text)
            code.begun = True
        elif text and not self.inline.space:
            parts.append(" ")
            self.inline.space = True
            if self.title is not None:
                self.title.append(" ")

    def flush(self) -> None:
        """A block begins or ends here."""
        inline = self.inline
        if self.mode is not IN_BLOCKS:
            code = self.code
            if code is None or code.outer is not IN_BLOCKS:
                if not inline.space:
                    self.text(" ")
                return
            self.code_piece()
        if inline.parts:
            self.writer.flush()
