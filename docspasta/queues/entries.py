"""How a URL and a result are written in Redis. Pure: no I/O.

An entry is `<page> <flags> <ticket> <path>`: flags are the kind's first letter, the scheme's place in
SCHEMES and the count of redirects (1,000 more for QueuedUrl.again); the host is in the queue's name. A
result is four bytes that give the length of a JSON header (without what the entry or the default says), the
header, and the body (as the site coded it, or docspasta.compression), with that of an alternate behind it.
"""

from __future__ import annotations

import json
import struct
from typing import Any

from docspasta.compression import MAGIC, pack, pack_apart
from docspasta.domain import JobKey, PageKind, Validators
from docspasta.queues.messages import WHOLE, Asking, Fetched, JobCrawl, QueuedUrl
from docspasta.urls import host as host_of

KINDS = {
    "p": PageKind.PAGE,
    "r": PageKind.ROBOTS,
    "s": PageKind.SITEMAP,
    "l": PageKind.LLMS,
    "n": PageKind.PROBE,
}
LETTERS = {kind: letter for letter, kind in KINDS.items()}
SCHEMES = ("https://", "http://")
AGAIN = 1_000  # added to the redirects of a URL that is asked for again: older versions know no flag
SPARED = 2  # in the place of `doubted`: an older crawler asks for the page
SMALL_BODY = 16 * 1024  # waits as it is: Redis holds a bounded number of bytes, and a frame costs time twice
HEADER = [(name, empty) for name, empty in Fetched("")._asdict().items() if not name.endswith("body")]


def pack_entry(queued: QueuedUrl) -> tuple[str, str]:
    """`(host, entry)` of a URL to queue."""
    host = host_of(queued.url)
    scheme = 0 if queued.url.startswith(SCHEMES[0]) else 1
    start = SCHEMES[scheme] + host
    if not queued.url.startswith(start + "/"):
        raise ValueError(f"{queued.url!r} is not a canonical URL; pass what docspasta.urls.canonical gives")
    path = queued.url[len(start) :]
    redirects = queued.redirects + (AGAIN if queued.again else 0)
    flags = f"{LETTERS[queued.kind]}{scheme}{redirects}"
    return host, f"{queued.page_id} {flags} {queued.ticket or '-'} {path}"


def pack_asking(asking: Asking) -> str:
    """How a URL is asked for, in one line; '' for one that is simply fetched."""
    if asking == WHOLE:
        return ""
    doubted = SPARED if asking.spared else asking.doubted
    return json.dumps([*asking.validators, doubted, *asking.alternates])


def unpack_asking(text: str) -> Asking:
    """The asking of `pack_asking`."""
    if not text:
        return WHOLE
    etag, last_modified, doubted, *alternates = json.loads(text)
    spared = doubted == SPARED
    return Asking(Validators(etag, last_modified), bool(doubted) and not spared, spared, tuple(alternates))


def unpack_entry(job: JobKey, host: str, entry: str, traceparent: str = "") -> QueuedUrl:
    """The URL of an entry."""
    page, flags, ticket, path = entry.split(" ", 3)
    again, redirects = divmod(int(flags[2:]), AGAIN)
    return QueuedUrl(
        job=job,
        page_id=int(page),
        url=SCHEMES[int(flags[1])] + host + path,
        ticket="" if ticket == "-" else ticket,
        kind=KINDS[flags[0]],
        redirects=redirects,
        traceparent=traceparent,
        again=bool(again),
    )


def pack_result(fetched: Fetched) -> bytes:
    """A result as bytes."""
    header = {name: value for name, empty in HEADER if (value := getattr(fetched, name)) != empty}
    beside = fetched.alternate_body if fetched.alternate_coding else pack(fetched.alternate_body, SMALL_BODY)
    if beside:
        header["beside"] = len(beside)
    text = json.dumps(header, separators=(",", ":")).encode()
    body = fetched.body if fetched.coding else pack(fetched.body, SMALL_BODY)
    return b"".join((struct.pack(">I", len(text)), text, body, beside))


def packed(fetched: Fetched) -> Fetched:
    """A result whose body is packed already, on any thread: packing a long one takes a while."""
    beside, coding = fetched.alternate_body, fetched.alternate_coding
    if beside and not coding:
        beside, coding = pack_apart(beside, 0), "zstd"
    body = fetched.body if fetched.coding else pack_apart(fetched.body, 0)
    return fetched._replace(
        body=body, coding=fetched.coding or "zstd", alternate_body=beside, alternate_coding=coding
    )


def unpack_result(data: bytes, url: str) -> Fetched:
    """The result in `data`; a header without a URL gets the queued one.

    A body that was packed for Redis stays so, as one that its site had coded: it may be a thousand times as
    long, and whoever reads it says how much of that they take.
    """
    (length,) = struct.unpack_from(">I", data)
    header: dict[str, Any] = json.loads(data[4 : 4 + length])
    header["sitemaps"] = tuple(header.get("sitemaps", ()))
    header["untried"] = tuple(header.get("untried", ()))
    ends = len(data) - header.pop("beside", 0)
    body, beside = data[4 + length : ends], data[ends:]
    if not header.get("alternate_coding") and beside.startswith(MAGIC):
        header["alternate_coding"] = "zstd"
    if not header.get("coding") and body.startswith(MAGIC):
        header["coding"] = "zstd"
    known = {name: value for name, value in header.items() if name in Fetched._fields}
    return Fetched(**{"url": url, **known, "body": body, "alternate_body": beside})


def pack_crawl(crawl: JobCrawl) -> str:
    """A JobCrawl as JSON."""
    return json.dumps(crawl._asdict(), separators=(",", ":"))


def unpack_crawl(text: str) -> JobCrawl:
    """The JobCrawl of JSON; fields that this version lacks are left out."""
    known = json.loads(text or "{}").items()
    return JobCrawl(**{name: value for name, value in known if name in JobCrawl._fields})
