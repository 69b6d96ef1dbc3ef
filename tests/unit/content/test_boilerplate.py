"""What is left of a page's chrome in the content of a page of no known family, and what only looks like it."""

from __future__ import annotations

import pytest

from docspasta.content import read_page

PROSE = "<p>Enough words stand here that this is a paragraph, and no label of anything.</p>"


def markdown(html: str) -> str:
    page = read_page(f"<title>Topic</title><body>{html}".encode(), "https://docs.example.org/a")
    assert page.reason == ""
    return page.markdown


REMARKS = (
    "Last modified March 1, 2026: <a href=/c>Fix</a>",
    "This page was last modified on Jan 24, 2026 by <a href=/c>them</a>.",
    "Updated about 1 month ago",
    "Did this page help you?",
    "Was this page helpful to you?",
    "<a href=/edit>Suggest Edits</a>",
    "<a href=/a.md>View as Markdown</a>",
    "<a href=https://chat.example/>Open in ChatGPT</a>",
    "5 min read",
    "Estimated reading time: 4 minutes",
    "This document was generated on March 3, 2026 using texi2any.",
    "Cette page vous a-t-elle été utile ?",
    "Dernière mise à jour le 3 mars 2026",
    "<a href=/e>Auf GitHub bearbeiten</a>",
    "War diese Seite hilfreich?",
    "Última actualización: 3 de marzo",
    "Последнее обновление: 3 марта",
    "<a href=/e>编辑此页</a>",
    "最終更新: 2026年3月",
    "このページは役に立ちましたか？",
    "Available Languages: <a href=/en>en</a> | <a href=/fr>fr</a>",
)


@pytest.mark.parametrize("tag", ["p", "div"])
@pytest.mark.parametrize("remark", REMARKS)
def test_a_remark_about_the_page_goes_from_its_end(remark: str, tag: str) -> None:
    text = markdown(f"<main><h1>Topic</h1>{4 * PROSE}<{tag}>{remark}</{tag}></main>")
    assert text.endswith("no label of anything.\n")


@pytest.mark.parametrize("remark", ["Last updated on May 1, 2026", "3 min read", "Copy page"])
def test_a_remark_about_the_page_goes_from_under_its_heading(remark: str) -> None:
    text = markdown(f"<main><h1>Topic</h1><div>{remark}</div>{4 * PROSE}</main>")
    assert text.startswith("# Topic\n\nEnough words")


def test_a_sentence_in_the_middle_of_a_page_stays() -> None:
    said = "<p>Last updated rows win over the others, whatever wrote them.</p>"
    assert "Last updated rows win" in markdown(f"<main><h1>Topic</h1>{3 * PROSE}{said}{3 * PROSE}</main>")


def test_a_box_that_asks_for_feedback_goes() -> None:
    box = "<aside><h2>Help improve this page</h2><fieldset><label>Was it?</label></fieldset></aside>"
    assert "improve" not in markdown(f"<main><h1>Topic</h1>{4 * PROSE}{box}</main>")


def test_a_footer_of_three_licence_lines_goes() -> None:
    lines = 3 * "<p>Copyright 2026 The Company. It may be used under a licence that stands elsewhere.</p>"
    text = markdown(f"<div><h1>Topic</h1>{8 * PROSE}<div class=footer>{lines}{2 * PROSE}</div></div>")
    assert "Copyright" not in text


def test_links_to_what_stands_behind_them_in_their_box_are_no_contents() -> None:
    box = "<div><ul><li><a href=#one>First</a></li><li><a href=#two>Second</a></li></ul><div id=one>A word here.</div><div id=two>Two there.</div></div>"
    text = markdown(f"<main><h1>Topic</h1>{4 * PROSE}{box}{PROSE}</main>")
    assert "**First**\n\nA word here.\n\n**Second**\n\nTwo there." in text
    contents = box.replace("id=", "data-id=").replace(" word here.", "").replace("Two there.", "")
    assert "First" not in markdown(f"<main><h1>Topic</h1>{4 * PROSE}{contents}{PROSE}</main>")


