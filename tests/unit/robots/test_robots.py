# ruff: noqa: E501
"""robots.txt: RFC 9309's own rules and the facts of Google's published test cases."""

from __future__ import annotations

import pytest

from docspasta import robots
from docspasta.robots import Access, Robots, access, read, robots_tags

ORIGIN = "https://foo.bar"


def rules(text: str | bytes) -> Robots:
    return read(text if isinstance(text, bytes) else text.encode(), ORIGIN + "/robots.txt")


def allowed(text: str, path: str) -> bool:
    return rules(text).allows(ORIGIN + path)


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, Access.RULES), (204, Access.RULES), (301, Access.ALLOW), (400, Access.ALLOW), (401, Access.ALLOW),
        (403, Access.ALLOW), (404, Access.ALLOW), (410, Access.ALLOW), (429, Access.DISALLOW), (0, Access.DISALLOW),
        (500, Access.DISALLOW), (503, Access.DISALLOW), (599, Access.DISALLOW),
    ],
)  # fmt: skip
def test_the_status_means_what_rfc_9309_says(status: int, meaning: Access) -> None:
    assert access(status) is meaning


# (robots.txt, path, allowed): the example of RFC 9309 section 5 and its rules of section 2.
RFC = [
    ("User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n", "/image.gif", False),
    ("User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n", "/example/page", False),
    ("User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n", "/publications/a", True),
    ("User-Agent: *\nDisallow: *.gif$\n", "/image.gif?x", True),
    # 5.2: the longest match
    ("User-Agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n", "/example/page/x", True),
    ("User-Agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n", "/example/page/disallowed.gif", False),
    # 2.2.1: product tokens, case-insensitive; the groups of one token are one
    ("User-Agent: docspasta\nDisallow: /a\n\nUser-Agent: other\nDisallow: /b\n\nUser-Agent: DOCSPASTA\nDisallow: /c\n", "/a", False),
    ("User-Agent: docspasta\nDisallow: /a\n\nUser-Agent: other\nDisallow: /b\n\nUser-Agent: DOCSPASTA\nDisallow: /c\n", "/b", True),
    ("User-Agent: docspasta\nDisallow: /a\n\nUser-Agent: other\nDisallow: /b\n\nUser-Agent: DOCSPASTA\nDisallow: /c\n", "/c", False),
    # a named group keeps the * group away
    ("User-Agent: *\nDisallow: /\n\nUser-Agent: docspasta\nAllow: /\n", "/x", True),
    ("User-Agent: docspasta\nDisallow: /\n\nUser-Agent: *\nAllow: /\n", "/x", False),
    # 2.2.2: nothing matches, or the rule is empty
    ("User-Agent: *\nDisallow:\n", "/x", True),
    ("User-Agent: other\nDisallow: /\n", "/x", True),
    ("", "/x", True),
    # equal length: allow wins
    ("User-Agent: *\nDisallow: /page\nAllow: /page\n", "/page", True),
    # 2.2.2: octets compare percent-decoded
    ("User-Agent: *\nDisallow: /foo/bar?baz=https://foo.bar\n", "/foo/bar?baz=https://foo.bar", False),
    ("User-Agent: *\nDisallow: /foo/bar/ツ\n", "/foo/bar/%E3%83%84", False),
    ("User-Agent: *\nDisallow: /foo/bar/%E3%83%84\n", "/foo/bar/%E3%83%84", False),
    ("User-Agent: *\nDisallow: /foo/bar/%62%61%7A\n", "/foo/bar/baz", False),
    # 2.2.3: # and $ and *
    ("User-Agent: *\nDisallow: /x # all of it\n", "/x/y", False),
    ("User-Agent: *\nDisallow: /this/*/exactly$\n", "/this/path/exactly", False),
    ("User-Agent: *\nDisallow: /this/*/exactly$\n", "/this/path/exactly/not", True),
]  # fmt: skip

