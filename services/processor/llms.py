"""Where a site's llms.txt (llmstxt.org) is looked for. Pure.

One covers the pages under its own path, and of several the most specific counts: the one that the start page
names, the section's own, those of the folders above it, the site's, and the other usual places. The next is
asked for only when there is none at the one before, or when that names no page of the job.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urljoin

from docspasta.alternates import LLMS_NAME
from docspasta.scope import Scope, apex
from docspasta.urls import host, origin, path

NAME = "llms.txt"
ELSEWHERE = ("docs/llms.txt", ".well-known/llms.txt", "llms-full.txt")  # behind the one at the site's root


def places(home: str, root: str) -> list[str]:
    """Where it may be, most specific first. `home` is an origin, `root` the path of a section."""
    found = [f"{home}{folder}{NAME}" for folder in _folders(root)]
    beside = [f"{home}{root}llms-full.txt"] if root != "/" else []
    return list(dict.fromkeys((*found, *beside, *(f"{home}/{name}" for name in ELSEWHERE))))


def first(home: str, root: str, named: str, final_url: str) -> str:
    """The one to begin with. `named`: by the start page, '' for none; it is believed on its own site."""
    if named and apex(host(named)) == apex(host(final_url)):
        return named
    return places(home, root)[0]


def following(url: str, root: str, *, led_to: bool) -> list[str]:
    """What is asked for when there is none at `url`, at most one. `led_to`: another list named it, or a place
    redirected to it."""
    known = places(origin(url), root)
    if url in known:
        return known[known.index(url) + 1 :][:1]
    return [] if led_to else known[:1]


def is_one(url: str) -> bool:
    """Whether an address is called like one: what leads to another page is not there."""
    return LLMS_NAME.search(url) is not None


def nested(pages: Sequence[str], url: str, scope: Scope) -> list[str]:
    """Of what the llms.txt at `url` lists, further ones that may name pages of the scope, on its own host."""
    return [
        each
        for each in pages
        if each != url and path(each).endswith(f"/{NAME}") and host(each) == host(url) and _meets(each, scope)
    ]


def _meets(url: str, scope: Scope) -> bool:
    """Whether what stands under its folder and what stands under the scope's are the same in part."""
    folder = path(urljoin(url, "."))
    return folder.startswith(scope.root) or scope.root.startswith(folder)


def _folders(root: str) -> Iterator[str]:
    """A folder's path and those above it, down to `/`."""
    while root != "/":
        yield root
        root = root.rstrip("/").rpartition("/")[0] + "/"
    yield "/"
