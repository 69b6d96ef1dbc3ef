"""`docspasta push`: built pages, or lines of JSON, to a job that takes them; then its document."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from docspasta.cli.connection import Target, connected
from docspasta.cli.crawling import Crawling, CrawlOptions, typed_origin
from docspasta.cli.exits import NOT_WHOLE, OK, USAGE, CommandError
from docspasta.cli.folder import MOST_BYTES, Folder, Page, files_of
from docspasta.cli.output import checked_output
from docspasta.cli.run import complain, first, sentence_of

if TYPE_CHECKING:
    from docspasta.v1.jobs_pb2 import Job
    from docspasta.v1.pushes_pb2 import PushPagesRequest, PushPagesResponse

T = TypeVar("T")
STDIN = 0
LINES = "application/x-ndjson"
BATCH_BYTES = 1024 * 1024
BATCH_PAGES = 200
CHUNK_BYTES = 256 * 1024
AT_ONCE = 4  # deliveries under way
PATIENCE = 300.0  # seconds that one delivery is tried while too much waits to be converted
SHOWN = 5  # dead links and large files that are named


class Delivery(NamedTuple):
    """A delivery to be sent. `what` names it for people."""

    what: str
    content_type: str
    body: bytes
    url: str = ""


async def push(target: Target, paths: Sequence[str], base: str, options: CrawlOptions) -> int:
    """Run the whole command; its exit status."""
    output = checked_output(options.output)
    if options.taking:
        options.taking.request(output)  # refused before anything is pushed
    options.settings.push = True
    options.settings.url = based(base)
    if target.embedded and options.settings.follow_links:
        options.settings.private_origin = typed_origin(options.settings.url)
    folder = None
    if "-" not in paths:
        folder = Folder(options.settings.url, files_of(paths))
    elif len(paths) > 1:
        raise CommandError("- is standard input; name nothing else beside it", USAGE)
    async with connected(target, "push") as connection:
        return await Pushing(connection, options, output, folder=folder).run()


def based(base: str) -> str:
    """The address that the folder's own is, ending in a slash."""
    from docspasta.start import start_url
    from docspasta.urls import BadUrl

    if not base:
        raise CommandError("--base is needed: the address at which the folder's pages are", USAGE)
    try:
        url = start_url(base)
    except BadUrl as error:
        raise CommandError(f"--base {base}: {error}", USAGE) from error
    if "?" in url:
        raise CommandError(f"--base {base}: an address without a query is needed", USAGE)
    return url if url.endswith("/") else f"{url}/"


@dataclass
class Pushing(Crawling):
    """One pushed job, from its creation to its document. Without a folder, lines come from standard input."""

    folder: Folder | None = None
    refused: list[str] = field(default_factory=list)

    begun: ClassVar[str] = "Pushing to"

    async def run(self) -> int:
        """The exit status. A job whose pages couldn't all be pushed is cancelled."""
        await self.create()
        try:
            status = await self.follow()
        except Exception as error:
            await self.cancelled()
            raise first(error) from error
        return max(status, self.told())

    async def watched(self, tally: Any) -> Job:
        """Push, and watch until the job has ended."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.push_all())
            watching = group.create_task(super().watched(tally))
        return watching.result()

    async def push_all(self) -> None:
        """Push everything, a few deliveries at once, and say that it is all."""
        from docspasta.v1.jobs_pb2 import FinishJobRequest

        deliveries = self.deliveries()
        turn = asyncio.Lock()

        async def work() -> None:
            while True:
                async with turn:
                    delivery = await aside(lambda: next(deliveries, None))
                if delivery is None:
                    return
                await self.deliver(delivery)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
        request = FinishJobRequest(job_id=self.job_id)
        await self.connection.call(lambda: self.connection.jobs.FinishJob, request)

    def deliveries(self) -> Iterator[Delivery]:
        """What is to be sent."""
        return of_pages(self.folder.pages()) if self.folder else of_lines(lines_of(STDIN))

    async def deliver(self, delivery: Delivery) -> None:
        """Send one delivery until it is answered for. Raises CommandError for one that is refused."""
        import grpc

        from docspasta.errors import DocspastaError, ResourceExhausted
        from docspasta.serving.status import error_of

        requests = list(requests_of(self.job_id, delivery))
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                answer = await self.connection.call(lambda: self.push_pages, requests)
                break
            except grpc.aio.AioRpcError as failed:
                error: DocspastaError = error_of(failed)
                wait = error.retry_after if isinstance(error, ResourceExhausted) else None
                if not wait or asyncio.get_running_loop().time() + wait > until:
                    message, status = sentence_of(error)
                    raise CommandError(f"{delivery.what}: {message}", status) from failed
            await asyncio.sleep(wait)
        self.refused += [page.url for page in answer.pages if not page.page_id]

    async def push_pages(
        self, requests: list[PushPagesRequest], *, metadata: Any, timeout: float
    ) -> PushPagesResponse:
        """The call, with a stream of requests that may be sent again."""
        answer: PushPagesResponse = await self.connection.pushes.PushPages(
            iter(requests), metadata=metadata, timeout=timeout
        )
        return answer

    def told(self) -> int:
        """Say what of the folder isn't in the document; the exit status of that."""
        if self.folder is None:
            return OK
        dead, large = self.folder.dead, self.folder.large
        rows = [f"  {link} (on {page})" for link, page in sorted(dead.items())]
        self.say(*(counted("link leads", "links lead", "to no file of the folder:", rows) if rows else ()))
        for path in large[:SHOWN]:
            complain(f"{path} is larger than 10 MiB; it was left out")
        return NOT_WHOLE if large else OK


