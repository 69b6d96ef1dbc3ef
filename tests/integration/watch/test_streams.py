"""A job's stream from its beginning, over real processes: what comes, in what order, and how it ends."""

from __future__ import annotations

from .sse import Follower, follow, follow_to_the_end, request, stream_path


async def test_a_whole_job_is_seen_as_the_database_holds_it(installation, records):
    crawl = await records.crawl(40)
    follower = Follower()
    await crawl.finish(at_once=7)
    await follow_to_the_end(installation.gateways[0].address, crawl.job_id, installation.token(), follower)
    assert follower.differences(await crawl.truth()) == []
    assert follower.ended["state"] == "completed"
