"""Which links of a page are its menu, where it leads to next, and what else it links to."""

from __future__ import annotations

import pytest

from docspasta.content import Page, read_page

PROSE = "<p>Enough words stand here that this is a paragraph, and no label of anything.</p>"
TOP = "<header><nav><a href=/>Home</a><a href=/blog>Blog</a></nav></header>"


def page(html: str, url: str = "https://docs.example.org/intro") -> Page:
    return read_page(f"<title>Topic</title><body>{html}".encode(), url)


def menu(html: str, url: str = "https://docs.example.org/intro") -> list[str]:
    return [each.removeprefix("https://docs.example.org") for each in page(html, url).navigation]


LINKS = "<ul><li><a href=/z>First</a><li><a href=/a>Second</a><li><a href=/m>Third</a></ul>"
CONTENT = f"<h1>Topic</h1>{6 * PROSE}"
MENUS = {
    "an aside beside a site's bar": f"{TOP}<aside class=sidebar>{LINKS}</aside><main>{CONTENT}</main>",
    "a box without a name": f"{TOP}<div><div>{LINKS}</div><div>{CONTENT}</div></div>",
    "a box behind the content": f"{TOP}<div><div>{CONTENT}</div><div>{LINKS}</div></div>",
    "a table's cell": f"{TOP}<table><tr><td>{LINKS}<td>{CONTENT}</table>",
    "a nav in the content": f"<main><h1>Topic</h1><nav>{LINKS}</nav>{6 * PROSE}</main>",
}


@pytest.mark.parametrize("html", MENUS.values(), ids=MENUS)
def test_the_menu_is_the_largest_group_outside_of_the_content(html: str) -> None:
    assert menu(html) == ["/z", "/a", "/m"]


def test_the_page_has_its_place_in_its_menu() -> None:
    links = LINKS.replace("<li><a href=/m>", "<li><a href=/intro>Topic</a><li><a href=/m>")
    assert menu(f"<aside>{links}</aside><main>{CONTENT}</main>") == ["/z", "/a", "/intro", "/m"]


def test_links_into_the_page_and_to_other_hosts_are_no_menu() -> None:
    toc = "<aside>" + "".join(f"<a href=#s{n}>S{n}</a>" for n in range(9)) + "</aside>"
    other = "<div>" + "".join(f"<a href=https://o.example/{n}>O{n}</a>" for n in range(9)) + "</div>"
    assert menu(f"{toc}{other}<aside>{LINKS}</aside><main>{CONTENT}</main>") == ["/z", "/a", "/m"]


def test_a_footer_is_no_menu() -> None:
    footer = "<div class=footer>" + "".join(f"<a href=/f{n}>F{n}</a>" for n in range(9)) + "</div>"
    assert menu(f"<aside>{LINKS}</aside><main>{CONTENT}</main>{footer}") == ["/z", "/a", "/m"]


def test_the_menu_leads_into_the_section() -> None:
    bar = "<div>" + "".join(f"<a href=/shop/{n}>S{n}</a>" for n in range(9)) + "</div>"
    links = LINKS.replace("href=/", "href=/docs/")
    html = f"{bar}<aside>{links}</aside><main>{CONTENT}</main>"
    assert menu(html, "https://docs.example.org/docs/intro") == ["/docs/z", "/docs/a", "/docs/m"]


def test_a_table_of_contents_is_its_own_menu() -> None:
    contents = "<ul>" + "".join(f"<li><a href=/c{29 - n}>Chapter {n}</a>" for n in range(30)) + "</ul>"
    found = menu(f"{TOP}<main><h1>Topic</h1>{3 * PROSE}{contents}</main>")
    assert found == [f"/c{29 - n}" for n in range(30)]


def test_a_link_may_say_what_comes_next() -> None:
    found = page(f"<main>{CONTENT}<a rel='next prefetch' href=/b>Next</a><a rel=prev href=/a>Back</a></main>")
    assert (found.rel_next, found.rel_prev) == ("https://docs.example.org/b", "https://docs.example.org/a")


LINKED = {
    "an area of an image": "<map name=m><area shape=rect href=/x></map>",
    "a frame in the page": "<iframe src=/x></iframe>",
    "a button": """<button onclick="location.href='/x'">X</button>""",
    "a button that calls": """<button onclick="window.location.assign( '/x' ); return false;">X</button>""",
    "a button to another window": """<button onclick="window.open('/x', '_blank')">X</button>""",
    "a drawing": "<svg><a xlink:href='/x'><text>X</text></a></svg>",
}


@pytest.mark.parametrize("html", LINKED.values(), ids=LINKED)
def test_other_elements_lead_to_pages(html: str) -> None:
    assert "https://docs.example.org/x" in [link.url for link in page(f"<main>{CONTENT}{html}</main>").links]


@pytest.mark.parametrize(
    "handler",
    [
        "go('/x')",
        "location = base + '/x'",
        "if (sure()) location = '/x'",
        "open('/x').print()",
        "a.location='/x'",
    ],
)
def test_a_click_that_does_anything_else_leads_nowhere(handler: str) -> None:
    button = f'<button onclick="{handler}">X</button>'
    assert "https://docs.example.org/x" not in [
        link.url for link in page(f"<main>{CONTENT}{button}</main>").links
    ]


def test_the_frames_of_a_frameset_are_links() -> None:
    frames = b"<frameset><frame src=menu.html><frame src=a.html><noframes><a href=b.html>B</a></noframes>"
    found = read_page(frames, "https://docs.example.org/")
    assert {link.url.rpartition("/")[2] for link in found.links} >= {"menu.html", "a.html"}


def test_a_page_of_links_alone_is_its_own_menu() -> None:
    """As the contents in a frame: nothing stands around them."""
    links = "".join(f"<li><a href=/p{n}.html>Chapter {9 - n} of the manual</a>" for n in range(6))
    assert menu(f"<h2>Contents</h2><ul>{links}</ul>") == [f"/p{n}.html" for n in range(6)]
    assert menu(f"<h2>Chapter</h2><ul>{links}</ul>{CONTENT}") == []
