"""The language of a code block: attributes and classes of the block and of a box that is its own, no others."""

from __future__ import annotations

import pytest

from docspasta.content import read_page

PROSE = "<p>Enough words stand here that the page is not an empty one.</p>"
LANGUAGES = {
    "a theme's box for all text says nothing": ("<div class=markdown>" + PROSE + "<pre>x</pre></div>", ""),
    "nor does one around a block alone": ("<div class='markdown prose'><pre>x</pre></div>", ""),
    "an article's class says nothing": (
        "<article class='text markdown'>" + PROSE + "<pre><code>x</code></pre></article>",
        "",
    ),
    "the name on a box of the block alone": ("<div class=python><pre>x</pre></div>", "python"),
    "beside a button and a file's name": (
        "<div class=python><span>main.py</span><pre>x</pre><button>Copy</button></div>",
        "python",
    ),
    "lang, as cmark writes it": ("<pre lang=rust><code>x</code></pre>", "rust"),
    "lang says what people speak": ("<pre lang=en>x</pre>", ""),
    "syntax": ("<pre syntax=Python>x</pre>", "python"),
    "language": ("<pre language=bash><code>x</code></pre>", "bash"),
    "lang of the page is none of the code's": ("<div lang=rust>" + PROSE + "<pre>x</pre></div>", ""),
    "data-enlighter-language": ("<pre data-enlighter-language=yaml>x</pre>", "yaml"),
    "data-code-language": ("<pre data-code-language=go>x</pre>", "go"),
    "a brush in data": ("<pre data-syntaxhighlighter-params='brush: bash; gutter: false'>x</pre>", "bash"),
    "a wiki's": ("<div class='mw-highlight mw-highlight-lang-bash'><pre>x</pre></div>", "bash"),
    "a notebook's": ("<div class='highlight hl-ipython3'><pre>x</pre></div>", "ipython3"),
    "hl- of something else": ("<pre class=hl-lines>x</pre>", ""),
    "a page's own language as a class": (
        "<div class=lang-en>" + PROSE + "<pre class=language-c>x</pre></div>",
        "c",
    ),
    "what people speak, as a class": ("<div class=lang-en><pre>x</pre></div>", ""),
    "a diagram": ("<pre class=mermaid><code>graph TD</code></pre>", "mermaid"),
}


@pytest.mark.parametrize("html, language", LANGUAGES.values(), ids=LANGUAGES)
def test_the_language(html: str, language: str) -> None:
    page = read_page(f"<main>{PROSE}{html}</main>".encode(), "https://docs.example.org/a")
    fence = next(line for line in page.markdown.split("\n") if line.startswith("```"))
    assert fence == f"```{language}"
