"""Globs over a URL's path and query: `*` within a segment, `**` across segments. Pure.

A pattern without `?` looks at the path alone, whatever the query; with `?`, path and query must both
match, and `*` in the query stands for anything. `/**/` also stands for `/`. Everything else is literal.
Matching is linear for practical patterns: wildcards never backtrack into each other.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from .urls import path_and_query

MAX_GLOBS = 50
MAX_GLOB_CHARACTERS = 512
SAFE = "/!$&'()*+,;=:@%[]-._~?|^{}"


class BadGlob(ValueError):
    """A glob that cannot match anything; the message is a sentence for people."""


def check_glob(pattern: str) -> None:
    """Raises BadGlob with what is wrong and what to write instead."""
    if not pattern.startswith(("/", "*")):
        raise BadGlob(f"the glob {pattern[:100]!r} must start with / or **, for it matches a path: /docs/**")
    if len(pattern) > MAX_GLOB_CHARACTERS:
        raise BadGlob(f"the glob {pattern[:40]!r}… is longer than {MAX_GLOB_CHARACTERS} characters")
    if "***" in pattern:
        raise BadGlob(
            f"the glob {pattern[:100]!r} has more than two asterisks in a row; ** is across segments"
        )
    if "#" in pattern:
        raise BadGlob(f"the glob {pattern[:100]!r} has a fragment (#), which no URL keeps; leave it out")
    if any(character.isspace() or ord(character) < 32 for character in pattern):
        raise BadGlob(f"the glob {pattern[:100]!r} holds white space; write it as %20")


def check_globs(patterns: tuple[str, ...] | list[str]) -> None:
    """Raises BadGlob for the first bad pattern, or for more than 50 of them."""
    if len(patterns) > MAX_GLOBS:
        raise BadGlob(f"{len(patterns)} globs are too many; {MAX_GLOBS} is the limit")
    for pattern in patterns:
        check_glob(pattern)


def matches(pattern: str, url: str) -> bool:
    """Whether a canonical URL's path and query match the glob."""
    return _compiled(pattern).match(path_and_query(url)) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    path, mark, query = quote(pattern, safe=SAFE).partition("?")
    tail = r"\?" + _expression(query, ".*", ".*") if mark else r"(?:\?.*)?"
    return re.compile(_expression(path, "[^/?]*", "[^?]*") + tail + r"\Z", re.S)


def _expression(text: str, star: str, globstar: str) -> str:
    """The regular expression of one side of the `?`.

    Chunks between `**` are sought leftmost and kept (an atomic group): if the earliest place of a chunk
    leads nowhere, no later one would, for `**` after it takes anything. The same holds for the literals
    between `*` inside a chunk. Only the last chunk, held by the end, may move.
    """
    chunks = text.replace("/**/", "/\0").replace("**", "\1")
    parts = re.split("([\0\1])", chunks)
    body = _literals(parts[0], star, last=len(parts) == 1)
    for index in range(1, len(parts), 2):
        last = index + 2 >= len(parts)
        wild = f"(?:{globstar}?/)??" if parts[index] == "\0" else f"{globstar}?"
        piece = wild + _literals(parts[index + 1], star, last)
        body += piece if last else f"(?>{piece})"
    return body


def _literals(chunk: str, star: str, last: bool) -> str:
    """One chunk: its literals in turn, each at its earliest place but for the one that the end holds."""
    pieces = [re.escape(piece) for piece in chunk.split("*")]
    held = pieces.pop() if last and len(pieces) > 1 else None
    body = pieces[0] + "".join(f"(?>{star}?{piece})" for piece in pieces[1:])
    return body if held is None else body + star + held
