"""What a stream says and when it says nothing: ids, resets, heartbeats, ends, and passing trouble."""

from __future__ import annotations

import asyncio
import json
import random
import re

from .sse import (
    Follower,
    Parser,
    follow,
    follow_to_the_end,
    last_event_id,
    read_events,
    request,
    stream_path,
)


async def wait_for_events(answer, follower, parser, until, within=60):
    """Read until a condition holds on what was applied."""

    async def read():
        async for chunk in answer.chunks():
            for event in parser.feed(chunk):
                follower.apply(event)
            if until():
                return

    await asyncio.wait_for(read(), within)


async def test_a_whole_job_is_seen_as_the_database_holds_it(installation, records):
    crawl = await records.crawl(40)
    follower = Follower()
    await crawl.finish(at_once=7)
    await follow_to_the_end(installation.gateways[0].address, crawl.job_id, installation.token(), follower)
    assert follower.differences(await crawl.truth()) == []
    assert follower.ended["state"] == "completed"
    assert follower.ended["cursor"] == follower.last_id


async def test_a_live_job_is_followed_commit_by_commit(installation, records):
    crawl = await records.crawl(12)
    follower, parser, token = Follower(), Parser(), installation.token()
    async with request(installation.gateways[0].address, stream_path(crawl.job_id), token) as answer:
        await wait_for_events(answer, follower, parser, lambda: follower.progress.get("queued") == 12)
        for left in (8, 4):
            await crawl.advance(4)
            await wait_for_events(
                answer, follower, parser, lambda left=left: follower.progress["queued"] == left
            )
            assert follower.differences(await crawl.truth()) == []
        await crawl.pause()
        await wait_for_events(answer, follower, parser, lambda: follower.progress["state"] == "paused")
        await crawl.resume()
        await wait_for_events(answer, follower, parser, lambda: follower.progress["state"] == "running")
        await crawl.cancel()
        await asyncio.wait_for(read_events(answer, follower), 30)  # the response ends by itself
    assert follower.ended["state"] == "cancelled"
    assert follower.differences(await crawl.truth()) == []


async def test_a_watcher_is_told_of_each_page_once_and_the_list_has_their_order(installation, records):
    """At most 1.1 events a page: the end gives pages their places without telling each again."""
    crawl = await records.crawl(160)
    follower, chance, token = Follower(), random.Random(7), installation.token()
    address = installation.gateways[0].address
    watching = asyncio.create_task(follow_to_the_end(address, crawl.job_id, token, follower))
    while crawl.queued:
        await crawl.advance(4, chance)
    await asyncio.wait_for(watching, 30)
    truth = await crawl.truth()
    assert follower.differences(truth) == [] and len(truth["pages"]) == 161
    assert {page["state"] for page in follower.pages.values()} == {"processed", "failed", "skipped"}
    print(f"{follower.events} events for 161 pages")
    assert follower.events <= 1.1 * 161
    async with request(
        address, f"/api/v5/jobs/{crawl.job_id}/pages?order=reading&pageSize=500", token
    ) as answer:
        body = b"".join([chunk async for chunk in answer.chunks()])
    positions = [page["position"] for page in json.loads(body)["pages"] if page["state"] == "processed"]
    assert positions == list(range(1, len(positions) + 1)) and len(positions) > 100


async def test_headers_and_first_line(installation, records):
    crawl = await records.crawl(1)
    address, token = installation.gateways[0].address, installation.token()
    async with request(address, stream_path(crawl.job_id), token, Accept_Encoding="gzip, br") as answer:
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store, no-transform"
        assert answer.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in answer.headers
        first = await anext(answer.chunks())
        assert re.match(rb"retry: \d{3,4}\n\n", first)


async def test_last_event_id_beats_after(installation, records):
    crawl = await records.crawl(3)
    await crawl.finish()
    token, address = installation.token(), installation.gateways[0].address
    whole = Follower()
    await follow_to_the_end(address, crawl.job_id, token, whole)
    later = f"{whole.epoch}-{whole.version - 1}"
    for path, cursor in (
        (stream_path(crawl.job_id, later), ""),
        (stream_path(crawl.job_id, whole.last_id), later),
    ):
        follower = Follower()
        async with request(address, path, token, **last_event_id(cursor)) as answer:
            assert answer.status == 200
            await read_events(answer, follower)
        assert follower.events == 1 and follower.ended is not None


