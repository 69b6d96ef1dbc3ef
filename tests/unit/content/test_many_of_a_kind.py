"""A page of one thing over and over takes time that grows with the page: each case took its square."""

from __future__ import annotations

import time

import pytest

from docspasta.content.read import read_page

TIMES = 20  # that 192 KB may take what 96 KB of text do, on any machine

KINDS = {
    "line breaks at the beginning of a cell": ("<table><tr><td>", "<br>", "x</td><td>y</td></tr></table>"),
    "anchors of notes": ("", "<sup id=r1><a href=#n1>1</a></sup><p id=n1><a href=#r1>1</a> x</p>", ""),
    "shadow trees beside each other": (
        "",
        "<template shadowrootmode=open><slot name=a></slot>x</template>",
        "",
    ),
}


@pytest.mark.parametrize(("before", "unit", "after"), KINDS.values(), ids=KINDS)
def test_many_of_a_kind_take_time_like_text(before: str, unit: str, after: str) -> None:
    def seconds(middle: str) -> float:
        body = f"<h1>t</h1><p>Words of a page</p>{before}{middle}{after}".encode()
        began = time.process_time()
        page = read_page(body, "https://x.example/")
        assert page.reason in ("", None) or str(page.reason) == ""
        return time.process_time() - began

    usual = min(seconds("<p>word word word</p>" * 4_600) for _ in range(2))
    assert min(seconds(unit * (192_000 // len(unit))) for _ in range(2)) < TIMES * usual


def test_a_component_has_one_shadow_tree() -> None:
    html = (
        "<h1>t</h1><p>Words of a page</p><x-y><template shadowrootmode=open><p>Before</p><slot></slot></template>"
        "<p>Inside</p></x-y>"
    )
    assert "Before\n\nInside" in read_page(html.encode(), "https://x.example/").markdown
