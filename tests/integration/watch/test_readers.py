"""How often the record is read: told by PostgreSQL's own log of statements, not by the readers."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.sizes import FULL, size
from tests.stack import make_template, running_postgres

from .installation import Records, installed, metric
from .sse import Follower, Parser, follow_to_the_end, request, stream_path
from .test_streams import wait_for_events

STATEMENT = re.compile(r"^docspasta-(\w+)\|.*? LOG:  (?:statement|execute [^:]+): (.*)$", re.MULTILINE)
TRANSACTION = re.compile(r"BEGIN|COMMIT|ROLLBACK|SET TRANSACTION")


class Log:
    """The server's log, from where it stood last."""

    def __init__(self, path: Path) -> None:
        self._path, self._read = path, 0

    def statements(self) -> Counter[tuple[str, str]]:
        """(pool, first line) of each statement since the last call, transaction commands left out."""
        with self._path.open("rb") as file:
            file.seek(self._read)
            text = file.read().decode(errors="replace")
            self._read = file.tell()
        rows = STATEMENT.findall(text)
        return Counter((pool, first[:120]) for pool, first in rows if not TRANSACTION.match(first))


@pytest.fixture(scope="module")
def logged(valkey_server):
    """One jobs process and one gateway on a PostgreSQL that logs every statement."""
    valkey_server.flush()
    with running_postgres(log_statement="all", log_line_prefix="%a|%m [%p] ") as server:
        asyncio.run(make_template(server))
        with installed(server, valkey_server.url) as made:
            metrics = free_port()
            jobs = made.add_jobs(METRICS_LISTEN=f"127.0.0.1:{metrics}")
            made.add_gateway(jobs)
            made.ready()
            yield made, Log(server.cluster.log), metrics


@pytest.fixture
async def records(logged):
    async with Records.of(logged[0]) as made:
        yield made


def reads(counted: Counter[tuple[str, str]]) -> int:
    """How often changed pages were read."""
    return sum(n for (pool, text), n in counted.items() if pool == "jobs" and "changed after version" in text)


async def test_a_hundred_watchers_cost_one_live_reader_and_a_shared_catch_up(logged, records):
    installation, log, _ = logged
    address, token = installation.gateways[0].address, installation.token()
    pages = size("pages that a hundred catch up with")
    crawl = await records.crawl(pages)
    while len(crawl.queued) > 100:
        await crawl.advance(700)
    log.statements()
    followers = [Follower() for _ in range(100)]
    following = [
        asyncio.create_task(follow_to_the_end(address, crawl.job_id, token, follower))
        for follower in followers
    ]
    truth = await crawl.truth()
    async with asyncio.timeout(60):
        while any(follower.version < truth["version"] for follower in followers):
            await asyncio.sleep(0.05)
    caught_up = reads(log.statements())
    # A hundred readers of their own would read 11 runs each. Two gateways' worth of sharing reads few twice.
    assert caught_up <= 3 * (pages // 500 + 1), f"{caught_up} reads for 100 who caught up together"
    commits = 10
    for _ in range(commits - 1):
        await crawl.advance(5)
        await asyncio.sleep(0.1)
    live = reads(log.statements())
    assert live <= 2 * commits, f"{live} reads of {commits} commits for 100 live watchers"
    await crawl.finish()
    await asyncio.gather(*following)
    truth = await crawl.truth()
    assert all(follower.differences(truth) == [] for follower in followers)


@pytest.mark.skipif(not FULL, reason="make test-full: watches a minute of silence")
@pytest.mark.timeout(400)
async def test_silence_costs_next_to_nothing(logged, records):
    """500 watchers of 50 jobs in which nothing happens."""
    installation, log, metrics = logged
    address, token = installation.gateways[0].address, installation.token()
    crawls = [await records.crawl(2) for _ in range(50)]
    seconds = size("seconds of silence")
    ready, found = asyncio.Semaphore(0), metric(metrics, "docspasta_watch_found_by_poll_total")

    async def watch(job_id: str) -> None:
        follower = Follower()
        async with request(address, stream_path(job_id), token) as answer:
            parser = Parser()
            await wait_for_events(answer, follower, parser, lambda: follower.progress.get("queued") == 2, 60)
            ready.release()
            async for chunk in answer.chunks():
                parser.feed(chunk)

    watching = [asyncio.create_task(watch(crawls[n % 50].job_id)) for n in range(500)]
    for _ in watching:
        await ready.acquire()
    await asyncio.sleep(3)  # what lingers after catching up
    log.statements()
    await asyncio.sleep(seconds)
    counted = log.statements()
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    jobs = sum(n for (pool, _), n in counted.items() if pool == "jobs")
    polls = sum(n for (_, text), n in counted.items() if "process watches" in text)
    # A window shorter than a minute may hold one whole round of re-checks and polls, whatever its length.
    allowed = 20 * seconds / 60 + (5 if seconds < 60 else 0)
    assert jobs + polls < allowed, f"{jobs + polls} statements in {seconds} s: {counted.most_common(8)}"
    assert metric(metrics, "docspasta_watch_found_by_poll_total") == found
