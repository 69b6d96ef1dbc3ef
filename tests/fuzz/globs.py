"""The fuzz target of globs: a match says what a plain backtracking expression says.

python -m tests.fuzz.globs [seconds] [seed]
"""

from __future__ import annotations

import random
import re

from docspasta.globs import BadGlob, check_glob, matches

from .loop import main

PIECES = ["/", "/", "a", "b", "ab", "*", "*", "**", "/**/", "?", "%20", ".", "é", "[", "|", "&"]
URL_PIECES = ["/", "/", "a", "b", "ab", "?", "%20", ".", "%C3%A9", "[", "|", "&"]


def made(rng: random.Random) -> bytes:
    """A glob, a line end, and a URL's path and query."""
    glob = "".join(rng.choices(PIECES, k=rng.randrange(1, 9)))
    path = "".join(rng.choices(URL_PIECES, k=rng.randrange(12)))
    return f"/{glob}\n/{path}".encode()


def target(data: bytes) -> None:
    """Match the first line against the second; raises AssertionError when a promise is broken."""
    glob, _, path = data.decode("utf-8", "replace").partition("\n")
    try:
        check_glob(glob)
    except BadGlob:
        return
    assert matches(glob, f"https://docs.example.org{path}") is (plain(glob).fullmatch(path) is not None)


def plain(glob: str) -> re.Pattern[str]:
    """What a glob means, however long it takes."""
    path, mark, query = glob.replace("é", "%C3%A9").partition("?")
    words = {"/**/": "/(?:[^?]*/)?", "**": "[^?]*", "*": "[^/?]*"}
    parts = re.split(r"(/\*\*/|\*\*|\*)", path)
    body = "".join(words.get(part) or re.escape(part) for part in parts)
    asked = ".*".join(re.escape(part) for part in re.split(r"\*+", query))
    return re.compile(body + (r"\?" + asked if mark else r"(?:\?.*)?"), re.S)


if __name__ == "__main__":
    main(made, target)