def test_a_box_on_what_stands_on_the_page_goes() -> None:
    links = "<a href=/a#u>Use it for water</a><a href=/a#v>Use it for wine</a>"
    for said in ("<strong>On this page</strong>", "<h2><small>On this page</small><a href=/a>Topic</a></h2>"):
        for inside in (links, f"<nav>{links}</nav>"):
            box = f"<aside class=on-this-page>{said}{inside}</aside>"
            text = markdown(f"<main><h1>Topic</h1>{box}<div class=text>{4 * PROSE}</div></main>")
            assert text.startswith("# Topic\n\nEnough words")


def test_tabs_at_the_end_of_a_page_stay() -> None:
    tabs = "<div><ul role=tablist><li><a href=#l role=tab aria-controls=l>Linux</a><li><a href=#w role=tab aria-controls=w>Windows</a></ul>"
    tabs += (
        "<section id=l role=tabpanel>apt</section><section id=w role=tabpanel hidden>winget</section></div>"
    )
    text = markdown(f"<article><h1>Topic</h1>{4 * PROSE}{tabs}</article>")
    assert text.endswith("**Linux**\n\napt\n\n**Windows**\n\nwinget\n")


CARDS = (
    "<div class=cards><a href=/a><span>More</span><div>All of it</div></a>"
    "<a href=/b><span>Less</span><div>A bit</div></a></div>"
)
PAGERS = (
    "<div><a href=/a><span>Previous</span><div>Setup</div></a><a href=/b><span>Next</span><div>Use</div></a></div>",
    "<div><a href=/a><div>Part one</div>Setup</a><a href=/b><div>Part one</div>Use</a></div>",
)


def test_cards_at_the_end_are_content() -> None:
    text = markdown(f"<main><h1>Topic</h1>{4 * PROSE}{CARDS}</main>")
    assert "All of it" in text
    assert "https://docs.example.org/b" in text


@pytest.mark.parametrize("pager", PAGERS)
def test_a_pager_at_the_end_is_none(pager: str) -> None:
    assert "Setup" not in markdown(f"<main><h1>Topic</h1>{4 * PROSE}{pager}</main>")


LABELS = {
    "a header above it": "<div><div><span>js</span><button>Copy</button></div><pre class=language-js>x()</pre></div>",
    "a span before it": "<div><span>JavaScript</span><pre class=language-js>x()</pre></div>",
    "a toolbar behind it": "<div><pre class=lang-js>x()</pre><div><span>JS</span></div></div>",
}


@pytest.mark.parametrize("block", LABELS.values(), ids=LABELS)
def test_a_line_that_names_the_language_goes(block: str) -> None:
    text = markdown(f"<main><h1>Topic</h1>{PROSE}{block}{PROSE}</main>")
    assert "anything.\n\n```js\nx()\n```\n\nEnough" in text


def test_a_line_that_names_something_else_stays() -> None:
    block = "<div><div>Terminal</div><pre class=language-bash>x</pre></div>"
    assert "Terminal\n\n```bash" in markdown(f"<main><h1>Topic</h1>{PROSE}{block}{PROSE}</main>")


def test_code_in_a_box_is_no_menu_however_its_lines_are_numbered() -> None:
    lines = "".join(f'<span class="line"><a class="n">{n}</a>f({n})<br></span>' for n in range(10, 13))
    text = markdown(f'<main><h1>Topic</h1>{PROSE}<div style="white-space: pre">{lines}</div>{PROSE}</main>')
    assert "```\nf(10)\nf(11)\nf(12)\n```" in text


def test_a_section_that_the_list_of_contents_names_is_content() -> None:
    links = "".join(f"<li><a href='#c{n}'>valve {n} ?arg?</a>" for n in range(5))
    terms = "".join(
        f"<dt><a name=c{n}>valve {n}</a><dd><p>It opens valve {n} and closes it.</p>" for n in range(5)
    )
    listed = "<div id=toc><h2>Table of Contents</h2><ul><li><a href='#s'>Synopsis</a><li><a href='#d'>API</a></ul></div>"
    section = f"<div id=s><h2><a name=s>Synopsis</a></h2><div><ul><li>package require valve</ul><ul>{links}</ul></div></div>"
    rest = f"<div id=d><h2><a name=d>API</a></h2>{PROSE}<dl>{terms}</dl>{PROSE}</div>"
    text = markdown(f"<h1>Topic</h1>{listed}{section}{rest}")
    assert text.count("Synopsis") == 1 and "package require valve" in text and "Table of Contents" not in text
    assert "Synopsis" not in markdown(f"<h1>Topic</h1>{section}{rest}")
