"""The sample site is what it says: every link leads somewhere, but for the one that is meant to be dead."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin

import aiohttp
from selectolax.lexbor import LexborHTMLParser

from docspasta.sample.server import serving
from docspasta.sample.site import answers, contents

ORIGIN = "http://127.0.0.1:1"
SITE = answers(ORIGIN)


def links(path: str) -> set[str]:
    tree = LexborHTMLParser(SITE[path].body.decode())
    found = {(node.attributes.get("href") or "") for node in tree.css("a[href], link[href]")}
    found |= {(node.attributes.get("src") or "") for node in tree.css("img[src]")}
    return {urldefrag(urljoin(ORIGIN + path, link)).url for link in found}


def test_only_the_budget_page_is_missing():
    pages = [path for path, answer in SITE.items() if "html" in answer.headers.get("Content-Type", "")]
    dead = {
        (path, link)
        for path in pages
        for link in links(path)
        if link.startswith(ORIGIN) and link.removeprefix(ORIGIN) not in SITE
    }
    assert {link for _, link in dead} == {f"{ORIGIN}/guide/budget.html"}


def test_anchors_stand_on_the_page_that_they_name():
    for path in [entry.path for entry in contents()]:
        tree = LexborHTMLParser(SITE[path].body.decode())
        for node in tree.css("main a[href*='#']"):
            target, fragment = urldefrag(urljoin(ORIGIN + path, node.attributes["href"]))
            if fragment:
                assert f'id="{fragment}"' in SITE[target.removeprefix(ORIGIN)].body.decode(), (path, fragment)


def test_it_has_what_real_sites_have():
    assert len(contents()) >= 25
    assert SITE["/guide/cupboards.html"].status == 301
    assert SITE["/questions.html"] is SITE["/faq.html"]
    assert SITE["/assets/larder.pdf"].body.startswith(b"%PDF")
    assert b"Disallow: /internal/" in SITE["/robots.txt"].body
    assert SITE["/sitemap.xml"].body.count(b"<loc>") == len(contents()) + 1
    linked = {link for path in [entry.path for entry in contents()] for link in links(path)}
    assert f"{ORIGIN}/release-policy.html" not in linked


async def test_it_is_served():
    async with serving() as origin, aiohttp.ClientSession() as client:
        async with client.get(f"{origin}/guide/units.html") as answer:
            assert answer.status == 200 and "Fuzzy amounts" in await answer.text()
        async with client.get(f"{origin}/guide/cupboards.html") as answer:
            assert str(answer.url) == f"{origin}/guide/shelves.html"
        async with client.get(f"{origin}/guide/budget.html") as answer:
            assert answer.status == 404
        async with client.get(f"{origin}/sitemap.xml") as answer:
            assert f"{origin}/faq.html" in await answer.text()
