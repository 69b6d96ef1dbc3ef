"""The scope of a job that was started with a list of pages: a sitemap, an llms.txt. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..urls import directory, host, path
from . import Scope, ScopeSettings, allowed_host, apex


def decide_listed(
    start_url: str, pages: Sequence[str], settings: ScopeSettings, *, whole: bool = True
) -> Scope | None:
    """The pages' host, and the directory that holds all of them there; None for a list of nothing.

    Where an index was the start, `pages` are those of one of its lists (`whole` false), and the index' own
    directory holds them. The host is the list's own when a page lies there, else that of most pages: many a
    list stands on a site beside the docs.
    """
    hosts = Counter(apex(host(url)) for url in pages)
    if not hosts:
        return None
    own = apex(host(start_url))
    home = own if own in hosts else min(hosts, key=lambda name: (-hosts[name], name))
    paths = [path(url) for url in pages if apex(host(url)) == home]
    return Scope(
        host=home,
        root=_common(paths) if whole or home != own else directory(path(start_url)),
        start_keys=(),
        include=settings.include,
        exclude=settings.exclude,
        allow_hosts=tuple(sorted({apex(allowed_host(name)) for name in settings.allow_hosts})),
        all_pages=settings.all_pages,
        include_regex=settings.include_regex,
        exclude_regex=settings.exclude_regex,
        regex_on_url=settings.regex_on_url,
    )


def _common(paths: Sequence[str]) -> str:
    """The deepest directory that holds all of the paths."""
    first, last = directory(min(paths)), max(paths)
    while not last.startswith(first):
        first = directory(first[:-1])
    return first