def counted(one: str, many: str, rest: str, rows: Sequence[str]) -> list[str]:
    """Some rows under a line that says how many there are."""
    head = f"{len(rows):,} {one if len(rows) == 1 else many} {rest}"
    return [head, *rows[:SHOWN], *(["  …"] if len(rows) > SHOWN else [])]


def of_pages(pages: Iterator[Page]) -> Iterator[Delivery]:
    """Pages in batches. A page whose bytes may not be UTF-8, or that is large, goes as it is and alone."""
    from docspasta.content.charset import decode

    rows: list[bytes] = []
    for page in pages:
        if len(page.body) > BATCH_BYTES // 4 or decode(page.body) is not page.body:
            yield Delivery(page.url, page.kind, page.body, page.url)
            continue
        name = "markdown" if page.kind == "text/markdown" else "html"
        row = json.dumps({"url": page.url, name: page.body.decode()}, ensure_ascii=False).encode()
        if rows and not _has_room(rows, row):
            yield Delivery("a batch of pages", LINES, b"\n".join(rows))
            rows = []
        rows.append(row)
    if rows:
        yield Delivery("a batch of pages", LINES, b"\n".join(rows))


def of_lines(lines: Iterator[bytes]) -> Iterator[Delivery]:
    """Lines of JSON in batches, each named by its place in the input."""
    rows: list[bytes] = []
    before = 0
    for line in lines:
        if rows and not _has_room(rows, line):
            yield Delivery(_named(before, len(rows)), LINES, b"".join(rows))
            before, rows = before + len(rows), []
        rows.append(line)
    if rows:
        yield Delivery(_named(before, len(rows)), LINES, b"".join(rows))


def _named(before: int, rows: int) -> str:
    return f"line {before + 1}" if rows == 1 else f"lines {before + 1} to {before + rows}"


def lines_of(file: int) -> Iterator[bytes]:
    """The lines of an open file, as they come. Raises CommandError for one that is larger than a delivery."""
    left = bytearray()
    while piece := os.read(file, CHUNK_BYTES):
        left += piece
        if b"\n" in piece:
            *whole, last = left.split(b"\n")
            yield from (bytes(line) + b"\n" for line in whole)
            left = last
        if len(left) > MOST_BYTES:
            raise CommandError("a line of the input is larger than 10 MiB; give each page a line", USAGE)
    if left:
        yield bytes(left)


async def aside(work: Callable[[], T]) -> T:
    """What `work` gives, in a thread that doesn't keep the command from ending: a read may wait long."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if not done.done():
            done.set_exception(error) if error else done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, daemon=True).start()
    return await done


def _has_room(rows: Sequence[bytes], more: bytes) -> bool:
    return len(rows) < BATCH_PAGES and sum(map(len, rows)) + len(more) <= BATCH_BYTES


def requests_of(job_id: str, delivery: Delivery) -> Iterator[PushPagesRequest]:
    """A delivery as the service takes it, under an id of its own."""
    from docspasta.v1.pushes_pb2 import PushHeader, PushPagesRequest

    header = PushHeader(
        content_type=delivery.content_type, job_id=job_id, url=delivery.url, message_id=uuid.uuid4().hex
    )
    yield PushPagesRequest(header=header)
    for at in range(0, len(delivery.body), CHUNK_BYTES):
        yield PushPagesRequest(chunk=delivery.body[at : at + CHUNK_BYTES])
