"""Shells that were drawn by a browser: a page that is the same bytes as three of them needs not be looked at
before it is drawn. Many sites answer each address with one file. No I/O.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

from docspasta.alternates import Alternate, Kind, read_alternate
from docspasta.queues.messages import Fetched
from docspasta.urls import host, route

ENOUGH = 3  # pages of the same bytes that were drawn, because nothing else was found
REMEMBERED = 1_024  # hosts of jobs
BODIES = 8  # of a host
GUESSED = frozenset((Kind.NEGOTIATED, Kind.MARKDOWN, Kind.RENDERED))  # what is not in the page itself


class Shells:
    """By job and host, how often the same body was a shell that had to be drawn. In one process; who
    forgets one looks at a page before it is drawn."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[tuple[str, str], OrderedDict[bytes, int]] = OrderedDict()

    def knows(self, job: str, page: Fetched) -> tuple[str, ...]:
        """What a page of a job is to be asked for at once, () when it has to be looked at."""
        bodies = self._drawn.get((job, host(page.url)))
        if not job or not page.body or route(page.url) or bodies is None:
            return ()
        if bodies.get(_digest(page), 0) < ENOUGH:
            return ()
        return (str(Alternate(Kind.RENDERED, page.url)),)

    def note(self, job: str, page: Fetched, asked: tuple[str, ...]) -> None:
        """What came of a page that was asked for with alternates; it has the one that answered."""
        if not job or route(page.url):
            return
        place, digest = (job, host(page.url)), _digest(page)
        bodies = self._drawn.pop(place, OrderedDict())
        self._drawn[place] = bodies
        times = bodies.pop(digest, 0)
        if all(_kind(each) in GUESSED for each in asked) and _kind(page.alternate) is Kind.RENDERED:
            bodies[digest] = times + 1
        while len(bodies) > BODIES:
            bodies.popitem(last=False)
        while len(self._drawn) > REMEMBERED:
            self._drawn.popitem(last=False)


def _digest(page: Fetched) -> bytes:
    return blake2b(page.body, digest_size=16).digest()


def _kind(alternate: str) -> Kind | None:
    read = read_alternate(alternate)
    return read.kind if read is not None else None
