"""`#/guide` as an address of its own, where a job asks for that; everywhere else a fragment is none."""

from __future__ import annotations

import pytest

from docspasta import urls
from docspasta.alternates import read_alternate
from docspasta.content import Options, read_page
from docspasta.document.anchors import page_anchor
from docspasta.document.paths import path_key, plain_view
from docspasta.exports.paths import page_path
from docspasta.globs import matches
from docspasta.robots import path_of
from docspasta.scope import decide
from docspasta.start import start_url

ROUTED = "https://s.example/app/#/guide/a"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("#/guide", "https://s.example/app/#/guide"),
        ("#!/guide", "https://s.example/app/#!/guide"),
        ("#/guide#install", "https://s.example/app/#/guide"),
        ("#/a b", "https://s.example/app/#/a%20b"),
        ("?utm_source=x&q=1#/a?b=2", "https://s.example/app/?q=1#/a?b=2"),
        ("#/", "https://s.example/app/"),
        ("#!/", "https://s.example/app/"),
        ("#guide", "https://s.example/app/"),
        ("", "https://s.example/app/"),
    ],
)
def test_a_route_is_part_of_an_address_only_when_asked_for(text: str, url: str) -> None:
    base = "https://s.example/app/"
    assert urls.canonical(text or base, base, routes=True) == url
    assert urls.canonical(url, routes=True) == url
    assert urls.canonical(text or base, base) == urls.addressed(url)


def test_the_parts_of_a_routed_address() -> None:
    url = "https://s.example/app/i.html?q=1#!/a.b/c?d=2"
    assert (urls.path(url), urls.query(url), urls.route(url)) == ("/app/i.html", "q=1", "/a.b/c?d=2")
    assert urls.addressed(url) == "https://s.example/app/i.html?q=1" and path_of(url) == "/app/i.html?q=1"
    assert urls.without_query(url) == "https://s.example/app/i.html#!/a.b/c"
    assert urls.url_key(url) != urls.url_key(urls.addressed(url))


def test_links_to_routes_are_pages_and_other_fragments_places_in_them() -> None:
    html = (
        b"<title>T</title><nav><ul><li><a href='#/guide/b'>B</a><li><a href='/app/#/guide/c'>C</a></ul></nav>"
        b"<main><h1 id=top>A page of its own</h1><p>It speaks of <a href='#/guide/b#x'>the other one</a>, of"
        b" <a href='#top'>itself</a>, and of <a href='next'>a file</a> beside it.</p></main>"
    )
    page = read_page(html, ROUTED, options=Options(hash_routes=True))
    b, c = "https://s.example/app/#/guide/b", "https://s.example/app/#/guide/c"
    assert [link.url for link in page.links] == [b, c, ROUTED, "https://s.example/app/next"]
    assert list(page.navigation) == [b, c]
    assert f"[the other one]({b}#x)" in page.markdown
    assert [(place.url, place.fragment) for place in page.placements][:1] == [(b, "x")]
    assert [link.url for link in read_page(html, ROUTED).links][:1] == [ROUTED]


def test_a_base_of_the_page_itself_keeps_its_route() -> None:
    html = b"<base href='/app/'><main><h1>A</h1><p>Words of a page with <a href='#x'>a place</a>.</p></main>"
    page = read_page(html, ROUTED, options=Options(hash_routes=True))
    assert [link.url for link in page.links] == [ROUTED]


def test_routes_are_scoped_ordered_and_named() -> None:
    scope = decide("https://s.example/app/", "https://s.example/app/", (), (ROUTED,))
    assert scope.refuses(ROUTED) == scope.refuses("https://s.example/app/#/a.zip") == ""
    assert scope.refuses("https://s.example/other/#/guide") == "section"
    assert matches("/guide/**", ROUTED) and not matches("/app/**", ROUTED)
    assert page_anchor(ROUTED) == "app-guide-a"
    assert page_path(ROUTED, "s.example").as_posix() == "app/guide/a.md"
    assert plain_view(ROUTED) != plain_view("https://s.example/app/#/guide/b")
    one, two, ten = (f"https://s.example/#/ch{n}" for n in (1, 2, 10))
    assert sorted((ten, two, one), key=path_key) == [one, two, ten]


def test_a_start_and_an_alternate_keep_their_route() -> None:
    assert start_url("s.example/app/#/guide/a", routes=True) == ROUTED
    assert start_url("s.example/app/#/guide/a") == "https://s.example/app/"
    assert str(read_alternate(f"rendered {ROUTED}")) == f"rendered {ROUTED}"
