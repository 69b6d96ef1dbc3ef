"""What each service's Redis user may do: its work, and nothing beside it. See docspasta/queues/acl.py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import redis
from redis.exceptions import NoPermissionError, ResponseError

from docspasta.domain import JobKey, Validators
from docspasta.queues.acl import SERVICES, Rule
from docspasta.queues.connect import Queues, open_queues
from docspasta.queues.figures import read_figures, read_refusals
from docspasta.queues.keys import job_prefix
from docspasta.queues.messages import Asking, Fetched, JobCrawl, QueuedUrl
from docspasta.queues.scripts import ScriptsMissing
from services.jobs.scripts import keep_loaded
from tests.stack import ValkeyServer

JOB, OTHER = JobKey("ann", "one"), JobKey("bob", "one")
ASKING = Asking(Validators('"tag"'))


@dataclass
class Services:
    """The queues of each service, each with its own Redis user."""

    crawler: Queues
    processor: Queues
    jobs: Queues


@pytest.fixture
async def services(valkey_server: ValkeyServer) -> AsyncIterator[Services]:
    valkey_server.flush()
    opened = {}
    with redis.Redis.from_url(valkey_server.url) as admin:
        for rule in SERVICES.values():
            admin.execute_command("ACL", "SETUSER", rule.name, *rule.rules(), ">secret")
        for name, rule in SERVICES.items():
            opened[name] = await open_queues(as_user(valkey_server, rule), name=name, shards=4)
        await opened["jobs"].frontier.shards.scripts.load_missing()
        yield Services(**opened)
        for queues in opened.values():
            await queues.close()
        for rule in SERVICES.values():
            admin.execute_command("ACL", "DELUSER", rule.name)


def as_user(server: ValkeyServer, rule: Rule) -> str:
    return server.url.replace("unix://", f"unix://{rule.name}:secret@")


def url(job: JobKey, page: int) -> QueuedUrl:
    return QueuedUrl(job, page, f"https://{job.user_id}{page}.example/", "ticket")


async def test_the_services_do_all_their_work_as_their_own_users(services: Services) -> None:
    jobs, crawler, processor = services.jobs, services.crawler, services.processor
    for queues in (jobs, crawler, processor):
        await queues.ping()
    await jobs.frontier.jobs.open(JOB, JobCrawl())
    await jobs.frontier.add([url(JOB, page)._replace(asking=ASKING) for page in range(1, 6)])
    await crawler.frontier.wait(0.01)
    failed, retried, back, held, fetched = await crawler.frontier.claim(10, 30)
    assert held.queued.asking == ASKING
    await crawler.frontier.renew([held], 30)
    await crawler.frontier.release([back])
    await crawler.frontier.retry(retried, Fetched(retried.queued.url, reason="timeout"))
    results = [
        (failed, Fetched(failed.queued.url, reason="dns")),
        (fetched, Fetched(fetched.queued.url, body=b"<p>")),
    ]
    assert await crawler.frontier.complete(results) == [True, True]
    start = await crawler.frontier.hosts.start("other.example")
    await crawler.frontier.hosts.finish(start)
    await crawler.frontier.hosts.finish(await crawler.frontier.hosts.start_address("192.0.2.1"))
    await crawler.frontier.hosts.start("ann1.example", under=held)
    await crawler.frontier.hosts.hold("ann1.example", 1)
    await crawler.frontier.hosts.set_delay("ann1.example", 1)
    assert await crawler.frontier.robots.lock("https://a.example") is None
    await crawler.frontier.robots.put("https://a.example", b"x", 60)
    async with jobs.doorbell.listen(JOB) as bell:
        await processor.pages.wait(0.01)
        one, two = [page for _ in range(2) for page in await processor.pages.claim(1, 1, 30)]
        await processor.pages.renew([one], 30)
        await processor.pages.release([two])
        await processor.frontier.add([url(JOB, page)._replace(asking=ASKING) for page in range(6, 9)])
        await processor.pages.complete([one])
        await processor.doorbell.ring(JOB, 7)
        assert await bell.ringing(5)
    await processor.pages.expire()
    await jobs.frontier.jobs.pause(JOB)
    await jobs.frontier.jobs.resume(JOB)
    await jobs.pages.expire()
    assert (await jobs.frontier.jobs.counts(JOB)).total == 7
    assert await jobs.frontier.known([url(JOB, 6), url(JOB, 99)]) == {6}
    assert (await read_figures(jobs.frontier.shards, 2)).waiting_bytes > 0
    await processor.frontier.jobs.end(JOB)  # whoever records a job's last page
    assert (await jobs.frontier.jobs.counts(JOB)).total == 0
    await jobs.frontier.jobs.end(JOB)


async def test_the_crawlers_user_reads_no_body_and_changes_no_job(services: Services) -> None:
    """Whoever takes a crawler over has its Redis user; these doors stay shut for every job."""
    jobs, crawler = services.jobs, services.crawler
    await jobs.frontier.jobs.open(OTHER, JobCrawl())
    await jobs.frontier.add([url(OTHER, 1)])
    (taken,) = await crawler.frontier.claim(1, 30)
    await crawler.frontier.complete([(taken, Fetched(taken.queued.url, body=b"another's page"))])
    client: redis.asyncio.Redis = crawler.client  # type: ignore[assignment]
    shard = crawler.frontier.shards.of("bob1.example")
    prefix = f"user:bob:job:one:{{f{shard:02d}}}:"
    read_by_script = "return redis.call('HGETALL', KEYS[1])"
    for attempt in (
        client.hgetall(prefix + "bodies"),
        client.hget(prefix + "bodies", "1"),
        client.eval(read_by_script, 1, prefix + "bodies"),
        client.dump(prefix + "bodies"),
        client.hset(prefix + "state", "s", "ended"),
        client.delete(prefix + "state"),
        client.smembers(prefix + "hosts"),
        client.get("user:bob:requests"),
        client.set("elsewhere", "1"),
        client.publish("user:bob:job:one:version", "99"),
        client.keys("*"),
        client.execute_command("SCAN", "0"),
        client.config_get("*"),
        client.execute_command("ACL", "LIST"),
        client.flushall(),
        client.execute_command("MONITOR"),
        client.execute_command("SCRIPT", "FLUSH"),
    ):
        with pytest.raises((NoPermissionError, redis.exceptions.ResponseError), match=r"(?i)permission"):
            await attempt
    for refused in (
        crawler.frontier.jobs.end(OTHER),
        crawler.frontier.jobs.pause(OTHER),
        crawler.pages.claim(1, 1, 30),
    ):
        with pytest.raises(redis.exceptions.ResponseError, match=r"(?i)permission"):
            await refused
    await jobs.frontier.jobs.counts(
        OTHER
    )  # the refused take had drawn it from its line: tending puts it back
    (page,) = await services.processor.pages.claim(1, 1, 30)
    assert page.fetched.body == b"another's page"


async def test_only_jobs_sends_scripts_and_the_others_wait_for_them(
    services: Services, valkey_server: ValkeyServer
) -> None:
    """A Redis that was restarted has none: crawlers and processors run them again once jobs loaded them."""
    await services.jobs.frontier.jobs.open(JOB, JobCrawl())
    with redis.Redis.from_url(valkey_server.url) as admin:
        admin.script_flush()
    for other in (services.crawler, services.processor):
        with pytest.raises(NoPermissionError):
            await other.client.eval("return 1", 0)  # type: ignore[union-attr]
        with pytest.raises(ScriptsMissing, match="jobs loads it"):
            await other.frontier.claim(1, 30)
    loading = asyncio.create_task(keep_loaded(services.jobs.frontier.shards, services.jobs.outage))
    async with asyncio.timeout(60):
        while True:
            try:
                await services.crawler.frontier.claim(1, 30)
                break
            except ScriptsMissing:
                await asyncio.sleep(0.01)
    loading.cancel()
    await asyncio.wait([loading])


async def test_what_a_crawler_is_refused_is_counted_for_the_jobs_service_to_see(services: Services) -> None:
    before = await read_refusals(services.jobs.client)
    crawler = services.crawler.client
    body = job_prefix(JOB, 0) + "bodies"
    for refused in (
        crawler.execute_command("FLUSHALL"),
        crawler.hgetall(body),
        crawler.eval("return redis.call('HGETALL', KEYS[1])", 1, body),
        crawler.publish("user:ann:job:one:version", "9"),
    ):
        with pytest.raises((NoPermissionError, ResponseError)):
            await refused
    after = await read_refusals(services.jobs.client)
    assert {cause: after[cause] - before[cause] for cause in after} == {
        "auth": 0, "cmd": 2, "key": 1, "channel": 1,
    }  # fmt: skip
