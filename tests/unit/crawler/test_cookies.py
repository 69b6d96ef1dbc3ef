"""What a jar keeps, and for whom (RFC 6265, one origin at a time)."""

from __future__ import annotations

import pytest

from services.crawler.cookies import MOST_BYTES, MOST_COOKIES, MOST_ORIGINS, Jar

URL = "https://docs.example/guide/page?x=1"


def opened(*lines: str, url: str = URL, now: float = 1000.0) -> Jar:
    jar = Jar()
    jar.store(url, lines, now)
    jar.opened(url)
    return jar


@pytest.mark.parametrize(
    ("line", "url", "header"),
    [
        ("a=1", URL, "a=1"),
        ("a=1", "https://docs.example/other/", ""),  # its path is the page's folder
        ("a=1; Path=/", "https://docs.example/other/", "a=1"),
        ("a=1; Path=/gui", "https://docs.example/guide/page", ""),
        ("a=1; Path=/", "http://docs.example/", ""),
        ("a=1; Path=/", "https://docs.example:8443/", ""),
        ("a=1; Path=/; Domain=example", "https://www.example/", ""),
        ("a=1; Max-Age=60; Path=/", URL, "a=1"),
        ("a=1; Max-Age=0; Path=/", URL, ""),
        ("a=1; Max-Age=-5; Path=/", URL, ""),
        ("a=1; Expires=Wed, 21 Oct 1970 07:28:00 GMT; Path=/", URL, "a=1"),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Path=/", URL, ""),
        ("a=b=c; Path=/", URL, "a=b=c"),
        ("novalue", URL, ""),
        ("=x", URL, ""),
        ("a\r\nX: y=1; Path=/", URL, ""),
        ("a=\x01; Path=/", URL, ""),
        ("a=" + "x" * MOST_BYTES, URL, ""),
    ],
)
def test_what_is_kept_is_sent_where_it_belongs(line: str, url: str, header: str) -> None:
    assert opened(line).header(url, now=1010.0) == header


def test_secure_cookies_of_plain_http_are_not_kept() -> None:
    assert opened("a=1; Secure; Path=/", url="http://docs.example/").header("http://docs.example/") == ""


def test_nothing_is_sent_before_a_wall_was_opened() -> None:
    jar = Jar()
    assert jar.store(URL, ["a=1; Path=/"]) and jar.unsent(URL, "")
    assert jar.header(URL) == "" and jar.header(URL, "mine=1") == "mine=1"
    jar.opened(URL)
    assert jar.header(URL, "mine=1") == "mine=1; a=1" and not jar.unsent(URL, "mine=1; a=1")
    assert jar.header(URL, "a=2") == "a=2", "the job's own comes first"
    assert not jar.store(URL, ["a=1; Path=/"]) and jar.store(URL, ["a=3; Path=/"])


def test_a_jar_is_bounded() -> None:
    jar = Jar()
    for n in range(MOST_ORIGINS + 8):
        jar.store(f"https://h{n}.example/", [f"c{m}={'x' * 900}; Path=/" for m in range(MOST_COOKIES + 5)])
    kept = [n for n in range(MOST_ORIGINS + 8) if jar.unsent(f"https://h{n}.example/", "")]
    assert len(kept) == MOST_ORIGINS and kept[-1] == MOST_ORIGINS + 7
    jar.opened(f"https://h{kept[-1]}.example/")
    header = jar.header(f"https://h{kept[-1]}.example/")
    assert len(header) <= MOST_BYTES + 50 and header.count("=") <= MOST_COOKIES


def test_of_too_many_cookies_those_that_were_set_last_are_kept_and_sent() -> None:
    jar = opened(*(f"c{n}={'x' * 900}; Path=/" for n in range(MOST_COOKIES)), "seen=1; Path=/")
    header = jar.header(URL, "mine=1")
    assert header.startswith("mine=1; seen=1; ") and len(header) <= MOST_BYTES
    assert not jar.store(URL, ["seen=1; Path=/"]), "the same value is no news"


def test_a_cookie_that_was_set_while_a_request_was_on_its_way_is_unsent_there() -> None:
    jar = opened("a=1; Path=/", "b=2; Path=/")
    assert jar.unsent(URL, "") and jar.unsent(URL, "a=1")
    assert not jar.unsent(URL, "b=2; a=1")
