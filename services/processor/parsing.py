"""What runs inside a parsing process, which fork_server.py starts.

It holds no connection and no secret; it may be killed at any moment, and ends by itself when its socket does.
The kernel ends it by SIGPROF when one page takes more CPU seconds than it may, however slow the machine is
meanwhile.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from docspasta import codings, sitemaps
from docspasta.content import Page, read_page
from docspasta.content.read import why_not
from docspasta.document.facts import with_facts
from docspasta.scope import Scope
from docspasta.sitemaps import Sitemap, llms_links

from .wire import (
    LENGTHS,
    Body,
    Message,
    bodies_of,
    packed,
    page_message,
    refused_message,
    sitemap_message,
    unpacked,
)

BESIDE_TEXT = 4 * 1024 * 1024  # bytes that a page may have of links and facts beside the longest text


def convert(body: Body, most: int) -> Page:
    """The page of a body, at most `most` bytes when decoded. Memory that runs out is its `parse_limit`."""
    try:
        decoded = codings.decoded(body.body, body.coding, most)
        return bounded(with_facts(read_page(decoded, body.url, body.charset, body.options)), most)
    except codings.BadCoding as error:
        return Page(url=body.url, reason=error.reason, detail=str(error))
    except MemoryError as error:
        return Page(url=body.url, reason="parse_limit", detail=why_not(error))


def bounded(page: Page, most: int) -> Page:
    """The page, or its `parse_limit` when it became longer than a body may be: 5,000 addresses of 2 KB stand
    in its links, in its facts and in its text."""
    links = sum([len(link.url) for link in page.links])
    if links + len(page.facts) + len(page.markdown) <= most + BESIDE_TEXT:
        return page
    return Page(url=page.url, reason="parse_limit", detail=f"it converts to more than {most:,} bytes")


def read_listing(body: Body, header: Mapping[str, Any]) -> Sitemap:
    """What a sitemap lists, or the pages that an llms.txt links to."""
    try:
        decoded = codings.decoded(body.body, body.coding, header["most"])
    except codings.BadCoding as error:
        return Sitemap(complete=False, detail=str(error))
    return Sitemap(llms_links(decoded, body.url)) if header["llms"] else sitemaps.read(decoded, body.url)


def answers(message: Message) -> Iterator[Message]:
    """The answers to a message: one a page, each as soon as it is there, or one for all."""
    header = message.header
    if header["call"] == "listing":
        begun = within(header["seconds"])
        listed = read_listing(Body(bytes(message.payload), header["url"], coding=header["coding"]), header)
        yield sitemap_message(listed, time.process_time() - begun)
        return
    if header["call"] == "refusals":
        begun = within(header["seconds"])
        scope = Scope.from_json(header["scope"])
        yield refused_message([scope.refuses(url) for url in header["urls"]], time.process_time() - begun)
        return
    for body in bodies_of(message):
        begun = within(header["seconds"])
        page = convert(body, header["most"])
        yield page_message(page, time.process_time() - begun)


def within(seconds: float) -> float:
    """Let the kernel end this process after so many CPU seconds more; the CPU seconds so far."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    return time.process_time()


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer messages until `source` ends."""
    while len(head := source.read(LENGTHS.size)) == LENGTHS.size:
        header, payload = LENGTHS.unpack(head)
        for answer in answers(unpacked(source.read(header), source.read(payload))):
            signal.setitimer(signal.ITIMER_PROF, 0)
            sink.write(packed(answer))
            sink.flush()
