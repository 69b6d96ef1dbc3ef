"""Where the content of a page of no known family is, and which heading is its own."""

from __future__ import annotations

import pytest

from docspasta.content import read_page
from docspasta.content.box_names import Kind, kind_of_box

URL = "https://docs.example.org/guide/page.html"
PROSE = "<p>Enough words stand here that this is a paragraph, and no label of anything.</p>"
ARTICLE = "<meta property=og:type content=article>"
LINKS = "".join(f"<li><a href=/m{n}>Module number {n}</a></li>" for n in range(12))


def markdown(html: str) -> str:
    page = read_page(f"<!doctype html>{html}".encode(), URL)
    assert page.reason == ""
    return page.markdown


def first_line(html: str) -> str:
    return markdown(html).split("\n", 1)[0]


MAIN_HEADINGS = {
    "a link home in a sidebar": (
        "<title>widget - Site</title><div class=c><h1><a href=/>Site</a></h1><ul>" + LINKS + "</ul></div>"
        "<div class=m><h1>Module widget</h1>" + 4 * PROSE + "</div>",
        "# Module widget",
    ),
    "a name over a box of links": (
        "<title>Penn Documentation</title><div id=n><h1>Penn</h1><ul>" + LINKS + "</ul></div>"
        "<div id=c><h1>Module utils</h1>" + 4 * PROSE + "</div>",
        "# Module utils",
    ),
    "a hidden one behind the content": (
        "<title>Topic</title><div role=main><h2>Topic</h2><ul><li><a href=/code>The code</a></li></ul>"
        + 4 * PROSE
        + "<div class=search-results><h1>results matching</h1></div></div>",
        "## Topic",
    ),
    "one far behind the text is not the page's": (
        "<title>Site</title><main><h2>Topic</h2><ul><li><a href=/code>The code</a></li></ul>"
        + 12 * PROSE
        + "<div><h1>Nothing found</h1></div></main>",
        "## Topic",
    ),
    "one in a banner that the title names": (
        "<title>Topic - Site</title><div><h1>Topic</h1></div><main>" + 4 * PROSE + "</main>",
        "# Topic",
    ),
    "one of parts that a style divides": (
        "<title>Json.Array.add</title><main><header><h1><a href=/>Json</a><span class=sep></span>"
        "<a href=/array>Array</a><span class=sep></span>add</h1></header><section><h4>Description</h4>"
        + 4 * PROSE
        + "</section></main>",
        "# [Json](https://docs.example.org/) [Array](https://docs.example.org/array) add",
    ),
    "the only one, above an article": (
        "<title>Class: Pot</title><div><section><header><h1><a href=/k>kitchen</a>~ Pot</h1><div>A pot.</div></header>"
        "<article><h2>Constructor</h2>" + 4 * PROSE + "</article></section></div>",
        "# [kitchen](https://docs.example.org/k)\\~ Pot",
    ),
    "a site's link in a banner": (
        "<title>Topic</title><div><h1><a href=/>Topic</a></h1></div><main><h2>Topic</h2>"
        + 4 * PROSE
        + "</main>",
        "## Topic",
    ),
}


@pytest.mark.parametrize("html, line", MAIN_HEADINGS.values(), ids=MAIN_HEADINGS)
def test_the_main_heading(html: str, line: str) -> None:
    assert first_line(html) == line


def test_links_under_the_first_heading_stay_when_a_hidden_heading_follows() -> None:
    html = MAIN_HEADINGS["a hidden one behind the content"][0]
    assert "- [The code](https://docs.example.org/code)" in markdown(html)


def test_nothing_before_the_largest_part_of_a_landmark_is_left_behind() -> None:
    html = (
        "<main><header><h2>opts()</h2></header><p>Helper for setting the options.</p><pre>opts(a)</pre>"
        f"<section><h2>Parameters</h2>{8 * PROSE}</section></main>"
    )
    assert markdown(html).startswith("## opts()\n\nHelper for setting the options.\n\n```\nopts(a)\n```\n")


KEPT = {
    "a form around the whole page": f"<form id=aspnet><div><h1>Topic</h1>{4 * PROSE}</div></form>",
    "a page that is hidden until a script shows it": f"<div style='visibility: hidden'>{4 * PROSE}</div>",
    "the second of two landmarks": f"<main><p>Ad.</p></main><main>{20 * PROSE}</main>",
    "the first of two landmarks": f"<main><p>Topic.</p>{20 * PROSE}</main><main>{60 * '<p>Other story.</p>'}</main>",
}


@pytest.mark.parametrize("html", KEPT.values(), ids=KEPT)
def test_text_is_found(html: str) -> None:
    text = markdown(f"<body>{html}")
    assert "Enough words stand here" in text
    assert "Other story" not in text


