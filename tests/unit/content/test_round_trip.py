"""The CommonMark round trip: Markdown rendered by markdown-it-py and converted back says the same.

The Markdown is that of the golden pages, and the gold of ../shared/quality when it is there.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bench import quality
from docspasta.content import read_page

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
URL = "https://kitchen.example.org/docs/page.html"
GOLDEN = sorted((Path(__file__).parents[2] / "golden").glob("*/*.md"))


def convert(markdown: str) -> str:
    return read_page(f"<body><main>{PARSER.render(markdown)}</main>".encode(), URL).markdown


def shape(markdown: str) -> list[tuple[str, str]]:
    """What a document says: headings, code, lists, quotes, tables and words, in order; not how it is spelled."""
    found: list[tuple[str, str]] = []
    for token in PARSER.parse(markdown):
        if token.type == "fence":
            language = token.info.strip().removesuffix("text")  # `text` says that there is none
            found.append(("code", language + "\n" + token.content.strip("\n")))
        elif token.type in (
            "heading_open",
            "bullet_list_open",
            "ordered_list_open",
            "list_item_open",
            "blockquote_open",
            "table_open",
            "hr",
        ):
            found.append((token.type, token.tag))
        elif token.type == "inline":
            words = " ".join(_text(token).split())
            if words:
                found.append(("text", words))
    return found


def _text(token: Token) -> str:
    parts = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "link_open":
            parts.append(f"<{str(child.attrs['href']).rstrip('/')}>")
        elif child.type == "image":
            parts.append(f"<{child.attrs['src']}>{child.content}")
    return "".join(parts)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_golden_markdown_comes_back(path: Path) -> None:
    markdown = path.read_text(encoding="utf-8")
    if re.search(r"^<(table|details)|^\[\^", markdown, re.M):
        markdown = re.sub(r"(?ms)^\s*</?(?:table|details|summary|tr).*?$", "", markdown)
        markdown = re.sub(r"\[\^[^\]]*\]:? ?", "", markdown)
    once = convert(markdown)
    assert shape(once) == shape(markdown)
    assert convert(once) == once


def test_gold_comes_back(tmp_path: Path) -> None:
    if quality.shared() is None:
        pytest.skip("../shared/quality is absent: its gold makes no round trip")
    gold = sorted((quality.unpack(tmp_path)["public"] / "gold").glob("*/*.md"))
    same = sum(shape(convert(path.read_text())) == shape(path.read_text()) for path in gold)
    assert same >= 0.97 * len(gold), f"{same} of {len(gold)}"
