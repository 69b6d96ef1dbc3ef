# ruff: noqa: E501
"""What people type and paste as the start of a crawl, and what is refused with what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docspasta.start import is_text, lists_pages, start_url
from docspasta.urls import BadUrl, canonical


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://docs.example.org/", "https://docs.example.org/"), ("docs.example.org", "https://docs.example.org/"), ("docs.example.org/guide", "https://docs.example.org/guide"),
        ("docs.example.org:8443/x?y=1", "https://docs.example.org:8443/x?y=1"), ("localhost:8000", "http://localhost:8000/"), ("localhost", "http://localhost/"),
        ("localhost:3000/docs/", "http://localhost:3000/docs/"), ("127.0.0.1:8000/docs/", "http://127.0.0.1:8000/docs/"), ("192.168.1.7", "http://192.168.1.7/"),
        ("[::1]:8080/x", "http://[::1]:8080/x"), ("docs.internal/guide", "http://docs.internal/guide"), ("devbox:4000/a", "http://devbox:4000/a"), ("8.8.8.8/x", "https://8.8.8.8/x"),
        ("//docs.example.org/a", "https://docs.example.org/a"), ("HTTP://Docs.Example.org/A", "http://docs.example.org/A"), ("http:/docs.example.org/a", "http://docs.example.org/a"),
        ("http//docs.example.org/a", "http://docs.example.org/a"), ("https:docs.example.org", "https://docs.example.org/"), ("view-source:https://docs.example.org/a", "https://docs.example.org/a"),
        ("  https://docs.example.org/a \n", "https://docs.example.org/a"), ("<https://docs.example.org/a>", "https://docs.example.org/a"), ('"docs.example.org/a"', "https://docs.example.org/a"),
        ("https://docs.example.org/a.", "https://docs.example.org/a"), ("https://docs.example.org/a),", "https://docs.example.org/a"), ("https://docs.example.org/Valve_(plumbing)", "https://docs.example.org/Valve_(plumbing)"), ("See https://docs.example.org/a.", "https://docs.example.org/a"),
        ("https://docs.example.org/a (the docs)", "https://docs.example.org/a"), ("the guide at docs.example.org/guide, please", "https://docs.example.org/guide"),
        ("https://docs.example.org/#/install", "https://docs.example.org/"), ("münchen.example/größe", "https://xn--mnchen-3ya.example/gr%C3%B6%C3%9Fe"),
        ("git@github.com:owner/repo.git", "https://github.com/owner/repo"), ("https://docs.example.org/[a]", "https://docs.example.org/%5Ba%5D"),
        ("https://git.example/o/r/blob/main/README.md", "https://git.example/o/r/raw/main/README.md"),
        ("https://git.example/group/sub/r/-/blob/v1/docs/a.md", "https://git.example/group/sub/r/-/raw/v1/docs/a.md"),
        ("https://git.example/o/r/src/branch/main/docs/a.md", "https://git.example/o/r/raw/branch/main/docs/a.md"),
        ("https://git.example/o/r/blob/main/x.py", "https://git.example/o/r/blob/main/x.py"), ("https://docs.example.org/blob/storage/a.md", "https://docs.example.org/blob/storage/a.md"),
        ("https://docs.example.org/sitemap.xml", "https://docs.example.org/sitemap.xml"),
        ("[Valve](https://docs.example.org/a)", "https://docs.example.org/a"), ("[the docs](<docs.example.org/a_(b)> 'Docs').", "https://docs.example.org/a_(b)"),
        ("See [the docs](https://docs.example.org/a), please", "https://docs.example.org/a"),
    ],
)  # fmt: skip
def test_what_people_type_is_a_start(typed: str, url: str) -> None:
    assert start_url(typed) == url


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "a URL is needed"), (" ", "a URL is needed"), ("docs", "not a URL"), ("/etc/hostname", "file on this machine"), ("./index.html", "file on this machine"),
        ("file:///etc/hostname", "file on this machine"), ("ftp://docs.example.org/", "not crawled"), ("https://user:pw@docs.example.org/", "user name or password"),
        ("https://a.example and https://b.example", "names 2 addresses"), ("how do I start", "is not a URL and holds no host name"), ("https://docs.example.org/manual.pdf", "PDF is not read"),
        ("http://", "not a URL"), ("mailto:a@b.example", "not crawled"), ("javascript:alert(1)", "not crawled"), ("someone@docs.example.org", "not a URL"), ("https://127.0.0.1:99999/", "not a URL"),
    ],
)  # fmt: skip
def test_what_can_be_no_start_is_refused_with_a_sentence(typed: str, words: str) -> None:
    with pytest.raises(BadUrl, match=words):
        start_url(typed)


def test_lists_and_texts_are_known_by_their_names() -> None:
    for name in (
        "sitemap.xml",
        "sitemap-index.xml",
        "sitemap_index.xml",
        "wp-sitemap.xml",
        "sitemap-0.xml.gz",
        "llms.txt",
    ):
        assert lists_pages(f"https://a.example/docs/{name}")
        assert not is_text(f"https://a.example/docs/{name}")
    for name in ("llms-full.txt", "README.md", "guide.markdown"):
        assert is_text(f"https://a.example/docs/{name}")
    assert not lists_pages("https://a.example/feed.xml") and not is_text("https://a.example/docs/")


@given(st.text(max_size=100))
def test_nothing_that_is_typed_breaks_it_and_a_start_is_its_own(typed: str) -> None:
    try:
        url = start_url(typed)
    except BadUrl as error:
        assert str(error)
        return
    assert canonical(url) == url
    assert start_url(url) == url