BESIDE = {
    "teasers": f"<div class=related-posts>{3 * '<div><h3><a href=/o>Other</a></h3><p>Beside words.</p></div>'}</div>",
    "comments": f"<div id=comments class=comments-area><ol><li>Beside words.{40 * PROSE}</ol></div>",
    "a share bar": "<div class=social-share><span>Beside words</span> <a href=/t>Tweet</a></div>",
    "an author box": "<div class=author-bio><p>Beside words on an author who writes.</p></div>",
    "a cookie notice": "<div class=cookie-notice><p>Beside words: we use cookies.</p></div>",
    "a newsletter form": "<div class=newsletter><h3>Letters</h3><p>Beside words by mail.</p></div>",
    "a sidebar of prose": f"<div class=sidebar>{3 * '<p>Beside words, and some more of them.</p>'}</div>",
}


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_what_stands_beside_an_article_is_no_part_of_it(beside: str) -> None:
    text = markdown(
        f"<head><title>Topic</title>{ARTICLE}</head><body><div><h1>Topic</h1>{6 * PROSE}{beside}</div>"
    )
    assert "Enough words" in text
    assert "Beside words" not in text


def test_prose_without_a_name_beside_an_article_is_no_part_of_it() -> None:
    text = markdown(
        f"<head><title>Topic</title>{ARTICLE}</head><body><div><h1>Topic</h1><div>{12 * PROSE}</div>"
        "<div><p>More words of another story that stand under it.</p></div></div>"
    )
    assert text.startswith("# Topic\n\nEnough")
    assert "another story" not in text


@pytest.mark.parametrize("box", ["section", "div class=part"])
def test_sections_of_an_article_stay_together(box: str) -> None:
    one = f"<{box}><h2>One</h2>{12 * PROSE}</{box.split()[0]}>"
    two = f"<{box}><h2>Two</h2><p>The second one is short, but of the same text.</p></{box.split()[0]}>"
    text = markdown(f"<head><title>Topic</title>{ARTICLE}</head><body><div><h1>Topic</h1>{one}{two}</div>")
    assert "The second one is short" in text


def test_the_body_under_the_headline_wins_over_a_longer_footer() -> None:
    text = markdown(
        f"<head><title>Topic</title>{ARTICLE}</head><body><div><h1>Topic</h1><div>{3 * PROSE}</div></div>"
        "<div>" + 14 * "<p>The company was founded a long time ago.</p>" + "</div>"
    )
    assert "Enough words" in text
    assert "founded" not in text


NAMED_CONTENT = {
    "a section that an id names": f"<section id=related-work><h2>Work</h2><p>N/A</p></section>{4 * PROSE}",
    "a section about comments": f"<section id=comments><h2>Comments</h2>{PROSE}</section>{4 * PROSE}",
    "code in a box of a theme": f"<div class=promo><pre>Work</pre></div>{4 * PROSE}",
    "labels of tabs": "<ul class='nav nav-tabs'><li>Work</li></ul>" + 4 * PROSE,
    "a box with the page's heading": f"<title>Work</title><div class=sidebar><h1>Work</h1>{PROSE}</div>{4 * PROSE}",
}


@pytest.mark.parametrize("html", NAMED_CONTENT.values(), ids=NAMED_CONTENT)
def test_documentation_keeps_what_only_a_name_speaks_against(html: str) -> None:
    assert "Work" in markdown(f"<main>{html}</main>") or "Comments" in markdown(f"<main>{html}</main>")


@pytest.mark.parametrize(
    "classes, kind",
    [
        ("comments-area", Kind.COMMENTS),
        ("comment", Kind.NONE),
        ("relatedPosts", Kind.BESIDE),
        ("has-sidebar", Kind.NONE),
        ("page-sidebar", Kind.AROUND),
        ("x3ad9 css-1ads", Kind.NONE),
        ("nav nav-tabs", Kind.NONE),
        ("entry-meta", Kind.ABOUT),
        ("content", Kind.NONE),
    ],
)
def test_what_a_name_says(classes: str, kind: Kind) -> None:
    assert kind_of_box(classes, "") is kind


def test_a_heading_before_the_content_is_the_pages_where_the_title_begins_with_its_word() -> None:
    page = (
        "<head><title>Colors | lib</title></head><body><header><a href=/>lib</a></header><div><h1>Enumeration Colors</h1></div>"
        f"<div><h2>Members</h2>{4 * PROSE}</div>"
    )
    assert markdown(page).startswith("# Enumeration Colors\n\n## Members")
    assert markdown(page.replace("Enumeration Colors", "The lib")).startswith("## Members")
