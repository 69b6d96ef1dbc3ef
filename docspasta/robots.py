"""robots.txt by RFC 9309: what a body allows, and what the answer's status means. Pure.

robots_rules.py reads and matches rules. services/crawler/robots.py fetches, keeps and waits.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from .robots_rules import PRODUCT, Rules, parse
from .urls import BadUrl, addressed, canonical

MAX_BYTES = 512 * 1024  # RFC 9309 2.5: at least 500 KiB are read; what follows is not
MAX_CRAWL_DELAY = 60.0
MAX_SITEMAPS = 100


class Access(StrEnum):
    """What a robots.txt answer means for a whole host (RFC 9309 2.3.1)."""

    RULES = "rules"  # 2xx: its rules
    ALLOW = "allow"  # 4xx: there is none
    DISALLOW = "disallow"  # 5xx or unreachable: nothing may be fetched for a while


def access(status: int) -> Access:
    """The meaning of an HTTP status; 0 stands for unreachable. 429 counts as a passing trouble."""
    if 200 <= status < 300:
        return Access.RULES
    return Access.ALLOW if 300 <= status < 500 and status != 429 else Access.DISALLOW


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one robots.txt for this crawler."""

    rules: Rules = field(default_factory=Rules)
    delay: float = 0.0  # seconds of Crawl-delay, 0 for none, at most 60
    sitemaps: tuple[str, ...] = ()  # absolute canonical URLs

    def allows(self, url: str) -> bool:
        """Whether a canonical URL may be fetched. /robots.txt itself always may."""
        path = path_of(url)
        return path == "/robots.txt" or self.rules.allows(path)

    def refusal(self, url: str) -> str:
        """The line that refuses a URL, `Disallow: /private/`; '' when none does."""
        allowed, pattern = self.rules.decided(path_of(url))
        said = "".join(letter if letter.isprintable() else "\ufffd" for letter in pattern)
        return "" if allowed else f"Disallow: {said}"

    @property
    def text(self) -> str:
        """A robots.txt that says the same to this crawler, and nothing to others."""
        return "\n".join([*self.rules.lines(), *(f"Sitemap: {url}" for url in self.sitemaps)]) + "\n"


def path_of(url: str) -> str:
    """The path and query of a canonical URL."""
    return "/" + addressed(url).split("/", 3)[3]


def read(body: bytes, url: str) -> Robots:
    """The rules in a robots.txt's body; `url` is its own, for relative Sitemap lines. Never raises."""
    document = parse(_text(body))
    return Robots(document.rules, _delay(document.rules.delay), _sitemaps(document.sitemaps, url))


def _delay(text: str) -> float:
    try:
        return min(max(float(text or 0), 0.0), MAX_CRAWL_DELAY)
    except ValueError:
        return 0.0


def _text(body: bytes) -> str:
    """UTF-8 (or UTF-16 with a byte order mark), cut at a line's end when it is too long."""
    if len(body) > MAX_BYTES:
        body = body[:MAX_BYTES]
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1 or MAX_BYTES]
    wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\0" in body
    return body.decode("utf-16" if wide else "utf-8-sig", "replace").replace("\0", "")


def _sitemaps(texts: Iterable[str], url: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in texts:
        try:
            found.setdefault(canonical(text, url))
        except BadUrl:
            continue
        if len(found) == MAX_SITEMAPS:
            break
    return tuple(found)


def robots_tags(values: tuple[str, ...]) -> tuple[bool, bool]:
    """(noindex, nofollow) of X-Robots-Tag headers that speak to everybody or to this crawler."""
    found: set[str] = set()
    for value in values:
        agent, colon, rest = value.partition(":")
        named = colon and "," not in agent and agent.strip().lower() not in _VALUED
        if named and agent.strip().lower() != PRODUCT.lower():
            continue
        found.update(part.strip().lower() for part in (rest if named else value).split(","))
    return bool(found & {"noindex", "none"}), bool(found & {"nofollow", "none"})


_VALUED = frozenset(("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"))
