"""Globs over a URL's path and query: `*` within a segment, `**` across segments. Pure.

A pattern without `?` looks at the path alone, whatever the query; with `?`, path and query must both
match, and `*` in the query stands for anything. `/**/` in the path also stands for `/`. Everything else is
literal.
Matching is linear in the URL: no wildcard goes back over what another one skipped.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from .urls import path_and_query, route

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
    """Whether a canonical URL's path and query, or its route, match the glob."""
    return _compiled(pattern).match(route(url) or path_and_query(url)) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    path, mark, query = quote(pattern, safe=SAFE).partition("?")
    tail = r"\?" + _literals(query.replace("**", "*"), ".*", last=True) if mark else r"(?:\?.*)?"
    return re.compile(_path(path) + tail + r"\Z", re.S)


SEGMENTS = "(?:[^/?]*+/)*?"  # whole segments, as few as will do
IN_SEGMENT = "[^/?]*"


def _path(text: str) -> str:
    """The regular expression of a path.

    Between `**` stand chunks. A chunk is sought segment by segment, once in each: inside a segment its first
    literal is taken at its earliest place and kept (an atomic group), for if that leads nowhere, no later
    place in the same segment would. So what a wildcard skipped is not looked at again. The first segment in
    which a chunk fits is kept, too, unless the chunk is the last, which the end of the path holds.
    """
    chunks = text.replace("/**/", "/\0").replace("**", "\1")
    parts = re.split("([\0\1])", chunks)
    body = _literals(parts[0], IN_SEGMENT, last=len(parts) == 1)
    for index in range(1, len(parts), 2):
        last = index + 2 >= len(parts)
        anywhere = parts[index] == "\1"  # else at the beginning of a segment
        piece = SEGMENTS + _literals(parts[index + 1], IN_SEGMENT, last, anywhere)
        body += piece if last else f"(?>{piece})"
    return body


def _literals(chunk: str, star: str, last: bool, anywhere: bool = False) -> str:
    """One chunk: its literals in turn, each at its earliest place but for the one that the end holds.
    `anywhere`: the first one need not stand where the chunk begins."""
    pieces = [re.escape(piece) for piece in chunk.split("*")]
    if anywhere:
        pieces.insert(0, "")
    held = pieces.pop() if last and len(pieces) > 1 else None
    body = pieces[0] + "".join(f"(?>{star}?{piece})" for piece in pieces[1:])
    return body if held is None else body + star + held
