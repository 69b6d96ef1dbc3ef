"""Definitions of links in a page of Markdown: what refers to one is a link of its own, and none is left."""

from __future__ import annotations

import time

import pytest
from markdown_it import MarkdownIt

from docspasta.content import read_page

URL = "https://site.example/docs/README.md"
TO = "https://site.example/docs/use.md"
READER = MarkdownIt("commonmark").enable("table")
DEFINED = "\n\n[use]: use.md\n"


def markdown(text: str, url: str = URL) -> str:
    return read_page(f"# T\n\n{text}".encode(), url).markdown.removeprefix("# T\n\n")


def definitions(text: str) -> object:
    env: dict[str, object] = {}
    READER.parse(text, env)
    return env.get("references", {})


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("[How][use] it", f"[How]({TO}) it"),
        ("[use][] it", f"[use]({TO}) it"),
        ("[use] it", f"[use]({TO}) it"),
        ("See [USE]: it", f"See [USE]({TO}): it"),
        ("![a picture][use]", f"![a picture]({TO})"),
        ("[![i][use]][use]", f"[![i]({TO})]({TO})"),
        ("[a *b* `c]`][use]", f"[a *b* `c]`]({TO})"),
        ("[over\nlines][use] and [\nuse]", f"[over\nlines]({TO}) and [\nuse]({TO})"),
        ("> [over\n> lines][ use\n> ]", f"> [over\n> lines]({TO})"),
        ("## [use]", f"## [use]({TO})"),
        ("| [use] | [b][use] |\n|-|-|\n| [ | `[use]` ![use] |", f"| [use]({TO}) | [b]({TO}) |\n|-|-|\n| [ | `[use]` ![use]({TO}) |"),
        ("- [use]\n\n    [use]", f"- [use]({TO})\n\n    [use]({TO})"),
        ("`[use]` \\[use] [use\\]", "`[use]` \\[use] [use\\]"),
        ("```\n[use]\n[a]: b\n```", "```\n[use]\n[a]: b\n```"),
        ("a\n\n    [use]\n    [a]: b", "a\n\n    [use]\n    [a]: b"),
        ("- a\n\n  ```\n  [use]\n  ```\n\n[use]", f"- a\n\n  ```\n  [use]\n  ```\n\n[use]({TO})"),
        ("[no] [no][] [use][no] [use](x.md)", "[no] [no][] [use][no] [use](https://site.example/docs/x.md)"),
        ("[a [b][use] c][use]", f"[a [b]({TO}) c][use]({TO})"),
        ("[a [use]]", f"[a [use]({TO})]"),
    ],
)  # fmt: skip
def test_what_refers_to_a_definition_is_written_out(said: str, written: str) -> None:
    found = markdown(said + DEFINED)
    assert found == written + "\n"
    assert not definitions(found)


@pytest.mark.parametrize(
    ("defined", "to"),
    [
        ('[a]: use.md "A title"', f'{TO} "A title"'),
        ("[a]:\n   <use.md>\n   'A\n   title'", f'{TO} "A title"'),
        ("[a]: use.md (t)\n[b]: other.md", f'{TO} "t"'),
        ('[a]: use.md "not closed', ""),
        ("[a]: use.md and more", ""),
        ("[a]: use.md\n[a]: other.md", TO),
        ("> [a]: use.md", TO),
        ('[a]: use.md "say \\"it\\" [now]"', f'{TO} "say &#34;it&#34; &#91;now&#93;"'),
        ("[a]: <use it.md>", "https://site.example/docs/use%20it.md"),
        ("text\n[a]: use.md", ""),
        ("[a]: #part", f"{URL}#part"),
        ("[a]: mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_definitions_are_read_as_commonmark_says(defined: str, to: str) -> None:
    found = markdown(f"[a] is it.\n\n{defined}\n")
    assert found.startswith(f"[a]({to}) is it." if to else "[a] is it.")
    assert not definitions(found)


def test_a_definition_that_leads_to_a_script_is_text() -> None:
    for to in ("javascript:x()", "<java&#115;cript:x()>", "\n  vbscript:x", "data:text/html,x"):
        shown = READER.render(markdown(f"[a] [b][a] ![a]\n\n[a]: {to}\n"))
        assert "href" not in shown and "src" not in shown


def test_links_of_definitions_are_links_of_the_page() -> None:
    page = read_page(b"# T\n\n[a][use] and [over\nlines][use]" + DEFINED.encode(), URL)
    assert [link.url for link in page.links] == [TO]
    encoded = page.markdown.encode()
    placed = [encoded[place.offset : place.offset + place.length].decode() for place in page.placements]
    assert placed == [TO, TO]


def test_footnotes_of_two_pages_do_not_meet() -> None:
    text = "A note[^1], `[^1]`, and none[^2].\n\n[^1]: Its *text*.\n\n    More of it.\n"
    first, second = markdown(text), markdown(text, URL.replace("README", "other"))
    label = first[first.index("[^") : first.index("]") + 1]
    assert first == text.replace("[^1]", label).replace(f"`{label}`", "`[^1]`") and label != "[^1]"
    assert label not in second


@pytest.mark.parametrize("said", ["- [a]: use.md\n- [a]\n", "- b\n\n[a]: use.md\n\n    code\n\n[a]\n"])
def test_a_definition_that_holds_a_list_apart_stays_as_text(said: str) -> None:
    found = markdown(said)
    assert not definitions(found) and found.endswith(f"[a]({TO})\n")


@pytest.mark.parametrize(
    "piece",
    ["[a]: b\n", "[a]", "[", "![", "[a][", "[a]: b '\n", "- ", "> ", "[a]:\n", "- [a]\n", "`", "\\[", "<", "[a\n", "[^a]: [^a]\n", "1. - * \n"],
)  # fmt: skip
def test_reading_them_is_linear(piece: str) -> None:
    def cost(count: int) -> float:
        text = "# T\n\n[b]: c\n\n" + piece * count
        begun = time.process_time()
        markdown(text)
        return time.process_time() - begun

    assert min(cost(4_000) for _ in range(2)) < 12 * max(min(cost(1_000) for _ in range(2)), 0.01)


def test_a_long_definition_that_much_refers_to_adds_no_more_than_a_page_may() -> None:
    text = "[a]: /" + "x" * 2_000 + "\n\n" + "[a] " * 100_000
    assert len(markdown(text)) < 4 * len(text) + 300_000
