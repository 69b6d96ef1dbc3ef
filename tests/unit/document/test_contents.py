"""The contents: nested by addresses, in reading order, folded when they are long."""

from __future__ import annotations

from uuid import UUID

import pytest

from docspasta.document.contents import contents, levels
from docspasta.document.plan import Entry, Plan


def plan_of(*paths: str) -> Plan:
    plan = Plan()
    for number, path in enumerate(paths):
        plan.add(
            Entry(number, f"https://docs.example.org{path}", f"P{number}", f"p{number}", UUID(int=number), 10)
        )
    return plan


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["d/", "d/guide/", "d/guide/install/", "d/guide/use.html", "d/api/", "d/api/x"], [0, 0, 1, 1, 0, 1]),
        (["d/index.html", "d/a.html", "d/a/b.html", "d/a/b/c.html", "d/z.html"], [0, 0, 1, 2, 0]),
        (["d/", "d/m/module-summary.html", "d/m/p/package-summary.html", "d/m/p/Class.html"], [0, 0, 1, 2]),
        (["d/guide", "d/guidebook", "d/guide/x"], [0, 0, 0]),  # what came in between has ended the guide
        (["a.org/", "b.org/x"], [0, 0]),
        (["d/only"], [0]),
        ([], []),
    ],
)
def test_a_page_lies_below_the_one_that_its_address_begins_with(
    paths: list[str], expected: list[int]
) -> None:
    assert levels(paths) == expected


def test_short_contents_are_a_nested_list() -> None:
    text = "".join(contents(plan_of("/", "/guide/", "/guide/install", "/api/")))
    assert text == "## Contents\n\n- [P0](#p0)\n- [P1](#p1)\n  - [P2](#p2)\n- [P3](#p3)\n\n"


def test_long_contents_are_folded_below_the_second_level_and_name_every_page() -> None:
    paths = ["/", "/lib/"]
    for package in range(10):
        paths += [f"/lib/{package}/", *(f"/lib/{package}/{n}" for n in range(40))]
    text = "".join(contents(plan_of(*paths, "/end/")))
    assert text.count("<details><summary>40 pages</summary>") == text.count("</details>") == 10
    assert all(f"[P{number}](#p{number})" in text for number in range(len(paths) + 1))
    assert "\n\n    </details>\n\n- [P412](#p412)\n" in text


def test_folded_contents_are_read_as_lists_again() -> None:
    markdown_it = pytest.importorskip("markdown_it")
    paths = ["/", "/lib/", *(f"/lib/a/{n}" if n else "/lib/a/" for n in range(400)), "/lib/b/", "/end/"]
    html = markdown_it.MarkdownIt().render("".join(contents(plan_of(*paths))))
    assert html.count("<li>") == len(paths) and "<pre>" not in html
    assert html.index("</details>") < html.index(f"#p{len(paths) - 2}")
