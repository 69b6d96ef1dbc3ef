"""Text to Markdown text: invisible characters out, backslashes where text would become markup, and only there.

A character is escaped when CommonMark (0.31) or GFM could take it for markup in that place. Emphasis needs a
closing run and closers follow a non-space, so an asterisk after a space stays as it is.
"""

from __future__ import annotations

import re

# One search decides whether a run of text needs any work at all.
SPECIAL = re.compile(r"[\\`*_\[\]<&~$\x00-\x08\x0b\x0e-\x1f\x7f]")

# Zero-width, bidirectional, tag and other characters that nobody sees: they carry prompt injections. Joiners
# stay between letters that need them (Arabic, Indic, emoji), variation selectors 15 and 16 stay.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\x80-\x84\x86-\x9f]"
    "|(?<![\u0600-\u0fff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
    "|[\u200c\u200d](?![\u0600-\u0fff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\U0001f000-\U0001faff])"
)
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")  # icon fonts; no text has them

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ESCAPE = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)"  # a backslash before punctuation
    r"|`"
    r"|(?<=[^\s*])\*+|\*+$"  # a run that can close emphasis; one that a marker of ours may follow
    r"|(?<=[^\s\w])_+|(?<=\w)_+(?!\w)|_+$"  # the same; between letters an underscore is a letter
    r"|(?<=[^\s~])~+|~+$"
    r"|\[(?=\^)|\](?=\()"  # footnote, link
    r"|<(?=[A-Za-z/!?]|$)"  # HTML, autolink
    r"|&(?=#?\w+;|$)"  # character reference
    r"|(?<=\S)\$(?!\d)"  # what can close math
)
_ESCAPE_STARS = re.compile(r"[*~]|" + _ESCAPE.pattern)
_ESCAPE_BRACKETS = re.compile(r"[\[\]]|" + _ESCAPE.pattern)
_ESCAPE_BOTH = re.compile(r"[*~\[\]]|" + _ESCAPE.pattern)


def _backslashes(found: re.Match[str]) -> str:
    return "".join("\\" + char for char in found[0])


def visible(text: str) -> str:
    """`text` without the characters that nobody sees. Not for code."""
    return _PRIVATE.sub("", _INVISIBLE.sub("", text))


def escape(text: str, before: str = " ", emphasis: bool = False, link: bool = False) -> str:
    """`text`, which follows the character `before` in its block, as Markdown that reads as itself.

    In emphasis every asterisk counts, for a pair is open already; in a link every bracket that has no partner.
    """
    context = " " if before in " \n" else "x" if before.isalnum() else "."
    pattern = _ESCAPE_STARS if emphasis else _ESCAPE
    if link and text.count("[") != text.count("]"):
        pattern = _ESCAPE_BOTH if emphasis else _ESCAPE_BRACKETS
    return pattern.sub(_backslashes, context + _CONTROL.sub("", text))[1:]


# What starts a block at the start of a line (CommonMark 4, 5; GFM; footnotes, containers and definition lists
# of the common extensions). The group is where the backslash goes.
LINE_START = re.compile(
    r"(?:()(?:[-+*](?=\s|$)|\#{1,6}(?=\s|$)|>|[-_*=]{3,}\s*$|-{3,}|={1,}\s*$|-+\s*$|\+\+\+|~~~|:(?=\s|:|-)"
    r"|!!!|\?\?\?|===|\[[^\]]*\]:|\[(?=[ xX!^])|\|)|\d{1,9}()[.)](?=\s|$))"
)


def line_start(text: str) -> int:
    """Where a backslash must go so that `text` does not start a block, or -1."""
    found = LINE_START.match(text)
    return -1 if found is None else max(found.start(1), found.start(2))


def in_table(text: str) -> str:
    """Markdown of a table cell: pipes escaped, GFM 4.10."""
    return text.replace("|", "\\|") if "|" in text else text


def code_span(text: str) -> str:
    """An inline code span that holds `text` exactly, CommonMark 6.1."""
    longest = run = 0
    if "`" in text:
        for char in text:
            run = run + 1 if char == "`" else 0
            longest = max(longest, run)
    fence = "`" * (longest + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and text.strip()) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def html_text(text: str) -> str:
    """Text inside the HTML that is allowed (a table that Markdown cannot say)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link_destination(url: str) -> tuple[str, str, str]:
    """(opening, destination, closing) of a link's URL, CommonMark 6.3: angle brackets when it needs them."""
    if "(" in url or ")" in url:
        return "<", url, ">"
    if "\\" in url or "&" in url:
        url = _REFERENCE.sub("&amp;", url.replace("\\", "%5C"))
    return "", url, ""


_REFERENCE = re.compile(r"&(?=#?\w+;)")


def link_title(title: str | None) -> str:
    """A link's title as it follows the destination, with its space; '' for none."""
    if not title or not title.strip():
        return ""
    words = " ".join(visible(title).split())
    return ' "' + words.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\<").replace("&", "\\&") + '"'
