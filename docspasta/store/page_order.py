"""Reading order of a job's stored pages, and their places as columns for Postgres: found in a thread, for a
large job's take a second and the process has others to serve meanwhile. Nothing is written here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from docspasta.compression import unpack_all
from docspasta.document.facts import Facts, decode, unpack_keys
from docspasta.document.no_such_page import NoSuchPage
from docspasta.document.order import ReadingOrder, StoredPage, start_of
from docspasta.document.places import Place, find_places
from docspasta.document.titles import Shared, common_title, document_title, shared
from docspasta.domain import JobKey

from .connection import Connection
from .locked_job import LockedJob
from .statements import load

SQL = load("ending.sql")
NAVIGATIONS_AT_ONCE = 200
ROWS_AT_ONCE = 2_000
PLACED_AT_ONCE = 4_000
TITLES = 20_000  # that are looked at for what they share
Columns = dict[str, Sequence[Any]]
Order = ReadingOrder[UUID]


class _OrderedRow(NamedTuple):
    """A page for its order, and where its row stands in the table (ctid), as Postgres wants it back."""

    place: Any
    page: StoredPage[UUID]


class _Navigation(NamedTuple):
    result_id: UUID
    data: bytes


class _StartPage(NamedTuple):
    title: str
    facts: bytes | None


async def read_order(connection: Connection, key: JobKey) -> tuple[Order, NoSuchPage]:
    """Reading order, fed with everything that the job's pages say of it by now; and what is no page in it."""
    no_such_page = await _no_such_page(connection, key)
    pages, _ = await _stored_pages(connection, key, no_such_page)
    start = await _start_page(connection, key, pages)
    order = await asyncio.to_thread(ReadingOrder, pages, _content_links(start))
    return await _merged(connection, key, order), no_such_page


async def _no_such_page(connection: Connection, key: JobKey) -> NoSuchPage:
    return await SQL.find_no_such_page.one(connection, NoSuchPage, **key._asdict()) or NoSuchPage()


class _Title(NamedTuple):
    title: str
    pages: int


async def shared_titles(connection: Connection, key: JobKey) -> Shared:
    """What the titles of the job's pages share."""
    found = await SQL.find_titles.all(connection, _Title, **key._asdict(), limit=TITLES)
    told = await asyncio.to_thread(shared, [row.title for row in found])
    return told._replace(common=common_title({row.title: row.pages for row in found}))


async def _stored_pages(
    connection: Connection, key: JobKey, no_such_page: NoSuchPage
) -> tuple[list[StoredPage[UUID]], dict[int, Any]]:
    """The pages, and by page_id where their rows stand."""
    pages: list[StoredPage[UUID]] = []
    rows: dict[int, Any] = {}
    named = {**key._asdict(), "no_such_page": no_such_page.likeness}
    async for row in SQL.find_placed.stream(connection, _OrderedRow, ROWS_AT_ONCE, **named):
        pages.append(row.page)
        rows[row.page.page_id] = row.place
    return pages, rows


async def _start_page(
    connection: Connection, key: JobKey, pages: Sequence[StoredPage[UUID]]
) -> _StartPage | None:
    """The start page, or that to which it led; where neither has content, the first page that has. None when
    there is none."""
    first = start_of(pages)
    if first is None:
        return None
    return await SQL.find_start.one(connection, _StartPage, **key._asdict(), page_id=first.page_id)


def _facts(start: _StartPage | None) -> Facts:
    return decode(unpack_all(start.facts) if start is not None and start.facts else b"")


def _content_links(start: _StartPage | None) -> list[str]:
    """The URLs that the start page's content links to, in its order."""
    return list(dict.fromkeys(url for _, _, url, _ in _facts(start).placements))


async def _merged(connection: Connection, key: JobKey, order: Order) -> Order:
    """The order with the navigations that it asks for."""
    wanted = order.navigations()
    for at in range(0, len(wanted), NAVIGATIONS_AT_ONCE):
        some = wanted[at : at + NAVIGATIONS_AT_ONCE]
        found = await _navigations(connection, key, some)
        for navigation in some:
            order.merge(unpack_keys(found.get(navigation, b"")), navigation)
    return order


