"""The fuzz target of robots.txt: whatever bytes come, rules come back that say the same when written down.

python -m tests.fuzz.robots [seconds] [seed]
"""

from __future__ import annotations

import random

from docspasta import robots

from .loop import main

ORIGIN = "https://docs.example.org"
PATHS = ["/", "/a", "/a/b", "/ab?x=a", "/b.a$", "/%C3%A9", "/a%2Fb", "/robots.txt", "/" + "a" * 1990]
PIECES = [
    *(b"User-agent: *\n", b"User-agent: docspasta\n", b"User-agent: other\n", b"Disallow: ", b"Allow: "),
    *(
        b"Crawl-delay: 2\n",
        b"Crawl-delay: 1e999\n",
        b"Sitemap: /s.xml\n",
        b"Sitemap: http://[\n",
        b"\n",
        b"\r",
    ),
    *(
        b"/",
        b"/a",
        b"b",
        b"*",
        b"**",
        b"$",
        b"%2F",
        b"%",
        "é".encode(),
        b"\xff\xfe",
        b"\0",
        b"# x",
        b":",
        b" ",
    ),
]


def made(rng: random.Random) -> bytes:
    """A robots.txt, more or less."""
    return b"".join(rng.choices(PIECES, k=rng.randrange(60)))


def target(data: bytes) -> None:
    """Read `data`; raises AssertionError when a promise is broken."""
    found = robots.read(data, f"{ORIGIN}/robots.txt")
    again = robots.read(found.text.encode(), f"{ORIGIN}/robots.txt")
    assert 0 <= found.delay <= robots.MAX_CRAWL_DELAY and again.delay == found.delay
    assert len(found.sitemaps) <= robots.MAX_SITEMAPS and again.sitemaps == found.sitemaps
    assert found.allows(f"{ORIGIN}/robots.txt")
    for path in PATHS:
        assert found.allows(ORIGIN + path) is again.allows(ORIGIN + path), (path, found.text)


if __name__ == "__main__":
    main(made, target)
