"""The fuzz target of sitemaps and llms.txt: whatever bytes come, canonical URLs come back, each once.

python -m tests.fuzz.sitemaps [seconds] [seed]
"""

from __future__ import annotations

import gzip
import random

from docspasta import sitemaps
from docspasta.urls import canonical

from .loop import main

URL = "https://docs.example.org/sitemap.xml"
PIECES = [
    *(b"<?xml version='1.0'?>", b"<urlset>", b"</urlset>", b"<sitemapindex>", b"</sitemapindex>", b"<url>"),
    *(
        b"</url>",
        b"<sitemap>",
        b"</sitemap>",
        b"<loc>",
        b"</loc>",
        b"https://docs.example.org/a",
        b"/b",
        b"x:y",
    ),
    *(b"<![CDATA[", b"]]>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&amp;", b"&#0;", b"<html>", b"\0"),
    *(
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\n",
        b" ",
        b"- [x](/y.md): z\n",
        b"[x](http://[)",
        b"](",
        b"<",
        b"a" * 3000,
    ),
]


def made(rng: random.Random) -> bytes:
    """A sitemap, more or less; sometimes gzipped, sometimes cut then."""
    body = b"".join(rng.choices(PIECES, k=rng.randrange(50)))
    if rng.random() < 0.7:
        body = b"<urlset><url><loc>https://docs.example.org/a</loc></url>" + body
    if rng.random() < 0.2:
        body = gzip.compress(body)
        body = body[: rng.randrange(1, len(body) + 1)]
    return body


def target(data: bytes) -> None:
    """Read `data`; raises AssertionError when a promise is broken."""
    found = sitemaps.read(data, URL)
    assert found == sitemaps.read(data, URL)
    assert found.complete is not bool(found.detail)
    for urls in (found.pages, found.sitemaps, sitemaps.llms_links(data, URL)):
        assert len(urls) == len(set(urls)) <= sitemaps.MAX_ENTRIES
        assert all(canonical(url) == url for url in urls), urls


if __name__ == "__main__":
    main(made, target)
