"""`docspasta crawl`: create a job, watch it to its end, put its document where it belongs."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from docspasta.cli.abandoned import end_abandoned, noted
from docspasta.cli.connection import Connection, Target, connected
from docspasta.cli.delivery import delivered
from docspasta.cli.exits import FAILED, INTERRUPTED, NOT_WHOLE, OK, CommandError
from docspasta.cli.output import checked_output
from docspasta.cli.run import complain, sentence_of
from docspasta.cli.saying import say
from docspasta.cli.taking import Taking, taken, told_by_name

if TYPE_CHECKING:
    from docspasta.cli.causes import Causes
    from docspasta.v1.jobs_pb2 import CreateJobResponse, Job, JobSettings, WatchJobResponse
    from docspasta.v1.webhooks_pb2 import WebhookSettings

T = TypeVar("T")
SAMPLE_PORT = 8411  # tried first, so that the sample's document is the same each time


@dataclass(frozen=True)
class CrawlOptions:
    """What a person asked of `crawl`. `output` is as `-o` takes it; `max_failures` in per cent."""

    settings: JobSettings
    output: str = ""
    taking: Taking = field(default_factory=Taking)
    max_failures: float = 10.0
    json_lines: bool = False
    dry_run: bool = False
    quiet: bool = False
    webhook: WebhookSettings | None = None
    fresh: bool = False
    links: str = "relative"


async def crawl(target: Target, options: CrawlOptions, sample: bool = False) -> int:
    """Run the whole command; its exit status."""
    output = checked_output(options.output)
    if options.taking:
        options.taking.request(output)  # refused before anything is crawled
    async with sample_site() if sample else nullcontext() as origin:
        if origin:
            options.settings.url = f"{origin}/"
        if target.embedded:
            options.settings.private_origin = typed_origin(options.settings.url)
        async with connected(target, "crawl") as connection:
            await end_abandoned(connection)
            if options.dry_run:
                from docspasta.cli.dry_run import dry_run

                return await dry_run(connection, options.settings, options.json_lines)
            return await Crawling(connection, options, output).run()


async def retry(target: Target, job_id: str, output: str, links: str, json_lines: bool) -> int:
    """Try again what failed of an ended job, and write its document anew; the exit status."""
    from docspasta.cli.job_names import find_job
    from docspasta.v1.jobs_pb2 import RetryJobRequest

    output = checked_output(output)
    async with connected(target, "jobs retry") as connection:
        request = RetryJobRequest(job_id=await find_job(connection, job_id))
        job = (await connection.call(lambda: connection.jobs.RetryJob, request)).job
        options = CrawlOptions(job.settings, json_lines=json_lines, links=links)
        crawling = Crawling(connection, options, output, job.job_id)
        crawling.say(f"Trying {job.progress.queued:,} of {job.progress.discovered:,} pages again")
        return await crawling.follow()


@asynccontextmanager
async def sample_site(port: int = SAMPLE_PORT) -> AsyncIterator[str]:
    """The site that ships with docspasta, served by this process: on `port` if that is free."""
    from docspasta.sample.server import serving

    async with AsyncExitStack() as serves:
        try:
            origin = await serves.enter_async_context(serving(port))
        except OSError:
            origin = await serves.enter_async_context(serving())
        yield origin


def typed_origin(url: str) -> str:
    """The origin of the address that was typed: in embedded mode it may be private, for this job."""
    from docspasta.urls import canonical, origin

    return origin(canonical(url))


@dataclass
class Crawling:
    """One crawl, from its creation to its document."""

    connection: Connection
    options: CrawlOptions
    output: str
    job_id: str = ""
    webhook_id: str = ""

    begun: ClassVar[str] = "Crawling"

    async def run(self) -> int:
        """The exit status. A Ctrl-C cancels the job and keeps what there is."""
        await self.create()
        return await self.follow()

    async def follow(self) -> int:
        """Watch the job to its end and write its document; the exit status."""
        from docspasta.cli.tally import Tally

        with noted(self.connection.directory, self.job_id, self.options.settings.url):
            try:
                ended = await self.watched(Tally())
            except asyncio.CancelledError:
                return await self.interrupted()
            try:
                return await self.ended(ended)
            finally:
                await self.tell_webhook()

    async def create(self) -> None:
        """Create the job and say so."""
        from docspasta.v1.jobs_pb2 import CreateJobRequest

        request = CreateJobRequest(
            settings=self.options.settings,
            idempotency_key=uuid.uuid4().hex,
            webhook=self.options.webhook,
            reuse=not self.options.fresh,
        )
        answer = await self.connection.call(lambda: self.connection.jobs.CreateJob, request)
        job: Job = answer.job
        self.job_id = job.job_id
        self.say(f"{self.begun} {job.settings.url} (job {job.job_id})")
        self.tell("job", {"jobId": job.job_id, "url": job.settings.url})
        self.show_webhook(answer)

    def show_webhook(self, answer: CreateJobResponse) -> None:
        """The job's own webhook; its secret, when nobody has it yet."""
        asked = self.options.webhook
        if asked is None:
            return
        self.webhook_id = answer.webhook_id
        self.tell("webhook", {"webhookId": answer.webhook_id, "secret": answer.webhook_secret or None})
        if not asked.secret and not self.options.json_lines:
            shown = (
                answer.webhook_secret or f"lost; docspasta webhooks rotate {answer.webhook_id} makes another"
            )
            print(f"The webhook's secret, shown this once: {shown}", file=sys.stderr, flush=True)

    async def tell_webhook(self) -> None:
        """Wait until the webhook was told, when the stack ends with this command."""
        from docspasta.cli.telling import LATER, was_told

        if not self.webhook_id or self.options.webhook is None or self.connection.stack is None:
            return
        if not await was_told(self.connection, self.webhook_id):
            complain(LATER.format(self.options.webhook.url))

    async def watched(self, tally: Any) -> Job:
        """Watch with progress on stderr until the job has ended."""
        from docspasta.cli.terminal import display
        from docspasta.cli.watching import watch

        with display(self.options.quiet) as shown:

            def seen(update: WatchJobResponse | None) -> None:
                shown.show(tally)
                if update is not None:
                    self.tell_update(update)

            return await watch(self.connection, self.job_id, tally, seen)

    async def ended(self, job: Job) -> int:
        """Write the document of an ended job and sum up."""
        from docspasta.cli.jobs import get_job
        from docspasta.cli.summary import advice, nothing_sentence, summary
        from docspasta.cli.written import measured
        from docspasta.v1.jobs_pb2 import JobState

        causes = await self.causes(job)
        if not job.progress.processed:
            raise CommandError(nothing_sentence(job, causes), FAILED)
        whole = job.progress.state == JobState.JOB_STATE_COMPLETED
        if whole and (self.options.taking or told_by_name(self.output)):
            return await self.taken(job, causes)
        path = await self.delivered(job, partial=not whole)
        written = await asyncio.to_thread(measured, path)
        if written is None:  # the service has counted what went to stdout
            job = await get_job(self.connection, self.job_id)
        self.say(*summary(job, causes, written), *advice(job))
        self.tell("document", {"jobId": job.job_id, "path": path, "complete": whole})
        self.announce(path)
        return self.status(job, whole)

    async def taken(self, job: Job, causes: Causes) -> int:
        """Write what was asked for of a completed job."""
        from docspasta.cli.summary import advice, sizes, summary
        from docspasta.cli.written import measured

        chosen, links, quiet = self.options.taking, self.options.links, self.options.quiet
        paths = await self.kept(taken(self.connection, job, chosen, self.output, links, quiet), job)
        files = await asyncio.to_thread(lambda: list(filter(None, map(measured, paths))))
        self.say(*summary(job, causes), *advice(job), *sizes(files))
        for path in paths:
            self.tell("document", {"jobId": job.job_id, "path": path, "complete": True})
            self.announce(path)
        return self.status(job, whole=True)

    def status(self, job: Job, whole: bool) -> int:
        """The exit status of a crawl whose document is written, with a sentence when it isn't 0."""
        from docspasta.cli.summary import cut_unasked, failed_share

        if not whole:
            complain(f"the job was not completed: {job.error or 'it was cancelled'}")
            return NOT_WHOLE
        if failed_share(job) > self.options.max_failures:
            complain(
                f"{failed_share(job):.2f} % of the pages failed, more than "
                f"--max-failures {self.options.max_failures:g}; the file is written all the same"
            )
            return NOT_WHOLE
        if cut_unasked(job, self.options.settings):
            complain("a limit that you did not set has cut the crawl; the file is written all the same")
            return NOT_WHOLE
        return OK

    async def causes(self, job: Job) -> Causes:
        """Why pages failed; nothing when that can't be asked any more."""
        from docspasta.cli.jobs import causes_of_job

        return await causes_of_job(self.connection, job) if not self.options.quiet else {}

    async def delivered(self, job: Job, *, partial: bool) -> str:
        """Write the document."""
        output = f"{self.output}.md" if told_by_name(self.output) else self.output
        quiet, links = self.options.quiet, self.options.links
        writing = delivered(self.connection, job, output, partial=partial, quiet=quiet, links=links)
        return await self.kept(writing, job)

    async def kept(self, writing: Awaitable[T], job: Job) -> T:
        """What was written; when that fails, say that the crawl is kept."""
        try:
            return await writing
        except CommandError as error:
            kept = f"The crawl is kept; write it with: docspasta jobs download {job.job_id} -o FILE"
            raise CommandError(f"{error.message}\n{kept}", error.status) from error

    async def interrupted(self) -> int:
        """Cancel the job and keep what there is. A second Ctrl-C gives up on that as well."""
        if task := asyncio.current_task():
            task.uncancel()
        self.say("", "Interrupted: cancelling the job …")
        try:
            await self.keep_partial(await self.cancelled())
        except asyncio.CancelledError:
            complain("interrupted again; nothing was written")
        except Exception as error:
            complain(sentence_of(error)[0])
        return INTERRUPTED

    async def keep_partial(self, job: Job) -> None:
        """Write what a cancelled job has."""
        from docspasta.cli.summary import summary

        if not job.progress.processed:
            self.say("No page was done yet, so nothing was written.")
            return
        path = await self.delivered(job, partial=True)
        self.say(*summary(job), f"Partial document saved to {path}")
        self.tell("document", {"jobId": job.job_id, "path": path, "complete": False})
        self.announce(path)

    async def cancelled(self) -> Job:
        """The job, cancelled; or as it ended, when it was quicker."""
        import grpc

        from docspasta.cli.jobs import cancel_job, get_job

        try:
            return await cancel_job(self.connection, self.job_id)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.FAILED_PRECONDITION:
                raise
            return await get_job(self.connection, self.job_id)

    def say(self, *lines: str) -> None:
        """Tell the person."""
        if not self.options.quiet:
            say(*lines)

    def announce(self, path: str) -> None:
        """The path on stdout, unless stdout carries something else."""
        if not self.options.json_lines and path != "-":
            print(path, flush=True)

    def tell(self, event: str, values: dict[str, Any]) -> None:
        """A line of JSON on stdout, with --json."""
        if self.options.json_lines:
            from docspasta.cli.json_lines import print_line

            print_line({"event": event, **values})

    def tell_update(self, update: WatchJobResponse) -> None:
        """An update of the watch as a line of JSON, with --json."""
        if self.options.json_lines:
            from docspasta.cli.json_lines import print_line, update_object

            print_line(update_object(update))
