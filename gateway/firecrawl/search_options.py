"""Firecrawl's options of a search as a search in the caller's own documents. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docspasta.urls import hostname
from docspasta.v1.search_pb2 import SearchHit

from .options import formats_of, unused
from .refusals import bad
from .values import number_of, object_of, text_of, texts_of

USUAL, MOST = 5, 50  # pages in an answer
MOST_HITS = 50  # sections: several of a page are one result
SECONDS = 3  # at most, while an index is being built
KNOWN = frozenset(("query", "limit", "sources", "includeDomains", "excludeDomains", "timeout"))
REFUSED = ("categories", "tbs")


@dataclass(frozen=True, slots=True)
class AskedSearch:
    """A search, translated. `whole`: the pages' Markdown comes with them."""

    query: str
    limit: int
    seconds: float
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    whole: bool
    warning: str

    def wants(self, url: str) -> bool:
        """Whether the address lies in the domains that were asked for."""
        name = hostname(url)
        if self.include and not any(_below(name, domain) for domain in self.include):
            return False
        return not any(_below(name, domain) for domain in self.exclude)


def search_of(body: Mapping[str, Any]) -> AskedSearch:
    """POST /v2/search. Raises Problem (400)."""
    for name in REFUSED:
        if body.get(name):
            raise bad(f"{name} is not served: your own documents are searched; leave it out.")
    _check_sources(body.get("sources"))
    pages = object_of(body, "scrapeOptions")
    formats_of(pages)
    seconds = float(SECONDS)
    if body.get("timeout") is not None:
        seconds = min(number_of(body, "timeout", 1) / 1000, seconds)
    return AskedSearch(
        query=text_of(body, "query"),
        limit=USUAL if body.get("limit") is None else min(number_of(body, "limit", 1), MOST),
        seconds=seconds,
        include=tuple(texts_of(body, "includeDomains")[:MOST]),
        exclude=tuple(texts_of(body, "excludeDomains")[:MOST]),
        whole=bool(pages.get("formats")),
        warning=unused(body, KNOWN, pages),
    )


def _check_sources(sources: Any) -> None:
    named = sources if isinstance(sources, list) else [sources] if sources else []
    kinds = [source.get("type") if isinstance(source, dict) else source for source in named]
    if kinds and "web" not in kinds:
        raise bad("sources: web is the only one; it stands for your own documents.")


def _below(name: str, domain: str) -> bool:
    domain = domain.lower().removeprefix("*.").strip(".")
    return name == domain or name.endswith(f".{domain}")


def results_of(hits: list[SearchHit], asked: AskedSearch) -> list[SearchHit]:
    """The best section of each page that was asked for, best first."""
    best: dict[str, SearchHit] = {}
    for hit in hits:
        if asked.wants(hit.url):
            best.setdefault(hit.url, hit)
    return list(best.values())[: asked.limit]


def result(hit: SearchHit, position: int) -> dict[str, Any]:
    """A page that answers the query."""
    return {
        "url": hit.url,
        "title": hit.title,
        "description": "".join(part.text for part in hit.snippet),
        "position": position,
    }
