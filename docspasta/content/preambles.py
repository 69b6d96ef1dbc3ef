"""What a site's Markdown says to agents instead of readers: where the index is, that pages have a Markdown
form, how to ask a question. It is no part of the page. Pure.

Mintlify, GitBook, Fern and Cloudflare write it above the first heading or right behind it; GitBook once more
behind the text.
"""

from __future__ import annotations

import re

_BLANK_LINES = r"(?>(?:[^\S\n]*+\n)*)"
_AT_START = re.compile(
    rf"\A{_BLANK_LINES}(?>(?:[^\S\n]*+#[^\n]*+\n{_BLANK_LINES})?)"  # perhaps the page's own heading
    r"(?:(?P<block>(?>(?:^[ \t]*+>[^\n]*+\n)+))|[^\S\n]*+(?P<line>[^\s#>][^\n]*+\n(?=[^\S\n]*+\n)))",
    re.M,
)
_SAYS = re.compile(
    r"llms(?:-full)?\.txt|\bappend(?:ing)?\b.{0,20}\.md\b|documentation index\b"
    r"|markdown (?:version|form)s? of",
    re.I,
)
_IS_DIRECTIVE = re.compile(
    r"\b(?:fetch|see|use|for|available|append(?:ing)?)\b.{0,80}(?:llms(?:-full)?\.txt|\.md\b|documentation"
    r" index|markdown)",
    re.I | re.S,
)
_TAIL = re.compile(r"^(?:---|\*\*\*)?\s*^#{1,3}[ ]+Agent Instructions\b[^\n]*\n", re.M | re.I)
_TAGGED = re.compile(r"<(agent-?instructions|system-reminder|llm-?instructions|llms-only)\b[^>\n]*>", re.I)
_SKIP_LINK = re.compile(r"\A\s*\[skip to (?:main )?content\]\(#[^)\s]*\)\s*\n", re.I)
_MOST = 4  # blocks above the text


def without_preambles(text: str) -> str:
    """The text without what is meant for agents alone."""
    text = _SKIP_LINK.sub("", text, count=1)
    text = _without_tagged(text)
    for _ in range(_MOST):
        found = _AT_START.match(text)
        if found is None:
            break
        kind = "block" if found["block"] else "line"
        said = found[kind]
        if len(said) > 1_500 or not (_SAYS.search(said) and _IS_DIRECTIVE.search(said)):
            break
        text = text[: found.start(kind)] + text[found.end(kind) :].lstrip("\n")
    last = text.rfind("Agent Instructions")
    ends = text.find("\n", last) + 1
    found = _TAIL.search(text, max(0, last - 20), ends) if last > 0 < ends else None
    return text[: found.start()].rstrip().removesuffix("---").rstrip() + "\n" if found is not None else text


def _without_tagged(text: str) -> str:
    """The text without elements that are named after agents."""
    at, kept = 0, []
    while (found := _TAGGED.search(text, at)) is not None:
        close = f"</{found[1]}>"
        ends = text.find(close, found.end())
        if ends < 0:
            break
        kept.append(text[at : found.start()])
        at = ends + len(close)
    return "".join((*kept, text[at:].lstrip("\n") if kept and not kept[0] else text[at:])) if kept else text
