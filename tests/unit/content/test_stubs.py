"""Pages that only lead to another one, and pages that only look like it."""

from __future__ import annotations

import pytest

from docspasta.content import read_page

URL = "https://site.example/docs/"
WORDS = "<p>" + "The valve opens when the wheel turns and the lamp is green. " * 6 + "</p>"
MIKE = """<!DOCTYPE html><html><head><title>Redirecting</title><noscript><meta http-equiv="refresh" content="1; url=latest/" /></noscript>
<script>window.location.replace("latest/" + window.location.search + window.location.hash);</script></head><body>Redirecting to <a href="latest/">latest/</a>...</body></html>"""
MKDOCS = """<html><head><title>Redirecting...</title><link rel="canonical" href="latest/"><script>var anchor=window.location.hash.substr(1);location.href="latest/"+(anchor?"#"+anchor:"")</script>
<meta http-equiv="refresh" content="0; url=latest/"></head><body>Redirecting...</body></html>"""
FRAMES = """<html><head><title>API</title><script>targetPage = "" + window.location.search;</script></head><frameset cols="20%,80%"><frameset rows="30%,70%">
<frame src="overview-frame.html" name="packageListFrame"><frame src="allclasses-frame.html" name="packageFrame"></frameset><frame src="overview-summary.html" name="classFrame">
<noframes><p>This document is for frames. <a href="overview-summary.html">Without frames</a></p></noframes></frameset></html>"""


def leads_to(html: str, url: str = URL) -> str:
    return read_page(html.encode(), url).leads_to


@pytest.mark.parametrize(
    ("html", "target"),
    [
        ('<meta http-equiv="refresh" content="0; url=stable/">', "stable/"), ("<META HTTP-EQUIV=REFRESH CONTENT='3;URL=\"v2.1/\"'>", "v2.1/"),
        ('<meta http-equiv="refresh" content="0; stable/index.html">', "stable/index.html"), ('<title>Moved</title><meta http-equiv="refresh" content="5;url=/new/">' + WORDS, "/new/"),
        ("<html><head></head><body><meta http-equiv=refresh content='0;url=a/'><a href='a/'>a</a></body></html>", "a/"), (MIKE, "latest/"), (MKDOCS, "latest/"),
        ('<title>x</title><script>window.location.replace("latest/index.html");</script>', "latest/index.html"), ("<script>location.href = 'guide/';</script>", "guide/"),
        ("<script>if (navigator.language == 'de') { location = 'de/' } else { location = 'en/' }</script>", "en/"), ("<script>top.location.assign('x/')</script><p>Going on.</p>", "x/"),
        ('<link rel="canonical" href="/docs/intro/"><body></body>', "/docs/intro/"), (FRAMES, "overview-summary.html"),
    ],
)  # fmt: skip
def test_a_stub_leads_to_its_target(html: str, target: str) -> None:
    expected = "https://site.example" + target if target.startswith("/") else URL + target
    assert leads_to(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<title>A</title><main><h1>A</h1>" + WORDS + "</main>", '<meta http-equiv="refresh" content="300; url=other/">' + WORDS,
        '<meta http-equiv="refresh" content="1">' + WORDS, f'<meta http-equiv="refresh" content="0; url={URL}#top">' + WORDS,
        '<meta http-equiv="refresh" content="2; url=slide2/">' + WORDS * 6, '<title>Product</title><noscript><meta http-equiv="refresh" content="0; url=/nojs.html"></noscript><h1>Product</h1><a href="docs/">docs</a>',
        "<h1>A</h1>" + WORDS + "<script>location.replace('x/')</script>", "<div id=app></div><script>if (!token) location.href = '/login'</script><script src=app.js></script>",
        '<link rel="canonical" href="/docs/other/">' + WORDS, "<script>if (location.href == 'https://site.example/x/') { show() }</script>", '<link rel="canonical" href="/docs/">',
        '<div id=root></div><script src="a.js"></script><link rel="canonical" href="/">',
    ],
)  # fmt: skip
def test_a_page_that_is_there_to_be_read_leads_nowhere(html: str) -> None:
    assert leads_to(html) == ""


def test_all_frames_of_a_frameset_are_known() -> None:
    page = read_page(FRAMES.encode(), URL)
    assert page.frames == (
        URL + "overview-frame.html",
        URL + "allclasses-frame.html",
        URL + "overview-summary.html",
    )


def test_a_frameset_with_one_frame_leads_there() -> None:
    assert (
        leads_to('<frameset rows="100%"><frame src="real/index.html"></frameset>') == URL + "real/index.html"
    )


@pytest.mark.parametrize(
    "html",
    [
        "<script>window.location.replace(`latest/`)</script>",
        "<body onload=\"window.location='latest/'\"></body>",
        "<script>var to = 'latest/'; location.replace(to);</script><a href=latest/>latest</a>",
        '<title>Redirecting to latest/</title><h1>Redirecting...</h1><a href="latest/">Click here to go on.</a>',
        '<title>Documentation moved</title><p>The documentation has moved <a href="latest/">here</a>.</p>',
        '<body style="margin:0"><iframe src="latest/" width="100%"></iframe></body>',
    ],
)
def test_other_ways_of_leading_on(html: str) -> None:
    assert leads_to(html) == URL + "latest/"


@pytest.mark.parametrize(
    "html",
    [
        '<title>Redirects</title><h1>Redirects</h1><p>See <a href="latest/">the rules</a> of each.</p>',
        '<title>Moved</title><p>It has moved to <a href="a/">a</a> and <a href="b/">b</a>.</p>',
        '<h1>A film</h1><p>Six words and a film here.</p><iframe src="film/"></iframe>',
        "<script>var x = location.hash == '#a';</script><p>Only these five words <a href=a/>here</a>.</p>",
    ],
)
def test_pages_of_few_words_with_one_link_are_pages(html: str) -> None:
    assert leads_to(html) == ""


@pytest.mark.parametrize(
    "html",
    [
        "<title>Docs</title><body><p>The documentation has moved to <a href='stable/'>stable</a>.</p>",
        "<title>Umgezogen</title><body><h1>Diese Seite ist umgezogen</h1><p>Sie steht jetzt <a href='stable/'>hier</a>.</p>",
        "<title>Acme</title><body><p>Cette page a été déplacée <a href='stable/'>ici</a>.</p>",
    ],
)
def test_a_page_that_says_in_its_text_that_it_moved_leads_on(html: str) -> None:
    page = read_page(f"<!doctype html><html>{html}</html>".encode(), "https://site.example/docs/", "utf-8")
    assert page.leads_to == "https://site.example/docs/stable/"
