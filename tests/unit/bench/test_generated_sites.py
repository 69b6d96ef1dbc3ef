"""The generated sites: all pages can be reached from the start, and each is of its own."""

from __future__ import annotations

import re

import pytest

from bench.generated_sites import answer


@pytest.mark.parametrize("site", ["/n50/", "/j350/"])
def test_every_page_is_reached_from_the_start(site: str) -> None:
    pages, seen, todo = int(site[2:-1]), {""}, [""]
    while todo:
        body = answer("127.1.1.1", site + todo.pop()).decode()
        assert body.startswith("HTTP/1.1 200 ")
        new = set(re.findall(r'href="(p[^"]+)"', body)) - seen
        seen |= new
        todo += new
    assert len(seen) == pages


def test_pages_of_two_hosts_differ() -> None:
    assert answer("127.1.1.1", "/n5/p1.html") != answer("127.1.1.2", "/n5/p1.html")


@pytest.mark.parametrize("path", ["/", "/robots.txt", "/n5/p5.html", "/n5/p0.html", "/n5/x"])
def test_all_else_is_missing(path: str) -> None:
    assert answer("127.1.1.1", path).startswith(b"HTTP/1.1 404 ")


def test_a_large_page_has_the_size_of_javadoc() -> None:
    assert 20_000 < len(answer("127.1.1.1", "/j350/p7.html")) < 60_000
