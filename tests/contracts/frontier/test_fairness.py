"""Turns: users on a host, jobs of a user on a host, users when crawlers are short of hands."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise

from docspasta.domain import JobKey
from docspasta.identity.caller import share_of
from docspasta.queues.keys import tag
from docspasta.queues.messages import LeasedUrl
from tests.contracts.frontier.driver import Crawl, hosts, jobs


async def test_a_hosts_turns_go_round_users_then_their_jobs(crawl: Crawl) -> None:
    for name in ("ann/one", "ann/two", "ann/three", "bob/one"):
        await crawl.add(await crawl.job(name), 50)
    names = jobs(await crawl.all_taken(12, step=0.02))
    users = [name.partition("/")[0] for name in names]
    assert all(a != b for a, b in pairwise(users))
    of_ann = [name for name in names if name.startswith("ann")]
    for at in range(len(of_ann) - 2):
        assert len(set(of_ann[at : at + 3])) == 3


async def test_a_job_that_comes_late_has_its_turn_at_once(crawl: Crawl) -> None:
    await crawl.add(await crawl.job("ann/one"), 50)
    await crawl.all_taken(2)
    await crawl.add(await crawl.job("bob/one"), 1)
    assert "bob/one" in jobs(await crawl.all_taken(0.5))


async def test_short_of_hands_the_user_with_the_fewest_leases_is_served(crawl: Crawl) -> None:
    one_shard = crawl.hosts(40, shard=2)
    ann, bob = await crawl.job("ann/one"), await crawl.job("bob/one")
    for name in one_shard[:39]:
        await crawl.add(ann, 5, name)
    held = await crawl.take(20)
    assert set(jobs(held)) == {"ann/one"}
    crawl.clock.pass_seconds(60)
    await crawl.queues.frontier.renew(held, 600)
    await crawl.add(bob, 1, one_shard[39])  # due later than all of ann's
    assert jobs(await crawl.take(1)) == ["bob/one"]


async def test_hands_are_shared_evenly_between_users(crawl: Crawl) -> None:
    names = crawl.hosts(90, shard=1)
    for at, user in enumerate(("ann", "bob", "cem")):
        job = await crawl.job(f"{user}/one")
        for name in names[at * 30 : at * 30 + 30]:
            await crawl.add(job, 1, name)
    assert set(Counter(jobs(await crawl.take(30))).values()) == {10}


async def test_anonymous_users_of_one_address_have_one_share(crawl: Crawl) -> None:
    """However many they are: their address has as much as anybody else, also when leases have come back."""
    group = "anon-00000000000000aa"
    crowd = [f"{group}-{number:032x}" for number in range(8)]
    names = iter(crawl.hosts(92, shard=1))
    for user, count in (("ann", 30), ("bob", 30), *((user, 4) for user in crowd)):
        job = await crawl.job(f"{user}/one")
        for name in islice(names, count):
            await crawl.add(job, 1, name)

    def shares(taken: list[LeasedUrl]) -> Counter[str]:
        return Counter(share_of(one.queued.job.user_id) for one in taken)

    taken = await crawl.take(30)
    assert shares(taken) == {"ann": 10, "bob": 10, group: 10}
    assert len(set(jobs(taken))) == 10, "and within it its users take turns"
    await crawl.finish([one for one in taken if one.queued.job.user_id != "ann"])
    assert shares(await crawl.take(20)) == {"bob": 10, group: 10}
    held = await crawl.queues.frontier.shards.client.hgetall(tag(1) + "held")
    assert int(held[group.encode()]) == sum(int(held.get(user.encode(), 0)) for user in crowd) == 10
    for user in crowd:
        await crawl.queues.frontier.jobs.end(JobKey(user, "one"))
    assert await crawl.queues.frontier.shards.client.hget(tag(1) + "held", group) is None


async def test_every_shard_is_asked_in_turn(crawl: Crawl) -> None:
    job = await crawl.job()
    names = [name for shard in range(5) for name in crawl.hosts(4, shard=shard)]
    for name in names:
        await crawl.add(job, 1, name)
    taken = [one for _ in range(20) for one in await crawl.take(1)]
    assert sorted(hosts(taken)) == sorted(names)
    shards = [crawl.queues.frontier.shards.of(name) for name in hosts(taken)]
    assert all(set(shards[at : at + 5]) == set(range(5)) for at in (0, 5, 10, 15))


async def test_users_whose_share_is_full_are_passed_over_and_wake_nobody(crawl: Crawl) -> None:
    frontier = crawl.queues.frontier
    ann, bob = await crawl.job("ann/one"), await crawl.job("bob/one")
    for host in crawl.hosts(20):
        await crawl.add(ann, 1, host)
    await crawl.add(bob, 1, "bobs.example")
    frontier.look_everywhere()
    taken = await frontier.claim(10, 30, frozenset({"ann"}))
    assert jobs(taken) == ["bob/one"]

    await crawl.finish(taken)
    await frontier.claim(10, 30, frozenset({"ann"}))
    assert min(frontier.due) > frontier.shards.local(), "what is due of a full user makes no busy loop"
    assert set(jobs(await frontier.claim(100, 30))) == {"ann/one"}, "its share is free again: found at once"


async def test_all_users_of_a_full_share_are_passed_over(crawl: Crawl) -> None:
    group = "anon-00000000000000aa"
    names = iter(crawl.hosts(12, shard=1))
    for user in (*(f"{group}-{number:032x}" for number in range(10)), "bob"):
        await crawl.add(await crawl.job(f"{user}/one"), 1, next(names))
    frontier = crawl.queues.frontier
    frontier.look_everywhere()
    assert jobs(await frontier.claim(10, 30, frozenset({group}))) == ["bob/one"]
    assert len(await frontier.claim(20, 30, frozenset())) == 10