async def test_what_is_of_another_history_is_reset(installation, records):
    crawl = await records.crawl(5)
    token, truth = installation.token(), await crawl.truth()
    address = installation.gateways[0].address
    known = Follower()
    async with request(address, stream_path(crawl.job_id), token) as answer:
        await wait_for_events(answer, known, Parser(), lambda: known.version == truth["version"])
    future = f"{known.epoch}-{truth['version'] + 1}"
    for cursor in ("0123456789-3", future, "not a cursor", f"{known.epoch}-99999999999999999999"):
        follower, parser = Follower(), Parser()
        async with request(address, stream_path(crawl.job_id), token, **last_event_id(cursor)) as answer:
            await wait_for_events(answer, follower, parser, lambda f=follower: f.version == truth["version"])
        assert follower.resets == 1 and follower.differences(truth) == []
    unreset = Follower()
    async with request(
        address, stream_path(crawl.job_id), token, **last_event_id(f"{known.epoch}-0")
    ) as answer:
        await wait_for_events(answer, unreset, Parser(), lambda: unreset.version == truth["version"])
    assert unreset.resets == 0


async def test_an_early_progress_moves_no_cursor(installation, records):
    """A long catch-up tells the counts first, without an id; ids come only with what was written."""
    crawl = await records.crawl(1300)
    while len(crawl.queued) > 100:
        await crawl.advance(400)
    seen, follower, parser = [], Follower(), Parser()
    truth = await crawl.truth()
    async with request(
        installation.gateways[1].address, stream_path(crawl.job_id), installation.token()
    ) as answer:
        async for chunk in answer.chunks():
            for event in parser.feed(chunk):
                follower.apply(event)
                seen.append(event)
            if follower.version == truth["version"]:
                break
    assert follower.differences(truth) == []
    assert seen[0].name == "progress" and seen[0].id is None
    assert seen[0].data["discovered"] == truth["counts"]["discovered"]
    assert seen[-1].name == "progress" and seen[-1].id is not None
    assert parser.last_id == seen[-1].id


async def test_the_end_was_seen_or_comes(installation, records):
    """A job that ended before the client came; a client that has seen it all; a job deleted since."""
    crawl = await records.crawl(2)
    await crawl.finish()
    token, address = installation.token(), installation.gateways[0].address
    follower = Follower()
    await follow_to_the_end(address, crawl.job_id, token, follower)
    async with request(address, stream_path(crawl.job_id, follower.last_id), token) as answer:
        assert answer.status == 204
    before = follower.version - 1
    assert await follow(address, crawl.job_id, token, Follower(epoch=follower.epoch, version=before)) == 200
    await crawl.delete()
    assert await follow(address, crawl.job_id, token, Follower()) == 404


async def test_somebody_elses_job_looks_like_none(installation, records):
    crawl = await records.crawl(2, user_id="ann")
    address, token = installation.gateways[0].address, installation.token("bob")
    told = []
    for job_id in (crawl.job_id, "job-that-never-was"):
        for path in (stream_path(job_id), f"/api/v5/jobs/{job_id}", f"/api/v5/jobs/{job_id}/status"):
            async with request(address, path, token, X_Request_Id="same") as answer:
                body = b"".join([chunk async for chunk in answer.chunks()])
                told.append((path.rsplit("/", 1)[1], answer.status, {**answer.headers, "date": ""}, body))
    assert told[0] == told[3] and told[0][1] == 404
    assert told[1][1:] == told[4][1:] and told[1][1] == 404
    assert told[2] == told[5]


async def test_bad_credentials_are_final(installation, records):
    crawl = await records.crawl(1)
    address = installation.gateways[0].address
    for token in ("nonsense", installation.token(lifetime=-60)):
        async with request(address, stream_path(crawl.job_id), token) as answer:
            assert answer.status == 401


async def test_status_is_stream_or_snapshot(installation, records):
    crawl = await records.crawl(2)
    address, token = installation.gateways[0].address, installation.token()
    path = f"/api/v5/jobs/{crawl.job_id}/status"
    async with request(address, path, token, Accept="text/event-stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
    status, job = installation.get(installation.gateways[0], path, token)
    assert status == 200 and job["jobId"] == crawl.job_id and job["queued"] == 2 and job["failed"] == 0
