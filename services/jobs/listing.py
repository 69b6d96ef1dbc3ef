"""GetJob, ListJobs, ListPages, GetPage: what the record says, a page of it at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from docspasta.domain import Job, JobKey, JobState, Page
from docspasta.errors import InvalidArgument, NotFound
from docspasta.proto_enums import job_state, page_state
from docspasta.store import jobs as store
from docspasta.store import pages as page_store
from docspasta.store import pushes
from docspasta.store.assembly import DocumentSize, document_sizes
from docspasta.store.connection import Connection
from docspasta.store.epoch import read_epoch
from docspasta.turns import in_turns
from docspasta.v1.jobs_pb2 import (
    GetJobRequest,
    GetJobResponse,
    GetPageRequest,
    GetPageResponse,
    ListAddressesRequest,
    ListAddressesResponse,
    ListJobsRequest,
    ListJobsResponse,
    ListPagesRequest,
    ListPagesResponse,
)
from docspasta.v1.jobs_pb2 import Job as JobMessage
from docspasta.v1.jobs_pb2 import JobState as JobStates
from docspasta.v1.page_pb2 import PageState

from .handler import Context, Handler, T, found, named_job
from .messages import address_message, page_message, timestamp
from .paging import bad_token, key_of, page_size, part_of, token_of
from .waiting import waits_of

MAX_RECENT = 100
MAX_QUERY = 1000  # characters
PAGE_ID = 2**63
MAX_POSITION = 2**31 - 1  # as the record keeps it
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MAX_MICROS = 250_000_000_000_000_000  # the year 9892; a datetime ends with 9999


class Listing(Handler):
    """The RPCs that show jobs and pages."""

    async def GetJob(self, request: GetJobRequest, context: Context) -> GetJobResponse:
        user_id = await self.user("read")
        key, recent = JobKey(user_id, named_job(request.job_id)), recent_size(request.recent_pages)
        async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
            job = found(await store.job(connection, key))
            pages = await page_store.recent_pages(connection, key, recent) if recent else []
            epoch = await read_epoch(connection)
            places = await self.places(connection, [job])
            sizes = await sizes_of(connection, [job])
        (message,) = await self.messages([job], epoch, places, sizes)
        return GetJobResponse(job=message, recent_pages=map(page_message, pages))

    async def ListJobs(self, request: ListJobsRequest, context: Context) -> ListJobsResponse:
        user_id = await self.user("read")
        part, after = part_of(request.page_size, 50), jobs_after(request.page_token)
        states = [job_state(state) for state in request.states if known(JobStates, state, "states")]
        async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
            epoch = await read_epoch(connection)
            listed = await store.jobs(connection, user_id, part, states, after)
            jobs = [each.job for each in listed]
            places = await self.places(connection, jobs)
            sizes = await sizes_of(connection, jobs)
        return ListJobsResponse(
            jobs=await self.messages(jobs, epoch, places, sizes),
            next_page_token=next_jobs(listed),
        )

    async def places(self, connection: Connection, jobs: list[Job]) -> list[store.Place]:
        """The user's running and queued jobs, when one of `jobs` waits for its turn."""
        waiting = (job.key.user_id for job in jobs if job.state is JobState.QUEUED)
        user_id = next(waiting, "")
        return await store.places(connection, user_id) if user_id else []

    async def messages(
        self, jobs: list[Job], epoch: str, places: list[store.Place], sizes: dict[str, DocumentSize]
    ) -> list[JobMessage]:
        """Jobs as an answer shows them, each with what holds it up or what its document comes to."""
        waits = await waits_of(self.resources.reconciler.frontier, jobs, places)
        shown = await in_turns(self._shown(jobs, epoch))
        for message in shown:
            if wait := waits.get(message.job_id):
                message.wait.CopyFrom(wait)
            if size := sizes.get(message.job_id):
                message.document_bytes, message.document_tokens = size.bytes, size.tokens
                message.document_pages = size.pages
        return shown

    def _shown(self, jobs: list[Job], epoch: str) -> Generator[None, None, list[JobMessage]]:
        messages = []
        for job in jobs:
            messages.append(self.message(job, epoch))
            yield
        return messages

    async def ListPages(self, request: ListPagesRequest, context: Context) -> ListPagesResponse:
        user_id = await self.user("read")
        key, size = JobKey(user_id, named_job(request.job_id)), page_size(request.page_size, 100)
        wanted = wanted_pages(request)
        async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
            found(await store.job(connection, key))
            listed = in_reading_order if request.reading_order else by_id
            pages, token = await listed(connection, key, request.page_token, wanted, size)
        return ListPagesResponse(pages=map(page_message, pages), next_page_token=token)

    async def ListAddresses(self, request: ListAddressesRequest, context: Context) -> ListAddressesResponse:
        user_id = await self.user("read")
        key, size = JobKey(user_id, named_job(request.job_id)), page_size(request.page_size, 500)
        after = next(iter(key_of("addresses", request.page_token, int) or ()), 0)
        async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
            found(await store.job(connection, key))
            rows = await page_store.addresses(connection, key, after, size + 1)
        token = token_of("addresses", [rows[size - 1].page_id]) if len(rows) > size else ""
        return ListAddressesResponse(addresses=map(address_message, rows[:size]), next_page_token=token)

    async def GetPage(self, request: GetPageRequest, context: Context) -> GetPageResponse:
        user_id = await self.user("read")
        key = JobKey(user_id, named_job(request.job_id))
        async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
            found(await store.job(connection, key))
            page = found_page(await page_store.page(connection, key, page_id_of(request.page_id)))
            fetched_at = await pushes.fetched_at(connection, key, page.page_id)
        return GetPageResponse(page=page_message(page), fetched_at=timestamp(fetched_at))


