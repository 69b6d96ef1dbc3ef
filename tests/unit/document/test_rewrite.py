"""A page as a part of the document: links, headings, anchors, by substitution at known offsets."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from markdown_it import MarkdownIt

from docspasta.content.page import Heading, Page, Placement
from docspasta.document.anchors import id_anchor, page_anchor, page_anchors
from docspasta.document.dead_links import DeadLinks
from docspasta.document.facts import Facts, decode, encode, pack_keys, unpack_keys
from docspasta.document.headings import own_heading, shifted
from docspasta.document.marks import Marks
from docspasta.document.names import file_name
from docspasta.document.parts import About, beginning, ending
from docspasta.document.plan import BrokenList, Entry, Missing, Plan
from docspasta.document.rewrite import Links, _placed_anchor, page_part
from docspasta.document.text import escaped
from docspasta.urls import url_key
from tests.loop_steps import cpu_seconds

SITE = "https://docs.example.org"


def plan_of(*paths: str) -> Plan:
    plan = Plan()
    for number, path in enumerate(paths):
        plan.add(Entry(number, SITE + path, f"Title {path}", page_anchor(SITE + path), UUID(int=number), 10))
    return plan


def facts_of(markdown: str, links=(), headings=(), anchors=()) -> Facts:
    """Facts with offsets found in the text: links are (text in the Markdown, url, fragment), headings are
    (level, text, id), anchors (id, text that follows)."""
    data = markdown.encode()

    def at(text: str) -> int:
        offset = data.find(text.encode())
        assert offset >= 0, text
        return offset

    page = Page(
        url=SITE,
        markdown=markdown,
        placements=tuple(
            Placement(at(text), len(text.encode()), url, fragment) for text, url, fragment in links
        ),
        headings=tuple(Heading(lv, text, name, at("#" * lv + " " + text)) for lv, text, name in headings),
        anchors=tuple((name, at(text)) for name, text in anchors),
    )
    return decode(encode(page, [], []))


def rewrite(plan: Plan, pages: list[tuple[str, Facts]]) -> list[str]:
    links = Links(plan, Marks(1000), Marks(1000))
    for index, (_, facts) in enumerate(pages):
        links.note(index, facts)
    return [
        page_part(index, text.encode(), facts, links).decode() for index, (text, facts) in enumerate(pages)
    ]


def test_links_between_included_pages_point_inside_and_others_stay():
    first = (
        f"# Öne\n\nSee [two]({SITE}/two), [part]({SITE}/two#usage), "
        f"[gone]({SITE}/two#gone), [out]({SITE}/x).\n"
    )
    links = [
        (f"{SITE}/two)", f"{SITE}/two", ""),
        (f"{SITE}/two#usage", f"{SITE}/two", "usage"),
        (f"{SITE}/two#gone", f"{SITE}/two", "gone"),
        (f"{SITE}/x", f"{SITE}/x", ""),
    ]
    facts = facts_of(first, links, [(1, "Öne", "")])
    facts.placements[0] = (facts.placements[0][0], len(f"{SITE}/two"), f"{SITE}/two", "")
    second = "# Two\n\n## Usage\n\nText\n"
    one, two = rewrite(
        plan_of("/one", "/two"),
        [(first, facts), (second, facts_of(second, (), [(1, "Two", ""), (2, "Usage", "usage")]))],
    )
    assert one == (
        '<a id="one"></a>\n\n## Öne\n\nSource: <https://docs.example.org/one>\n\n'
        "See [two](#two), [part](#two--usage), [gone](#two), [out](https://docs.example.org/x).\n\n"
    )
    assert two == (
        '<a id="two"></a>\n\n## Two\n\nSource: <https://docs.example.org/two>\n\n'
        '<a id="two--usage"></a>\n\n### Usage\n\nText\n\n'
    )


def test_a_page_without_a_heading_of_its_own_gets_its_title():
    text = "Intro\n\n## A\n\n## B\n"
    [part] = rewrite(plan_of("/p"), [(text, facts_of(text, (), [(2, "A", ""), (2, "B", "")]))])
    assert part.startswith('<a id="p"></a>\n\n## Title /p\n\nSource: <')
    assert part.endswith("Intro\n\n### A\n\n### B\n\n")


@pytest.mark.parametrize(
    ("levels", "own", "expected"),
    [
        ([1, 2, 3, 2], 0, [2, 3, 4, 3]),
        ([1, 1, 2], 0, [2, 3, 4]),
        ([1, 4, 6, 2, 3], 0, [2, 3, 4, 3, 4]),
        ([2, 1, 3], -1, [3, 3, 4]),
        ([1, 2, 3, 4, 5, 6], 0, [2, 3, 4, 5, 6, 6]),
    ],
)
def test_levels_make_one_tree(levels, own, expected):
    assert shifted(levels, own) == expected
    assert all(after <= before + 1 for before, after in zip([2, *expected], expected, strict=False))


OWN_HEADINGS = {
    "the first": ("# A\n\nText\n\n## B\n", "A - Site", 0),
    "the first, though it is no h1": ("## A\n\n### B\n", "Other", 0),
    "none": ("Text\n", "A", -1),
    "an only h1 behind a logo and a date": (
        "![](https://x.example/logo.png)\n\nSource: [a.R](https://x.example/a)\n\n# A\n\n## B\n",
        "A - Site",
        0,
    ),
    "an h1 behind the text": ("Text " + 40 * "word " + "\n\n# A\n", "A", -1),
    "an h1 behind code": ("```\na\n```\n\n# A\n", "A", -1),
    "a site's line before the one that the title names": (
        "## [C Interface](#c3ref-intro)\n\n## Reset Loading\n\nText\n",
        "Reset Loading",
        1,
    ),
    "the one with which the title begins": ("# Site\n\n# Setup\n\nText\n", "Setup - Site", 1),
    "one of several that nothing names": ("## Parameters\n\nText\n\n## Returns\n", "Base.List", -1),
    "several on a page without a title": ("# A\n\n# B\n", "", 0),
    "a lower one before an h1": ("## A\n\n# B\n", "C", 1),
    "one in a list": ("- # A\n", "A", -1),
    "one that each page of a kind has": ("# Package-level declarations\n\nText\n", "org.valve.pipes", -1),
    "the same where the title says it": ("# Contents\n\nText\n", "Valve: Contents", 0),
    "the same without a title": ("# Table of Contents\n\nText\n", "", 0),
}


@pytest.mark.parametrize("markdown, title, own", OWN_HEADINGS.values(), ids=OWN_HEADINGS)
def test_which_heading_is_the_pages_own(markdown: str, title: str, own: int):
    headings = [
        Heading(len(found[1]), re.sub(r"[\[\]]|\(.*", "", found[2]), "", found.start(1))
        for found in re.finditer(r"(?m)^(?:- )?(#+) (.*)$", markdown)
    ]
    assert own_heading(headings, title, markdown) == own


def test_a_heading_behind_an_image_is_the_pages_and_not_doubled():
    markdown = "![](https://x.example/logo.png)\n\n# Ünder\n\nText [out](https://x.example/y)\n\n## Deep\n"
    facts = facts_of(
        markdown, [("https://x.example/y", "https://x.example/y", "")], [(1, "Ünder", ""), (2, "Deep", "")]
    )
    [part] = rewrite(plan_of("/one"), [(markdown, facts)])
    anchor = page_anchor(SITE + "/one")
    assert part == (
        f'<a id="{anchor}"></a>\n\n## Ünder\n\nSource: <{SITE}/one>\n\n![](https://x.example/logo.png)\n\n'
        "Text [out](https://x.example/y)\n\n### Deep\n\n"
    )


MARKED = {
    "a paragraph": ("One\n\nTwo words here\n", "Two", 'One\n\n<a id="p--x"></a>\n\nTwo words here'),
    "inside a line": ("One two three\n", "two", 'One <a id="p--x"></a>two three'),
    "a list item": ("- one\n- two\n", "- two", '- one\n- <a id="p--x"></a>two'),
    "a table's cell": ("| a | b |\n|---|---|\n| c | d |\n", "| c", '| <a id="p--x"></a>c | d |'),
    "a fence in a list": ("- one\n\n  ```\n  code\n  ```\n", "```\n  code", "- one\n\n  ```\n  code\n  ```"),
    "a fence in a quotation": ("> ```\n> code\n> ```\n", "```\n> code", "> ```\n> code\n> ```"),
    "a formula": ("One\n\n$$\nx\n$$\n\nTwo\n", "\n\nTwo", "$$\nx\n$$\n\nTwo"),
    "a formula in a list": ("- one\n- $$\n  x\n  $$\n", "$$\n  x", "- $$\n  x\n  $$"),
    "an alert": ("> [!NOTE]\n> words\n", "[!NOTE]", "> [!NOTE]\n> words"),
    "a quotation": ("One\n\n> words\n", "> words", '<a id="p--x"></a>\n\n> words'),
    "a fence": ("One\n\n```\ncode\n```\n", "```\ncode", '<a id="p--x"></a>\n\n```\ncode\n```'),
    "a fence in a paragraph's next line": ("One\n```\ncode\n```\n", "```\ncode", "One\n```\ncode\n```"),
}


@pytest.mark.parametrize("name", MARKED)
def test_an_anchor_never_breaks_the_block_it_stands_in(name):
    text, at, expected = MARKED[name]
    link = f"[self]({SITE}/p#x)\n\n"
    text = link + text
    facts = facts_of(text, [(f"{SITE}/p#x", f"{SITE}/p", "x")], (), [("x", at)])
    [part] = rewrite(plan_of("/p"), [(text, facts)])
    assert "[self](#p--x)" in part and part.count('<a id="p--x"></a>') == 1
    assert expected in part
    kinds = [token.type for token in MarkdownIt().enable("table").parse(text)]
    after = [token.type for token in MarkdownIt().enable("table").parse(part)]
    assert kinds.count("fence") == after.count("fence") and kinds.count("tr_open") == after.count("tr_open")
    assert kinds.count("list_item_open") == after.count("list_item_open")


LINES = {
    "text": b"word ", "list": b"- ", "quotation": b"> ", "cells": b"| ", "blanks": b" ", "numbers": b"1. ",
}  # fmt: skip


@pytest.mark.parametrize("unit", LINES.values(), ids=LINES)
def test_many_anchors_in_one_line_cost_no_more_than_in_many(unit: bytes):
    """6,000 in 250 KB of list marks took two minutes."""

    markdown = unit * (6_000 * 40 // len(unit))

    def place() -> None:
        for at in range(0, len(markdown), 40 // len(unit) * len(unit)):
            _placed_anchor(markdown, at, b"<a>")

    assert cpu_seconds(place, 1.5) < 1.5, "90 ms on a quiet machine"


def test_ids_that_nobody_links_leave_no_trace():
    text = "# One\n\n## Two\n"
    [part] = rewrite(plan_of("/p"), [(text, facts_of(text, (), [(1, "One", "one"), (2, "Two", "two")]))])
    assert part.count("<a id=") == 1


def test_anchors_are_made_from_paths_and_each_stands_once():
    urls = [f"{SITE}/", f"{SITE}/guide/install.html", f"{SITE}/guide-install", f"{SITE}/Über uns/?q=1"]
    assert list(page_anchors(urls)) == ["index", "guide-install", "guide-install-2", "über-uns-q-1"]
    long = page_anchor(SITE + "/" + "a/" * 200)
    assert len(long) <= 80 and long != page_anchor(SITE + "/" + "a/" * 201)
    assert id_anchor("p", 'a"b c') == "p--a_22_b_20_c"


def test_marks_find_all_that_was_added_and_hardly_anything_else():
    marks = Marks(100_000)
    for n in range(5_000):
        marks.add(n, f"id-{n}")
    assert all(marks.has(n, f"id-{n}") for n in range(5_000))
    assert sum(marks.has(n, f"other-{n}") for n in range(5_000)) < 50


def test_a_plan_packs_its_pages_and_knows_where_urls_lead():
    plan = plan_of("/a", "/b")
    plan.also(f"{SITE}/b2", 1)
    plan.redirect(f"{SITE}/old", f"{SITE}/older")
    plan.redirect(f"{SITE}/older", f"{SITE}/b")
    plan.redirect(f"{SITE}/x", f"{SITE}/x")
    plan.resolve()
    assert [plan.index_of(SITE + path) for path in ("/a", "/b", "/b2", "/old", "/x", "/none")] == [
        0,
        1,
        1,
        1,
        None,
        None,
    ]
    assert plan.entry(1).url == f"{SITE}/b" and plan.anchor(1) == "b"
    assert list(plan.batches(1, 100)) == [range(1), range(1, 2)]
    assert list(plan.batches(10, 15)) == [range(1), range(1, 2)]
    assert list(plan.batches(10, 20)) == [range(2)]


def test_front_matter_has_no_date_and_text_is_no_markup():
    about = About("A *b*: [c]", f"{SITE}/", "Docspasta 1", False, 3, 2, "pages", 7, {"pages": 7})
    text = beginning(about)
    assert text.startswith('---\ntitle: "A *b*: [c]"\nsource: "https://docs.example.org/"\n')
    assert 'complete: false\nlimit_reached: "pages"\nnot_admitted: 7\n---\n\n# A \\*b\\*: \\[c\\]\n\n' in text
    assert MarkdownIt().renderInline(escaped("<b> `x` *y* _z_ [a](b) &amp; #1 | ~~s~~ $x$")) == (
        "&lt;b&gt; `x` *y* _z_ [a](b) &amp;amp; #1 | ~~s~~ $x$"
    )


def plan_with(missing: list[Missing]) -> Plan:
    plan = Plan()
    plan.missing += missing
    return plan


def test_what_is_missing_is_told_with_its_reason():
    about = About("T", SITE, "D", False, 1, 4, "depth", 3, {"depth": 3})
    missing = [
        Missing(f"{SITE}/z", "failed", "http_status", 404),
        Missing(f"{SITE}/a", "skipped", "robots", 0),
        Missing(f"{SITE}/r", "skipped", "redirected", 301),
    ]
    plan = plan_with(missing)
    plan.no_turn = {"deadline": 2}
    assert "".join(ending(about, plan)) == (
        "## What is missing\n\n"
        "- Pages that had no turn before the job's time was over: 2\n"
        "- Links that the job's limit of depth kept out: 3\n"
        "- The job has not ended. Pages that still wait for their turn: 4\n"
        f"- <{SITE}/a>: The site's robots.txt does not allow this page.\n"
        f"- <{SITE}/z>: The server answered with an error status. (HTTP 404)\n"
    )
    done = About("T", SITE, "D", True, 1, 0, "", 0, {})
    assert "".join(ending(done, plan_with(missing[2:3]))) == ""


def test_dead_links_are_told_once_with_a_page_that_has_them():
    plan = Plan()
    for name in ("a", "b"):
        plan.add(Entry(1, f"{SITE}/{name}", name.upper(), name, UUID(int=1), 10))
    gone = [f"{SITE}/gone{n}" for n in range(3)]
    dead = DeadLinks(gone)
    facts = [decode(encode(None, [url_key(url) for url in urls], [])) for urls in (gone[:1], gone[:2])]
    for index, found in enumerate(facts):
        dead.note(index, found)
    plan.missing += [Missing(url, "skipped", "dead_link", 404) for url in gone]
    assert "".join(ending(About("T", SITE, "D", True, 1, 0, "", 0, {}), plan, dead)) == (
        "## What is missing\n\n"
        "- Dead links of the site, which lead to no page (HTTP 404 or 410): 3\n"
        f"  - in the site's menus or lists: <{gone[2]}>\n"
        f"  - in [A](#a): <{gone[0]}>\n"
        f"  - in [B](#b): <{gone[1]}>\n"
    )


def test_a_wall_is_told_first_and_what_was_left_out_has_a_list_of_its_own():
    plan = plan_with(
        [Missing(f"{SITE}/b", "failed", "challenge", 200), Missing(f"{SITE}/a", "failed", "timeout", 0)]
    )
    plan.left_out += [f"{SITE}/d/_modules/{n}.html" for n in range(25)] + [f"{SITE}/d/genindex.html"]
    plan.broken_lists.append(BrokenList(f"{SITE}/sitemap.xml", "the XML is broken"))
    lines = "".join(ending(About("T", SITE, "D", True, 1, 0, "", 0, {}), plan)).splitlines()
    assert lines[2] == "- The site answered with a check for robots instead of the page. (1 page)"
    assert f"- <{SITE}/b>: The site answered with a check for robots instead of the page." in lines
    assert f"- <{SITE}/sitemap.xml>: Not all pages that it lists are known: the XML is broken." in lines
    assert f"- Indexes and search pages (1): <{SITE}/d/genindex.html>" in lines
    assert any(line.startswith("- Source listings (25): ") and line.endswith(" and 5 more") for line in lines)


def test_file_names_are_no_paths():
    assert file_name("https://docs.example.org/") == "docs.example.org.md"
    assert file_name("https://docs.example.org/guide/index.html") == "docs.example.org-guide.md"
    assert file_name("http://127.0.0.1:8000/%2e%2e/%2Fetc", ".jsonl") == "127.0.0.1-8000-..-etc.jsonl"
    assert "/" not in file_name("https://h/" + "a/" * 500)
    for long in ("a/" * 500, "文" * 500, "%E6%96%87" * 500):  # bytes count, not characters
        assert 100 < len(file_name(f"https://h/{long}").encode()) < 200


def test_keys_are_packed():
    keys = ["00" * 16, "ab" * 16]
    assert unpack_keys(pack_keys(keys)) == keys and unpack_keys(b"") == []
    assert decode(encode(None, keys, keys[:1])).links == keys
    assert decode(b"").placements == []
