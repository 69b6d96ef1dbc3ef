"""What a job was asked to do, checked and with its defaults. Request headers are kept apart, sealed."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import Any, Self

MAX_URLS = 1_000  # of a job of single pages


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettings:
    """A job's settings; None means that the job has no such limit, or the operator's default.

    The fields have the names of the proto's JobSettings. A new one needs a row here and one there.
    """

    url: str = ""  # canonical
    max_pages: int | None = None
    max_depth: int | None = None  # links from the start page
    include: tuple[str, ...] = ()  # globs over path and query
    exclude: tuple[str, ...] = ()  # globs; exclude wins
    delay: float | None = None  # seconds between the starts of two requests to a host
    concurrency: int | None = None  # requests at once to a host
    include_selectors: tuple[str, ...] = ()
    exclude_selectors: tuple[str, ...] = ()
    keep_raw: bool = False
    keep_html: bool = False  # the content of pages, cleaned
    respect_robots: bool = True
    use_sitemaps: bool = True
    allow_hosts: tuple[str, ...] = ()  # further hosts in scope
    max_seconds: int | None = None  # of running time
    max_bytes: int | None = None  # fetched
    private_origin: str = ""  # scheme://host:port, '' for none
    respect_noindex: bool = False
    all_pages: bool = False  # print pages, indexes, search pages, source listings and blogs too
    push: bool = False  # its pages are pushed, not fetched
    follow_links: bool = False  # of pushed pages
    urls: tuple[str, ...] = ()  # canonical; of a job of these pages alone
    include_regex: tuple[str, ...] = ()  # RE2
    exclude_regex: tuple[str, ...] = ()  # RE2; exclude wins
    regex_on_url: bool = False  # else they are held against the path
    sitemap_only: bool = False  # links of pages are not followed
    ignore_query: bool = False  # addresses that differ in their query are one page
    trust_lastmod: bool = False  # a page whose lastmod in the sitemap is the same is not fetched again
    markdown_twins: str = ""  # never, auto or prefer; '' is auto
    hash_routes: bool = False  # `#/guide` is a page of its own
    render: str = ""  # never, auto or always; '' is auto

    @property
    def follows(self) -> bool:
        """Whether what pages link to is fetched."""
        return self.follow_links or not self.push

    def to_json(self) -> str:
        """The settings as the database keeps them: what differs from the default, by field name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        told = {name: value for name, value in values.items() if value != _DEFAULTS[name]}
        return json.dumps(told, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The settings in `text`. A field that this version does not know is left out."""
        stored: dict[str, Any] = json.loads(text)
        return cls(**{name: _as_kept(value) for name, value in stored.items() if name in _DEFAULTS})

    def at_most_bytes(self, left: int) -> Self:
        """The same settings with `left` bytes to fetch at most; 0 sets no limit."""
        return replace(self, max_bytes=min(self.max_bytes or left, left)) if left else self


def _as_kept(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_DEFAULTS: dict[str, object] = {field.name: field.default for field in fields(JobSettings)}