async def _navigations(connection: Connection, key: JobKey, some: list[UUID]) -> dict[UUID, bytes]:
    if not some:
        return {}
    stored = await SQL.find_navigation.all(connection, _Navigation, **key._asdict(), results=some)
    return {row.result_id: unpack_all(row.data) for row in stored}


class PageOrder:
    """The positions of all pages: `read` what they say, use the connection meanwhile, then ask for
    `positions`.

    A thread computes. It hands places over as it finds them, so that some are stored while it finds the next.
    """

    def __init__(self, connection: Connection, job: LockedJob) -> None:
        self._connection, self._job = connection, job
        self._loop = asyncio.get_running_loop()
        self._rows: dict[int, Any] = {}
        self._found: asyncio.Queue[Columns | None] = asyncio.Queue()
        self._thread: asyncio.Task[Order]
        self._merging = False
        self._bytes = self._gone = 0
        self._no_such_page = NoSuchPage()

    async def read(self) -> None:
        """Read the pages and begin to order them in a thread. Sets the job's title, which may not depend on
        which page came first."""
        connection, key = self._connection, self._job.key
        self._no_such_page = await _no_such_page(connection, key)
        pages, self._rows = await _stored_pages(connection, key, self._no_such_page)
        start = await _start_page(connection, key, pages)
        told = await shared_titles(connection, key)
        title = start.title if start is not None else ""
        self._job.title = document_title(title, _facts(start).site_name, told)
        own = _content_links(start)
        names = list({page.navigation for page in pages if page.navigation is not None})
        self._merging = len(names) > NAVIGATIONS_AT_ONCE  # too many to have at hand: they are read bit by bit
        if self._merging:
            await self._start(ReadingOrder, pages, own)
        else:
            found = await _navigations(self._connection, self._job.key, names)
            await self._start(self._find_all, pages, own, found)

    async def positions(self) -> AsyncIterator[Columns]:
        """The parameters of `place_pages`, some rows at a time.

        In the end the job's size without duplicates, and its counts without pages that turned out to be none.
        """
        if self._merging:
            order = await _merged(self._connection, self._job.key, await self._thread)
            await self._start(self._find, order)
        while (columns := await self._found.get()) is not None:
            yield columns
        await self._thread
        self._job.document_bytes = self._bytes
        self._job.take_back(self._gone)

    async def _start(self, work: Callable[..., Order], *given: Any) -> None:
        self._thread = asyncio.create_task(asyncio.to_thread(work, *given))
        await asyncio.sleep(0)  # it starts now, not when the connection is waited for

    def _find_all(
        self, pages: list[StoredPage[UUID]], own: list[str], navigations: dict[UUID, bytes]
    ) -> Order:
        """In the thread: all of it."""
        try:
            order = ReadingOrder(pages, own)
            for name in order.navigations():
                order.merge(unpack_keys(navigations.get(name, b"")), name)
        except BaseException:
            self._hand_over(None)
            raise
        return self._find(order)

    def _find(self, order: Order) -> Order:
        """In the thread: hand the columns over, and None behind the last."""
        try:
            ordered = order.finish()
            size = {page.page_id: page.markdown_bytes for page in ordered}
            places = find_places(ordered, self._no_such_page)
            while some := list(islice(places, PLACED_AT_ONCE)):
                self._bytes += sum(size[place.page_id] for place in some if place.position)
                some.sort(key=lambda place: self._rows[place.page_id])  # rows are written as they lie
                rows = [self._rows[place.page_id] for place in some]
                names = Place._fields[1:]
                self._gone += sum(place.is_missing for place in some)
                columns = dict(zip(names, list(zip(*some, strict=True))[1:], strict=True))
                self._hand_over({"place": rows, **columns})
        finally:
            self._hand_over(None)
        return order

    def _hand_over(self, columns: Columns | None) -> None:
        self._loop.call_soon_threadsafe(self._found.put_nowait, columns)
