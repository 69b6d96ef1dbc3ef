"""What runs inside a parsing process: python -m services.processor.parsing BYTES.

Light to import: a process starts with this module and the converter. It holds no connection and no secret;
it may be killed at any moment, and ends by itself when its standard input closes.
"""

from __future__ import annotations

import os
import pickle
import resource
import struct
import sys
from typing import Any, BinaryIO, NamedTuple

from docspasta import codings, gc_tuning, sitemaps
from docspasta.content import Options, Page, read_page
from docspasta.sitemaps import Sitemap, llms_links

AS_ASKED = Options()
LENGTH = struct.Struct(">I")
OWN_BYTES = 128 * 1024 * 1024  # of the interpreter and the parser themselves


class Body(NamedTuple):
    """One page to convert: the body as fetched and its coding, its address, the charset its header named."""

    body: bytes
    url: str
    charset: str = ""
    options: Options = AS_ASKED
    coding: str = ""


def convert_all(bodies: list[Body], most: int) -> list[Page]:
    """The pages of `bodies`, in order, each at most `most` bytes when decoded. Memory that runs out on one is
    that page's `parse_limit`."""
    return [_convert(body, most) for body in bodies]


def _convert(body: Body, most: int) -> Page:
    try:
        decoded = codings.decoded(body.body, body.coding, most)
        return read_page(decoded, body.url, body.charset, body.options)
    except codings.BadCoding as error:
        return Page(url=body.url, reason=error.reason, detail=str(error))
    except MemoryError:
        return Page(url=body.url, reason="parse_limit")


def read_listing(body: bytes, url: str, llms: bool) -> Sitemap:
    """What a sitemap lists, or the pages that an llms.txt links to."""
    return Sitemap(llms_links(body, url)) if llms else sitemaps.read(body, url)


CALLS = {"pages": convert_all, "listing": read_listing}


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer calls until `source` ends."""
    while len(head := source.read(LENGTH.size)) == LENGTH.size:
        name, *arguments = pickle.loads(source.read(LENGTH.unpack(head)[0]))  # noqa: S301 (our parent)
        answer: Any = CALLS[name](*arguments)  # type: ignore[operator]
        data = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
        sink.write(LENGTH.pack(len(data)) + data)
        sink.flush()


def main(memory: int) -> None:
    """Bound this process's data (RLIMIT_DATA), keep its socket to itself, and serve."""
    limit = memory + OWN_BYTES
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc_tuning.collect_rarely()
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints, prints to the log
    serve(sys.stdin.buffer, sink)


if __name__ == "__main__":
    main(int(sys.argv[1]))
