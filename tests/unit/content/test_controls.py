"""Buttons, what they open, and tabs: what is text and what is a control, which label is whose."""

from __future__ import annotations

import pytest

from .between import between

TABS = "<div role=tablist><button role=tab{}>A</button><button role=tab{}>B</button></div>"
CASES = {
    "a heading that is a button": (
        '<h3><button aria-expanded="false" aria-controls="c">Where?</button></h3><div id="c" hidden><p>There.</p></div>',
        "### Where?\n\nThere.",
    ),
    "a button that opens the box behind it": (
        "<button aria-expanded=false>Why?</button><div hidden><p>So.</p></div>",
        "**Why?**\n\nSo.",
    ),
    "a box that ARIA hides until then": (
        "<button aria-controls=p aria-expanded=false>Why?</button><div id=p aria-hidden=true><p>So.</p></div>",
        "**Why?**\n\nSo.",
    ),
    "pieces of a button": (
        "<button><span>get</span><span>/blacklists</span></button>",
        "**get /blacklists**",
    ),
    "blocks in a button": (
        "<button><strong>200</strong><span><p>resource retrieved</p></span></button>",
        "**200 resource retrieved**",
    ),
    "a button that names an item": (
        "<ul><li><button>content</button><ul><li>_index.md</li></ul></li></ul>",
        "- content\n  - _index.md",
    ),
    "a button in a sentence": ("<p>Press <button>Save</button>, then wait.</p>", "Press Save, then wait."),
    "a box around what a button opens": (
        '<div role="button" aria-expanded="false" aria-controls="p"><p>Sum</p></div>'
        '<div style="height:0px;overflow:hidden"><div id="p"><p>Detail</p></div></div>',
        "**Sum**\n\nDetail",
    ),
    "a panel that names its button": (
        "<p><button id=q aria-expanded=false>Why?</button></p><hr>"
        "<div role=region aria-labelledby=q hidden><p>So.</p></div>",
        "**Why?**\n\n---\n\nSo.",
    ),
    "an accordion by its class": ('<button class="accordion">S</button><div><p>x</p></div>', "**S**\n\nx"),
    "tabs that stand alone": (
        "<div role=tab>A</div><div role=tab>B</div><div role=tabpanel>one</div><div role=tabpanel>two</div>",
        "**A**\n\none\n\n**B**\n\ntwo",
    ),
    "panels that a script shows": (
        '<div class="tab"><button>A</button><button>B</button></div><div id="a" class="tabcontent" style="display:none">'
        '<p>one</p></div><div id="b" class="tabcontent" style="display:none"><p>two</p></div>',
        "**A**\n\none\n\n**B**\n\ntwo",
    ),
    "the shown panel alone": (
        "<div role=tablist><button role=tab aria-selected=false>A</button><button role=tab aria-selected=true>B"
        "</button></div><div role=tabpanel>one</div>",
        "**B**\n\none",
    ),
    "the panel alone, and no word of which": (
        "<div role=tablist><button role=tab>A</button><button role=tab>B</button></div><div role=tabpanel>one</div>",
        "one",
    ),
    "components that name each other": (
        "<x-tabs><x-tab panel=a>A</x-tab><x-tab panel=b>B</x-tab><x-tab-panel name=b>two</x-tab-panel>"
        "<x-tab-panel name=a>one</x-tab-panel></x-tabs>",
        "**B**\n\ntwo\n\n**A**\n\none",
    ),
    "components with a label in a slot": (
        "<x-tabs><x-tab id=a><template #title>A <b>b</b></template><p>one</p></x-tab></x-tabs>",
        "**A b**\n\none",
    ),
    "components with a label of their own": (
        '<x-accordion-item heading="Why?"><p>So.</p></x-accordion-item>',
        "**Why?**\n\nSo.",
    ),
    "a fold by its class": (
        '<div class="faq-question">Why?</div><div class="faq-answer" style="display:none"><p>So.</p></div>',
        "Why?\n\nSo.",
    ),
    "a menu that is folded": ('<div class="menu" style="display:none"><p>Menu</p></div>', ""),
    "a button that copies": ("<button aria-expanded=false>Copy page</button>", ""),
    "a button that toggles": ("<button aria-controls=toc>On this page</button>", ""),
    "a button that does something": ("<button>Send it</button>", ""),
    "a copy button in a heading": (
        "<h2>Text<button aria-label='Copy link'>Copy link</button></h2>",
        "## Text",
    ),
    "what stays hidden": ("<div hidden><p>Never.</p></div>", ""),
    "panels before their labels": (
        "<div role=tabpanel aria-labelledby=t2><p>two</p></div>" + TABS.format(" id=t1", " id=t2"),
        "**B**\n\ntwo",
    ),
    "panels in another order": (
        TABS.format(" aria-controls=p1", " aria-controls=p2")
        + "<div role=tabpanel id=p2><p>two</p></div><div role=tabpanel id=p1 hidden><p>one</p></div>",
        "**B**\n\ntwo\n\n**A**\n\none",
    ),
    "only the panel that is shown": (
        TABS.format(" aria-controls=p1", " aria-controls=p2") + "<div role=tabpanel id=p2><p>two</p></div>",
        "**B**\n\ntwo",
    ),
    "labels that leak": (
        TABS.format("", "")
        + "<div role=tabpanel><p>one</p></div><h2>Next</h2><div role=tabpanel><p>x</p></div>",
        "**A**\n\none\n\n## Next\n\nx",
    ),
    "tabs that filter one panel": (
        TABS.format(" aria-controls=p", " aria-controls=p") + "<div role=tabpanel id=p><p>all</p></div>",
        "all",
    ),
    "tabs by their classes": (
        '<div class="CodeTabs-toolbar"><button>A</button><button>B</button></div>'
        '<div class="CodeTabs-inner"><pre>one</pre><pre>two</pre></div>',
        "**A**\n\n```\none\n```\n\n**B**\n\n```\ntwo\n```",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_controls(name: str) -> None:
    html, expected = CASES[name]
    assert between(html) == expected