async def sizes_of(connection: Connection, jobs: list[Job]) -> dict[str, DocumentSize]:
    """What the documents of a user's ended jobs come to, by job. Without a processed page there is none."""
    ended = [job.key.job_id for job in jobs if job.ended and job.counts.processed]
    if not ended:
        return {}
    sizes = await document_sizes(connection, jobs[0].key.user_id, ended)
    return {size.job_id: size for size in sizes}


async def by_id(
    connection: Connection, key: JobKey, page_token: str, wanted: page_store.Filter, size: int
) -> tuple[list[Page], str]:
    """Pages in the order in which they were found, and the token of what follows."""
    after = next(iter(key_of("pages", page_token, int) or ()), 0)
    pages = await page_store.pages_by_id(connection, key, after, wanted, size + 1)
    return pages[:size], token_of("pages", [pages[size - 1].page_id]) if len(pages) > size else ""


async def in_reading_order(
    connection: Connection, key: JobKey, page_token: str, wanted: page_store.Filter, size: int
) -> tuple[list[Page], str]:
    """Pages by position, then those that have none by id. The token is (position, page id), one of them 0."""
    after = key_of("order", page_token, int, int) or [0, 0]
    position, page_id = min(int(after[0]), MAX_POSITION), int(after[1])
    pages: list[Page] = []
    if page_id == 0:
        pages = await page_store.pages_by_position(connection, key, position, wanted, size + 1)
    if len(pages) <= size:
        left = size + 1 - len(pages)
        pages += await page_store.pages_without_position(connection, key, page_id, wanted, left)
    if len(pages) <= size:
        return pages, ""
    last = pages[size - 1]
    return pages[:size], token_of("order", [last.position, 0 if last.position else last.page_id])


def jobs_after(token: str) -> tuple[datetime, str] | None:
    """(created_at, job_id) after which a page of jobs begins, None for the first."""
    match key_of("jobs", token, int, str):
        case [int(micros), str(job_id)] if 0 <= micros < MAX_MICROS:
            return EPOCH + micros * MICROSECOND, job_id
        case None:
            return None
    raise bad_token()


def next_jobs(listed: list[store.ListedJob]) -> str:
    """The token of the jobs that follow these, '' when none do."""
    if not listed or not listed[-1].more_follow:
        return ""
    job = listed[-1].job
    return token_of("jobs", [(job.created_at - EPOCH) // MICROSECOND, job.key.job_id])


def wanted_pages(request: ListPagesRequest) -> page_store.Filter:
    """The filter of a request. Raises InvalidArgument for one that cannot be asked."""
    if len(request.query) > MAX_QUERY or "\0" in request.query:
        raise InvalidArgument([("query", f"Give at most {MAX_QUERY} characters, none of them NUL.")])
    states = [page_state(state) for state in request.states if known(PageState, state, "states")]
    return page_store.Filter(states, request.query)


class Enum(Protocol):
    """An enum of the proto."""

    def values(self) -> Iterable[int]: ...

    def items(self) -> Iterable[tuple[str, int]]: ...


def known(enum: Enum, value: int, field: str) -> bool:
    """True for a named, specified value. Raises InvalidArgument for any other."""
    if value and value in enum.values():
        return True
    names = ", ".join(name for name, number in enum.items() if number)
    raise InvalidArgument([(field, f"{value} is not a state; use {names}.")])


def recent_size(asked: int) -> int:
    """How many recent pages. Raises InvalidArgument out of 0..100."""
    if not 0 <= asked <= MAX_RECENT:
        raise InvalidArgument([("recent_pages", f"{asked} is out of range; give 0 to {MAX_RECENT}.")])
    return asked


def page_id_of(text: str) -> int:
    """A page id as the record keeps it; 0, which no page has, for what cannot be one."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if number < PAGE_ID else 0


def found_page(page: T | None) -> T:
    """What was found of a page; NotFound for None."""
    if page is None:
        raise NotFound("There is no such page in this job; list its pages.", reason="no-such-page")
    return page
