"""Firecrawl's options of a map as settings of a crawl of one page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docspasta.v1.jobs_pb2 import JobSettings

from .options import unused
from .refusals import bad
from .values import number_of, text_of

MOST = 30_000  # links in an answer
USUAL = 5_000
SECONDS, MOST_SECONDS = 60, 300
SITEMAPS = ("include", "skip", "only")
KNOWN = frozenset(("search", "sitemap", "limit", "timeout", "ignoreQueryParameters", "ignoreSitemap"))


@dataclass(frozen=True, slots=True)
class AskedMap:
    """A map, translated. `search` are words in lower case; `warning` names what does nothing."""

    settings: JobSettings
    limit: int
    seconds: int
    search: tuple[str, ...]
    warning: str


def map_of(body: Mapping[str, Any]) -> AskedMap:
    """POST /v2/map. Raises Problem (400)."""
    settings = JobSettings(url=text_of(body, "url"), max_pages=1)
    sitemap: Any = body.get("sitemap") or ("skip" if body.get("ignoreSitemap") is True else "include")
    if sitemap not in SITEMAPS:
        raise bad("sitemap: give include, skip or only.")
    settings.use_sitemaps = sitemap != "skip"
    settings.sitemap_only = sitemap == "only"
    settings.ignore_query = body.get("ignoreQueryParameters") is not False
    limit = USUAL if body.get("limit") is None else min(number_of(body, "limit", 1), MOST)
    seconds = SECONDS
    if body.get("timeout") is not None:
        seconds = min(max(number_of(body, "timeout", 1) // 1000, 1), MOST_SECONDS)
    settings.max_seconds = seconds
    search = tuple(text_of(body, "search").lower().split()) if body.get("search") else ()
    return AskedMap(settings, limit, seconds, search[:20], unused(body, KNOWN, {}))
