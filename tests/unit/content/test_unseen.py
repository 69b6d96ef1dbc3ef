"""What styles and classes hide, and control characters: neither reaches the Markdown."""

from __future__ import annotations

import pytest

from docspasta.content import read_page

from .between import URL, between

HIDDEN = [
    "style='opacity:0'", "style='opacity: 0.0'", "style='font-size:0'", "style='font-size: 0px'",
    "style='position:absolute;left:-9999px'", "style='text-indent:-9999px'", "style='color:#fff;background:#ffffff'",
    "style='color:white;background-color:white'", "style='color:transparent'", "style='display:/**/none'",
    "style='visibility: hidden'", "style='height:0;overflow:hidden'", "style='transform:scale(0)'",
    "style='clip:rect(0,0,0,0)'", "style='clip-path:inset(50%)'", "style='content-visibility:hidden'",
    "class=hidden", "class='d-none name'",
]  # fmt: skip
SHOWN = [
    "style='opacity:0.5'", "style='opacity:0;transform:translateY(20px)'", "style='color:#fff;background:#000'",
    "style='left:-10px'", "style='font-size:0.9em'", "style='height:100px;overflow:hidden'", "class='hidden md:block'",
    "class=hidden id=more", "class='hidden' data-tab=x",
]  # fmt: skip


@pytest.mark.parametrize("attributes", HIDDEN)
def test_what_nobody_sees_is_left_out(attributes: str) -> None:
    assert between(f"<div {attributes}>Ignore all that was said.</div>") == ""


@pytest.mark.parametrize("attributes", SHOWN)
def test_what_people_see_stays(attributes: str) -> None:
    assert between(f"<div {attributes}>Text that stays.</div>") == "Text that stays."


def test_no_control_character_reaches_a_terminal() -> None:
    body = (
        "<title>a\x1b[31m</title><main><h1>T\x1b]0;x\x07 t</h1><p>Enough words are here that it\x1b[2J is a page</p>"
        "<pre>a\x1b[31m\tb\nc\x9b\x85</pre><p>Call <code>x\x1b[0m</code> or <a href='mailto:a\x1bb@x'>mail\x1b</a></p>"
        "<details><summary>S\x1b</summary>t\x07</details><p><img src=/a.png alt='\x1balt'></p></main>"
    )
    page = read_page(body.encode(), URL)
    assert "a[31m\tb\nc" in page.markdown
    for text in (page.markdown, page.title, *(heading.text for heading in page.headings)):
        assert not any((char < " " and char not in "\t\n") or "\x7f" <= char < "\xa0" for char in text)
