"""The fuzz target of selectors: whatever a user selects or excludes, a page comes back, or says why not.

python -m tests.fuzz.selectors [seconds] [seed]
"""

from __future__ import annotations

import random

from docspasta.content import Options, read_page
from docspasta.content.selectors import exclusion_mistake, selector_mistake

from .loop import main

URL = "https://docs.example.org/guide/page.html"
PARTS = [
    *("p", "div", "main", "*", "a", "h2", "table", "td", "x-y", ".note", "#top", "[href]", "[class~=note]"),
    *("[href^='/']", "[a='\\']", "[", "]", "(", ")", ":", "::before", ":first-child", ":nth-child(2n+1)"),
    *(
        ":not(",
        ":has(",
        ":is(",
        ":where(",
        ":nth-child(",
        "p)",
        " > ",
        " + ",
        " ~ ",
        " ",
        ",",
        "\\",
        "\\0",
        "\0",
    ),
    *(
        "||",
        "|",
        "*|*",
        ":lexbor-contains('a' i)",
        ":lexbor-contains(",
        "[a=b",
        "<!--",
        ":empty",
        ":root",
        ":checked",
        "é",
        "\u2028",
        "'",
        '"',
        "/*",
        "*/",
        "/* it's */",
    ),
]
HTML = (
    "<title>T</title><body><main id=top><h1>T</h1><p class=note>Words that are worth keeping here.</p>"
    "<div><a href='/x'>a</a><table><tr><td>1<td>2</table></div><h2>Part</h2><x-y><p>more of it</p></x-y>"
)


def made(rng: random.Random) -> bytes:
    """Two lists of selectors, a line each."""
    lists = ["\t".join(one(rng) for _ in range(rng.randrange(4))) for _ in range(2)]
    return "\n".join(lists).encode("utf-8", "surrogatepass")


def one(rng: random.Random) -> str:
    return "".join(rng.choices(PARTS, k=rng.randrange(1, 9)))


def target(data: bytes) -> None:
    """Convert a page with those selectors that a job may have; raises AssertionError for a broken promise."""
    include, _, exclude = data.decode("utf-8", "replace").partition("\n")
    chosen = tuple(one for one in include.split("\t") if not selector_mistake(one))
    left_out = tuple(one for one in exclude.split("\t") if not exclusion_mistake(one))
    options = Options(chosen, left_out)
    page = read_page(HTML.encode() * 3, URL, "", options)
    assert page.reason in ("", "empty"), page.reason
    assert bool(page.markdown) == (page.reason == "")
    assert page == read_page(HTML.encode() * 3, URL, "", options)


if __name__ == "__main__":
    main(made, target)
