"""Text to Markdown text: invisible characters out, backslashes where text would become markup, and only
there.

A character is escaped when CommonMark (0.31) or GFM could take it for markup in that place. Emphasis needs a
closing run and closers follow a non-space, so an asterisk after a space stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# Text that is written as it stands, whatever is around it, unless it holds two spaces together: printable
# ASCII without the characters of markup (underscores inside words are none), no space at its ends.
_PLAIN: Final = re.compile(
    r"(?! )[ -#%'-);@-Z^a-z{|}+-/0-9:=>?]+"
    r"(?:(?<=[A-Za-z0-9])_+[A-Za-z0-9][ -#%'-);@-Z^a-z{|}+-/0-9:=>?]*)*(?<! )"
).fullmatch

# Characters that nobody sees, joiners, and the private use area (icon fonts).
_SUSPECTS: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ue000-\uf8ff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U0010ffff\x80-\x84\x86-\x9f"
)

# Text whose only characters of markup are underscores inside words, its white space only spaces and newlines.
_ORDINARY: Final = (
    r"[^\\`*_\[\]<&~$\x00-\x09\x0b-\x1f\x7f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    rf"{_SUSPECTS}]*"
)
HARMLESS: Final = re.compile(rf"{_ORDINARY}(?:(?<=[^\W_])_+[^\W_]{_ORDINARY})*").fullmatch

# An underscore that is not inside a word.
LOOSE: Final = re.compile(r"_(?:(?<!\w_)|(?!\w))").search

# Zero-width, bidirectional, tag and other characters that nobody sees: they carry prompt injections. Joiners
# stay between letters that need them (Arabic, Indic, emoji), variation selectors 15 and 16 stay.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\x80-\x84\x86-\x9f]"
    "|(?<![\u0600-\u0fff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
    "|[\u200c\u200d](?![\u0600-\u0fff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\U0001f000-\U0001faff])"
)
_SUSPECT: Final = re.compile(f"[{_SUSPECTS}]")  # one search tells that a text has none of them
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")

CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_WIDE: Final = "\u2e80-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff5e"
_WIDE_BREAK: Final = re.compile(rf"(?<=[{_WIDE}])\n[\n ]*(?=[{_WIDE}])")
_LINE_END: Final = re.compile(r"\n[\n ]*")
# All of them but tab and newline, for code.
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_RUNS: Final = re.compile(r"[\\`*_~\[\]<&$]+")
_REFERENCE_AHEAD: Final = re.compile(r"&(?:#?\w+;|$)")
_SHORT: Final = 24  # characters of a text that may come again
_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def is_plain(text: str) -> bool:
    """Whether a text is written as it stands, whatever is around it."""
    return _PLAIN(text) is not None and "  " not in text


def collapsed(text: str) -> str:
    """Harmless text with its white space collapsed; '' for any other text."""
    if HARMLESS(text) is None:
        text = text.replace("\xa0", " ").replace("\t", " ")
        if HARMLESS(text) is None:
            return ""
    text = joined(text) if "\n" in text else text
    while "  " in text:
        text = text.replace("     ", " ").replace("  ", " ")
    return text


def joined(text: str) -> str:
    """Text with its line ends as blanks; between Chinese or Japanese characters as nothing (CSS Text 3)."""
    if not text.isascii():
        text = _WIDE_BREAK.sub("", text)
    return _LINE_END.sub(" ", text) if "\n  " in text else text.replace("\n", " ")


def visible(text: str) -> str:
    """`text` without the characters that nobody sees. Not for code."""
    if text.isprintable() and text.isascii():
        return text
    text = CONTROL.sub("", text).replace("\xa0", " ").replace("\x85", " ")
    if _SUSPECT.search(text) is None:
        return text
    return _PRIVATE.sub("", _INVISIBLE.sub("", text))


def escape(text: str, before: str = " ", emphasis: bool = False, link: bool = False) -> str:
    """`text`, which follows the character `before` in its block, as Markdown that reads as itself.

    In emphasis every asterisk counts, for a pair is open already; in a link every bracket that has no
    partner.
    """
    return (_escape_again if len(text) < _SHORT else _escape)(text, before, emphasis, link)


def _escape(text: str, before: str, emphasis: bool, link: bool) -> str:
    brackets = link and (text.count("[") != text.count("]") or "[^" in text)
    out: list[str] = []
    at, size = 0, len(text)
    for found in _RUNS.finditer(text):
        start, end = found.span()
        previous = text[start - 1] if start else before
        following = text[end] if end < size else ""
        run = found[0]
        if _is_markup(run, previous, following, text, start, emphasis, brackets):
            out.append(text[at:start])
            out.append("\\" + run if end - start == 1 else "".join(["\\" + char for char in run]))
            at = end
    return "".join(out) + text[at:] if out else text


_escape_again = lru_cache(maxsize=4096)(_escape)  # " *context)" stands on every page of a C library


def _is_markup(
    run: str, previous: str, following: str, text: str, start: int, emphasis: bool, brackets: bool
) -> bool:
    """Whether a run of special characters could be markup, between these neighbours."""
    char = run[0]
    if char == "_":
        if run.count("_") < len(run):
            return True
        return not (following and (previous == " " or (previous.isalnum() and following.isalnum())))
    if char in "*~":
        return emphasis or previous != " " or not following or run.count(char) < len(run)
    if not run.strip("[]"):
        return brackets or (run[-1] == "]" and following == "(") or (run[-1] == "[" and following == "^")
    if len(run) > 1:
        return True
    if char == "<":
        return not following or following.isalpha() or following in "/!?"
    if char == "&":
        return _REFERENCE_AHEAD.match(text, start) is not None
    if char == "$":
        return previous != " " and not following.isdigit()
    return char == "`" or not following or following in _PUNCTUATION


# What starts a block at the start of a line (CommonMark 4, 5; GFM; footnotes, containers and definition lists
# of the common extensions). The group is where the backslash goes.
LINE_START: Final = re.compile(
    r"(?:()(?:[-+*](?=\s|$)|\#{1,6}(?=\s|$)|>|[-_*=]{3,}\s*$|-{3,}|={1,}\s*$|-+\s*$|\+\+\+|~~~|:(?=\s|:|-)"
    r"|!!!|\?\?\?|===|\[[^\]]*\]:|\[(?=[ xX!^])|\|)|\d{1,9}()[.)](?=\s|$))"
)


STARTS: Final = frozenset("-+*#>=_~:!?[|0123456789")  # the characters that LINE_START can begin with


def line_start(text: str) -> int:
    """Where a backslash must go so that `text` does not start a block, or -1."""
    if text[:1] not in STARTS:
        return -1
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


# What generators write where a line may or may not break, as it is typed and searched for.
_TYPED: Final = {0xAD: None, 0x200B: None, 0x2011: "-"}


def one_line(text: str) -> str:
    """Text of code inside a line: on one line itself, inner spaces kept where they may mean something."""
    if not text.isascii():
        text = text.translate(_TYPED)
    if text.isprintable():
        return text
    text = CONTROLS.sub("", text)
    return " ".join(text.split()) if "\n" in text or "\xa0" in text or "\t" in text else text


_BLANKS: Final = re.compile(r"[ \t\n\r\f\xa0]*[\t\n\r\f\xa0][ \t\n\r\f\xa0]*")


def one_line_piece(text: str) -> str:
    """A piece of such text: the same, but for its ends, where a blank stays one."""
    if not text.isascii():
        text = text.translate(_TYPED)
    if text.isprintable():
        return text
    return CONTROLS.sub("", _BLANKS.sub(" ", text))


def code_in_line(text: str) -> str:
    """Inline code of an element's text; '' when it is blank."""
    text = one_line(text)
    return code_span(text) if text and not text.isspace() else ""


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


_REFERENCE: Final = re.compile(r"&(?=#?\w+;)")


@lru_cache(maxsize=4096)
def link_title(title: str | None) -> str:
    """A link's title as it follows the destination, with its space; '' for none."""
    if not title or not title.strip():
        return ""
    return ' "' + _IN_TITLE.sub(r"\\\g<0>", " ".join(visible(title).split())) + '"'


_IN_TITLE: Final = re.compile(r"[\\\"<&`]")
