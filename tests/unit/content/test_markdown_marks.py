"""Links, images and code spans of a line: what CommonMark finds, in time that grows with the line."""

from __future__ import annotations

import random
import time

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from docspasta.content.markdown_marks import Brackets, targets
from docspasta.content.read import read_page
from docspasta.document.code_spans import code_spans

URL = "https://docs.example.org/a/b.md"


def found(line: str) -> list[tuple[str, bool]]:
    return [(line[start:end], is_link) for start, end, is_link in targets(line, Brackets())]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[a](b) ![c](d)", [("b", True), ("d", False)]),
        ("[![a](b)](c)", [("b", False), ("c", True)]),
        ("[a [b] c](d)", [("d", True)]),
        ("[[a](b)](c)", [("b", True)]),
        ("[a] (b) [c", []),
        ('[a](<b> "t") [a]( b )', [("b", True), ("b", True)]),
        ("]](x) [a](b", []),
    ],
)
def test_targets(line: str, expected: list[tuple[str, bool]]) -> None:
    assert found(line) == expected


def spans_of(line: str) -> list[str]:
    return [line[start:end] for start, end in code_spans(line).spans]


def inline(line: str) -> list[Token]:
    return MarkdownIt().parseInline(line)[0].children or []


def test_code_spans_are_those_of_commonmark() -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for _ in range(1_000):
        line = "x" + "".join(rng.choice("``a \\") for _ in range(rng.randint(1, 14))) + "x"
        expected = [token.content for token in inline(line) if token.type == "code_inline"]
        mine = [span.strip("`") for span in spans_of(line)]
        assert [text.strip() for text in mine] == [text.strip() for text in expected], line


@pytest.mark.parametrize("text", ["\\`<b>`", "```a<b>`", "`a\nb` <b> `c`", "`a\n` <b> `c\n` <i> `d"])
def test_what_is_in_no_code_span_is_no_html(text: str) -> None:
    page = read_page(f"# T\n\n{text}\n".encode(), URL)
    tokens = [child for token in MarkdownIt().parse(page.markdown) for child in token.children or []]
    assert "html_inline" not in {token.type for token in tokens}, page.markdown


def test_a_code_span_in_one_line_keeps_what_is_in_it() -> None:
    assert "`<b>` and &lt;b>" in read_page(b"# T\n\n`<b>` and <b>\n", URL).markdown


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert)", "[x](javascript:alert(1))", "![x](javascript:alert)", "[x](<javascript:x>)",
        "[x](JaVaScript&colon;alert(1))", "[x](java&Tab;script:x)", "[x](j\\\\avascript\\:x)", "[x](vbscript:x)",
        "[x](data:text/html,x)", "[a [x](javascript:x) b](c)", "[x](\njavascript:x)", "[x]: javascript:x\n\n[x]",
        "[x]:\njavascript:x\n\n[x]", "[`a`](javascript:x)", "[x](j" + "&Tab;" * 60 + "avascript:x)", "<javascript:x>",
        "`a\n[x](javascript:x)",
    ],
)  # fmt: skip
def test_nothing_leads_to_a_script(text: str) -> None:
    page = read_page(f"# T\n\n{text}\n".encode(), URL)
    reader = MarkdownIt()
    reader.validateLink = lambda url: True  # type: ignore[method-assign]
    inner = [child for token in reader.parse(page.markdown) for child in token.children or []]
    leads = [str(one.attrs.get("href") or one.attrs.get("src") or "") for one in inner]
    assert not [to for to in leads if "script:" in to.lower() or to.startswith("data:")], page.markdown


def test_other_links_stay() -> None:
    text = "[x](mailto:a@example.org) [y](/b:c) [z]: text, `[x](javascript:x)` and ![i](i.png)"
    page = read_page(f"# T\n\n{text}\n".encode(), URL)
    assert "[x](mailto:a@example.org)" in page.markdown and "`[x](javascript:x)`" in page.markdown
    assert "(https://docs.example.org/b:c)" in page.markdown and "[z]: text" in page.markdown


PUMPS = {
    "brackets": "[", "images": "![", "links": "[a](", "targets": "](a ", "titles": '](a "', "nested": "[a](b)]",
    "ticks": "`", "runs": "` `` ``` ", "escaped ticks": "\\`", "backslashes": "\\", "blanks": " ", "hashes": "# ",
    "parentheses": "(", "tags": "<a", "tag urls": "<http://", "lines": "a\n", "blank lines": " \n", "ends": "=",
}  # fmt: skip


@pytest.mark.parametrize("pump", PUMPS.values(), ids=PUMPS)
@pytest.mark.parametrize("head", ["# t\n\n", "# "], ids=["a paragraph", "a heading"])
def test_no_line_takes_long(pump: str, head: str) -> None:
    """48 KB of open brackets took 5 s, 96 KB 21 s."""
    body = (head + pump * (60_000 // len(pump)) + "x\n").encode()
    began = time.process_time()
    read_page(body, URL)
    assert time.process_time() - began < 2, "50 ms on a quiet machine"
