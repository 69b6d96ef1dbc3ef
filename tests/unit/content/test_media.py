"""Pictures that scripts load, twins of them, and what is embedded."""

from __future__ import annotations

import pytest

from .between import between

SITE = "https://docs.example.org"
CASES = {
    "what folds": ('<p><img src="/closed.png" alt="-">&nbsp;Inherited <a href="/b">from B</a></p>', f"Inherited [from B]({SITE}/b)"),
    "a stand-in": ('<p><img src="/spacer.gif" data-src="/c.png" alt="c"></p>', f"![c]({SITE}/c.png)"),
    "the address of another name": ('<p><img data-original="/c.png" alt="c"></p>', f"![c]({SITE}/c.png)"),
    "a set alone": ('<p><img srcset="/c.png 1x, /d.png 2x" alt="c"></p>', f"![c]({SITE}/c.png)"),
    "a late set": ('<p><img src="data:image/gif;base64,R0" data-srcset="/c.png 800w" alt="c"></p>', f"![c]({SITE}/c.png)"),
    "a source of its own": ('<p><img src="/c.png" srcset="/d.png 2x" alt="c"></p>', f"![c]({SITE}/c.png)"),
    "for browsers without scripts": (
        '<p><img src="data:x" alt="d"><noscript><img src="/d.png" alt="d"></noscript></p>',
        f"![d]({SITE}/d.png)",
    ),
    "no picture twice": ('<p><img src="/d.png" alt="d"><noscript><img src="/d.png" alt="d"></noscript></p>', f"![d]({SITE}/d.png)"),
    "a pixel that counts readers": ('<noscript><img src="https://t.example.org/tr" style="display:none"></noscript>', ""),
    "twins": ('<p><img src="/l.png#only-light" alt="x"><img src="/d.png#only-dark" alt="x"></p>', f"![x]({SITE}/l.png)"),
    "a title that says the same": ('<p><img src="/c.png" alt="c" title="c"></p>', f"![c]({SITE}/c.png)"),
    "a video": ('<video controls><source src="/v.mp4">None.</video>', f"[Video]({SITE}/v.mp4)"),
    "a frame": ('<iframe src="/e/1" title="How to sail"></iframe>', f"[How to sail]({SITE}/e/1)"),
    "a frame that nobody sees": ('<iframe src="/e/1" width="0" height="0"></iframe>', ""),
    "a frame that is a script": ('<iframe src="javascript:x()"></iframe>', ""),
    "a frame that advertises": ('<iframe src="https://cdn.example.org/ads/1.html"></iframe>', ""),
    "a frame that is an advertisement by its name": ('<iframe id="site_ads_frame_1" src="/f"></iframe>', ""),
    "a frame that is a button": ('<iframe src="https://b.example.org/star-button.html"></iframe>', ""),
    "a frame as low as a button": ('<iframe src="/e/1" height="30"></iframe>', ""),
    "a frame whose address only sounds so": ('<iframe src="/loads/readme"></iframe>', f"[Embedded page]({SITE}/loads/readme)"),
    "an AMP picture": ('<p><amp-img src="/c.png" alt="c" width=9 height=9></amp-img></p>', f"![c]({SITE}/c.png)"),
    "a source that stands beside": ('<picture><source data-srcset="/c.webp 2x"><img alt="c"></picture>', f"![c]({SITE}/c.webp)"),
    "a formula": ('<p>so <img class="math" src="/m.png" alt="x^2"> is</p>', "so $x^2$ is"),
    "a wiki's formula": (
        '<p>so <img class="x-math-inline" src="/m.svg" alt="{\\displaystyle x^2}"> is</p>', "so $x^2$ is"
    ),
    "a picture of a formula that says none": ('<img class="math" src="/m.png" alt="A book">', f"![A book]({SITE}/m.png)"),
    "an object that is a picture": ('<object data="/n.svg">Ninth</object>', f"![Ninth]({SITE}/n.svg)"),
    "a drawing": ("<p><svg><title>Data flow</title><text>A</text></svg> is shown</p>", "(Data flow) is shown"),
    "an icon": ("<p><svg><title>Edit page</title><path/></svg> here</p>", "here"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_media(name: str) -> None:
    html, expected = CASES[name]
    assert between(html) == expected
