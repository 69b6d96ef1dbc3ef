"""The fuzz target of Markdown that sites hand out, with components or without: whatever stands in a file, a
page comes back that keeps its promises, and it stays in its place between two innocent pages.

python -m tests.fuzz.mdx [seconds] [seed]
"""

from __future__ import annotations

import random
import re
from importlib import import_module
from typing import Any

from docspasta.content.text_page import read_text
from docspasta.domain import PageReason

from .loop import main

pages: Any = import_module("tests.unit.document.test_containment")  # the property of assembly
SAFE = re.compile(r"(?!\s*(?:javascript|vbscript|data):)", re.I)
# A page that has definitions of its own, and text that is none without another page's.
INNOCENT = "# Good\n\nWords [x], [y][1], [z] and [^1].\n\n## [x]\n\n[x]: /own 'Own'\n[^1]: Own note.\n"
URL = "https://docs.example.org/guide/page.md"
TAGS = [
    *("Note", "Tip", "Tabs", "Tab", "Card", "Steps", "Step", "Accordion", "CodeGroup", "Frame", "ParamField"),
    *("Tooltip", "Update", "Image", "details", "summary", "Nope", "a.b"),
]
PIECES = [
    *(
        "# A\n",
        "## B {#b}\n",
        "A\n===\n",
        "a\n---\n",
        "text ",
        "*a*",
        "`c`",
        "``",
        "```js\n",
        "```\n",
        "~~~\n",
        "\n",
        "\n\n",
    ),
    *(
        "    ",
        "\t",
        "> ",
        "- ",
        "1. ",
        "|a|b|\n|-|-|\n",
        "[x](/y)",
        "[x](javascript:alert(1))",
        "![i](/i.png)",
        "[x]: /z\n",
    ),
    *(
        "import A from './a'\n",
        "export const a = {\n",
        "{/* c */}",
        "{a.b}",
        "{'`'}",
        "<!--",
        "-->",
        "<b>",
        "</b>",
        "<script>",
    ),
    *(
        "---\ntitle: T\n---\n",
        ":::note\n",
        ":::\n",
        ":::tip[T]{a=b}\n",
        "{% hint %}\n",
        "{% endhint %}\n",
        '{% tab title="a" %}',
    ),
    *(
        "<https://e.example>",
        "\r\n",
        "\u2028",
        "\0",
        "\u200b",
        "é",
        "$$",
        "$x$",
        "\\",
        "&lt;",
        "<a id=x></a>",
        "[^1]",
        "[^1]: n\n",
        "[^1]",
        *("[x]", "[z]", "[x][z]", "![x][]", "[1]: <z> 't'\n", "\n\n[x]:\n", "\n\n[X]: /z\n'"),
        "\n\n- [z]: /z\n",
        *("\n\n> [z]: /z\n", "\n\n    [z]: /z\n", "\n\n[z", "z]: /z\n", "[x]:", "]:", "[", "]", "(", "   "),
    ),
]


def made(rng: random.Random) -> bytes:
    """A file of Markdown with components, well-formed or not."""
    return "".join(piece(rng) for _ in range(rng.randrange(1, 40))).encode("utf-8", "replace")


def piece(rng: random.Random) -> str:
    if rng.random() < 0.6:
        return rng.choice(PIECES)
    name = rng.choice(TAGS)
    said = "".join(
        f" {rng.choice(('title', 'href', 'src', 'label', 'path', 'type', 'tip'))}={rng.choice(VALUES)}"
        for _ in range(rng.randrange(3))
    )
    return rng.choice(
        (f"<{name}{said}>", f"</{name}>", f"<{name}{said} />", f"<{name}{said}>\n", f"\n</{name}>\n")
    )


VALUES = [
    '"a"',
    "'b c'",
    '"# x"',
    "{`a`}",
    '{"a"}',
    "{[1, {a: '}'}]}",
    '"/x"',
    '"javascript:x"',
    '"](x"',
    '"```"',
    '"\n\n## x"',
    "{",
]


def target(data: bytes) -> None:
    """Read `data` as a page and put it between two; raises AssertionError when a promise is broken."""
    page = read_text(data.decode("utf-8", "replace"), URL)
    assert page.reason in set(PageReason)
    assert bool(page.markdown) == (page.reason == "")
    text = page.markdown.encode("utf-8", "replace")
    assert b"\0" not in text
    for place in page.placements:
        assert 0 <= place.offset <= place.offset + place.length <= len(text)
    for heading in page.headings:
        assert text[heading.offset :].lstrip(b" ").startswith(b"#" * heading.level)
    assert page == read_text(data.decode("utf-8", "replace"), URL)
    if not page.reason:
        pages.check(page, SAFE)
        innocent = [read_text(INNOCENT, pages.SITE + path) for path in ("/0", "/2")]
        pages.check(page, SAFE, *innocent)


if __name__ == "__main__":
    main(made, target)