# Facts of Google's published tests of its own parser, with this crawler's name in its bot's place.
GOOGLE = [
    ("user-agent: docspasta\ndisallow: /\n", "/x/y", False),
    ("foo: docspasta\nbar: /\n", "/x/y", True),
    ("user-agent docspasta\ndisallow /\n", "/x/y", False),  # a missing colon is forgiven
    ("allow: /foo/bar/\n\nuser-agent: docspasta\ndisallow: /\nallow: /x/\nuser-agent: other\ndisallow: /\nallow: /y\n", "/x/b", True),
    ("allow: /foo/bar/\n\nuser-agent: docspasta\ndisallow: /\nallow: /x/\nuser-agent: other\ndisallow: /\nallow: /y\n", "/z/d", False),
    ("allow: /foo/bar/\n\nuser-agent: docspasta\ndisallow: /\nallow: /x/\nuser-agent: other\ndisallow: /\nallow: /y\n", "/foo/bar/", False),
    ("user-agent: docspasta\nallow: /any/Path\ndisallow: /\n", "/any/Path", True),
    ("USER-AGENT: Docspasta\nALLOW: /x/\nDISALLOW: /\n", "/x/y", True),
    ("user-agent: DOCSPASTA\ndisallow: /X/\n", "/x/y", True),  # paths are case-sensitive
    ("user-agent: docspasta\nallow: /x/page.html\ndisallow: /x/\n", "/x/page.html", True),
    ("user-agent: docspasta\nallow: /x/page.html\ndisallow: /x/\n", "/x/", False),
    ("user-agent: docspasta\ndisallow: /x/page.html\nallow: /x/\n", "/x/page.html", False),
    ("user-agent: docspasta\ndisallow:\nallow:\n", "/x", True),
    ("user-agent: docspasta\ndisallow: /\nallow: /\n", "/x/page.html", True),
    ("user-agent: docspasta\ndisallow: /x\nallow: /x/\n", "/x", False),
    ("user-agent: docspasta\ndisallow: /x\nallow: /x/\n", "/x/", True),
    ("user-agent: docspasta\nallow: /page\ndisallow: /*.html\n", "/page.html", False),
    ("user-agent: docspasta\nallow: /page\ndisallow: /*.html\n", "/page", True),
    ("user-agent: docspasta\nallow: /x/page.\ndisallow: /*.html\n", "/x/page.html", True),
    ("user-agent: docspasta\nallow: /x/page.\ndisallow: /*.html\n", "/x/y.html", False),
    ("user-agent: *\ndisallow: /x/\nuser-agent: docspasta\nallow: /x/\ndisallow: /\n", "/x/page", True),
    ("User-agent: docspasta\nDisallow: /foo/*/qux\n", "/foo/bar/qux", False),
    ("User-agent: docspasta\nDisallow: /foo/bar$\n", "/foo/bar", False),
    ("User-agent: docspasta\nDisallow: /foo/bar$\n", "/foo/bar/", True),
    ("User-agent: docspasta\nDisallow: /\r\n", "/x", False),
    ("User-agent: docspasta\rDisallow: /x\r", "/x", False),
    ("\ufeffUser-Agent: docspasta\nAllow: /AnyValue\nDisallow: /\n", "/AnyValue", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "expected"), RFC)
def test_rfc_9309(text: str, path: str, expected: bool) -> None:
    assert allowed(text, path) is expected


@pytest.mark.parametrize(("text", "path", "expected"), GOOGLE)
def test_google_s_published_facts(text: str, path: str, expected: bool) -> None:
    assert allowed(text, path) is expected


def test_robots_txt_itself_may_always_be_fetched() -> None:
    assert allowed("User-agent: *\nDisallow: /\n", "/robots.txt")


def test_at_least_500_kib_are_read_and_what_follows_is_not() -> None:
    early = "User-agent: *\n" + "Disallow: /x\n" * 39_800 + "Disallow: /hidden\n"
    assert 500 * 1024 < len(early) < robots.MAX_BYTES
    assert not allowed(early, "/hidden")
    late = "User-agent: *\n" + "Disallow: /x\n" * 50_000 + "Disallow: /hidden\n"
    assert allowed(late, "/hidden")


def test_rubbish_says_nothing() -> None:
    for body in (
        b"",
        b"\0\0\0",
        b"<html><body>Not found</body></html>",
        bytes(range(256)) * 100,
        b"\xff\xfe" * 50,
    ):
        assert rules(body).allows(ORIGIN + "/x"), body[:20]


def test_crawl_delay_is_read_and_bounded() -> None:
    assert rules("User-agent: *\nCrawl-delay: 2.5\n").delay == 2.5
    assert rules("User-agent: *\nCrawl-delay: 99999\n").delay == 60
    assert rules("User-agent: *\nCrawl-delay: -1\n").delay == 0
    assert rules("User-agent: *\nCrawl-delay: soon\n").delay == 0
    assert rules("User-agent: other\nCrawl-delay: 5\n").delay == 0
    assert rules("User-agent: docspasta\nCrawl-delay: 1\n\nUser-agent: *\nCrawl-delay: 5\n").delay == 1


def test_sitemaps_are_absolute_bounded_and_each_once() -> None:
    text = "Sitemap: /a.xml\nsitemap: https://foo.bar/a.xml\nSitemap: ftp://x/\nSITEMAP: https://other.example/b.xml#x\n"
    assert rules(text).sitemaps == ("https://foo.bar/a.xml", "https://other.example/b.xml")
    many = "".join(f"Sitemap: /{n}.xml\n" for n in range(500))
    assert len(rules(many).sitemaps) == robots.MAX_SITEMAPS


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((), (False, False)), (("noindex",), (True, False)), (("noindex, nofollow",), (True, True)),
        (("none",), (True, True)), (("docspasta: noindex",), (True, False)), (("otherbot: noindex, nofollow",), (False, False)),
        (("otherbot: noindex", "nofollow"), (False, True)), (("unavailable_after: 25 Jun 2030 15:00:00 PST",), (False, False)),
        (("max-snippet: 0, noindex",), (True, False)), (("NOINDEX , All",), (True, False)),
    ],
)  # fmt: skip
def test_x_robots_tag(values: tuple[str, ...], expected: tuple[bool, bool]) -> None:
    assert robots_tags(values) == expected


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("User-agent: *\nDisallow: /private/", "/private/x", "Disallow: /private/"),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", "Disallow: /*.pdf$"),
        ("User-agent: *\nDisallow: /a$\nDisallow: /", "/a", "Disallow: /a$"),
        ("User-agent: *\nDisallow: /\nAllow: /docs/", "/docs/x", ""),
        ("", "/x", ""),
    ],
)
def test_the_rule_that_refuses_is_known(text: str, path: str, line: str) -> None:
    assert read(text.encode(), f"{ORIGIN}/robots.txt").refusal(ORIGIN + path) == line
