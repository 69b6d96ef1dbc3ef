"""Shells that were drawn by a browser: a page of the same shape as three of them needs not be looked at
before it is drawn. Many sites answer each address with one file, or with files that differ in a title and a
token. No I/O.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

from docspasta.alternates import Alternate, Kind, read_alternate
from docspasta.codings import peek
from docspasta.queues.messages import Fetched
from docspasta.urls import host, route

from .shell_shape import LONGEST, shape

ENOUGH = 3  # pages of one shape that were drawn, because nothing else was found
REMEMBERED = 1_024  # hosts of jobs
SHAPES = 8  # of a host
GUESSED = frozenset((Kind.NEGOTIATED, Kind.MARKDOWN, Kind.RENDERED))  # what is not in the page itself


class Shells:
    """By job and host, how often a shell of one shape had to be drawn. In one process; who forgets one looks
    at a page before it is drawn."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[tuple[str, str], OrderedDict[bytes, int]] = OrderedDict()

    def knows(self, job: str, page: Fetched) -> tuple[str, ...]:
        """What a page of a job is to be asked for at once, () when it has to be looked at."""
        shapes = self._drawn.get((job, host(page.url)))
        if not job or not page.body or route(page.url) or not shapes:
            return ()
        if shapes.get(_shape(page), 0) < ENOUGH:
            return ()
        return (str(Alternate(Kind.RENDERED, page.url)),)

    def note(self, job: str, page: Fetched, asked: tuple[str, ...]) -> None:
        """What came of a page that was asked for with alternates; it has the one that answered."""
        if not job or route(page.url):
            return
        place, own = (job, host(page.url)), _shape(page)
        shapes = self._drawn.pop(place, OrderedDict())
        self._drawn[place] = shapes
        times = shapes.pop(own, 0)
        if all(_kind(each) in GUESSED for each in asked) and _kind(page.alternate) is Kind.RENDERED:
            shapes[own] = times + 1
        while len(shapes) > SHAPES:
            shapes.popitem(last=False)
        while len(self._drawn) > REMEMBERED:
            self._drawn.popitem(last=False)


def _shape(page: Fetched) -> bytes:
    """Its shape; its very bytes where it has none."""
    found = shape(peek(page.body, page.coding, LONGEST + 1))
    return found or blake2b(page.body, digest_size=16).digest()


def _kind(alternate: str) -> Kind | None:
    read = read_alternate(alternate)
    return read.kind if read is not None else None
