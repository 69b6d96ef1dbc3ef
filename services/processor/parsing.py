"""What runs inside a parsing process. Light to import: a process starts with this module and the converter.

A parsing process holds no connection and no secret; it may be killed at any moment.
"""

from __future__ import annotations

import resource
from dataclasses import dataclass

from docspasta import sitemaps
from docspasta.content import Options, Page, read_page
from docspasta.sitemaps import Sitemap, llms_links

AS_ASKED = Options()


@dataclass(frozen=True, slots=True)
class Body:
    """One page to convert: the body as fetched, its address, the charset its header named."""

    body: bytes
    url: str
    charset: str = ""
    options: Options = AS_ASKED


def bound_memory(data_bytes: int) -> None:
    """Bound this process's data (RLIMIT_DATA) to what it has now plus `data_bytes`."""
    limit = data_bytes + 256 * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def convert_all(bodies: list[Body]) -> list[Page]:
    """The pages of `bodies`, in order. Memory that runs out on one is that page's `parse_limit`."""
    return [_convert(body) for body in bodies]


def _convert(body: Body) -> Page:
    try:
        return read_page(body.body, body.url, body.charset, body.options)
    except MemoryError:
        return Page(url=body.url, reason="parse_limit")


def read_listing(body: bytes, url: str, llms: bool) -> Sitemap:
    """What a sitemap lists, or the pages that an llms.txt links to."""
    return Sitemap(llms_links(body, url)) if llms else sitemaps.read(body, url)
