"""robots.txt over real sockets and a real Valkey: redirects, trouble, one fetch for all, cut askers."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from aiohttp import web

from docspasta.domain import JobKey, PageKind
from docspasta.queues.frontier import Pace
from docspasta.queues.keys import WORK
from services.crawler.exchange import UnderLease
from services.crawler.visit import Outcome, Visit

from .crawling import Crawling, crawling
from .web import Site, page, raw, redirect, serving, status

JOB = JobKey("ada", "robots")


async def visit(crawler: Crawling, url: str, kind: PageKind = PageKind.PAGE) -> Outcome:
    return await crawler.by_hand(Visit(url, kind))


async def test_redirects_of_robots_txt_are_followed_to_other_hosts(redis_url: str) -> None:
    other = Site(handlers={}, robots="User-agent: *\nDisallow: /x\n")
    site = Site(pages={"/x": page("x"), "/y": page("y")})
    async with serving(site, other), crawling(redis_url) as crawler:
        site.handlers["/robots.txt"] = redirect("/elsewhere")
        site.handlers["/elsewhere"] = redirect(other.url("/robots.txt"))
        refused = (await visit(crawler, site.url("/x"))).fetched
        assert (refused.reason, refused.detail) == ("robots", "robots.txt: Disallow: /x")
        assert (await visit(crawler, site.url("/y"))).fetched.reason == ""


async def test_a_loop_of_redirects_allows_a_long_chain_is_followed_and_nothing_leads_inside(
    redis_url: str,
) -> None:
    loops, inside = Site(pages={"/x": page("x")}), Site(pages={"/x": page("x")})
    chain = Site(pages={"/x": page("x")})
    hops = ["/robots.txt", *(f"/{n}" for n in range(9)), "/rules"]
    chain.handlers.update({hop: redirect(after) for hop, after in pairwise(hops)})
    chain.handlers["/rules"] = raw(b"User-agent: *\nDisallow: /x\n", content_type="text/plain")
    loops.handlers["/robots.txt"] = redirect("/robots.txt")
    inside.handlers["/robots.txt"] = redirect("http://10.0.0.1/robots.txt")
    async with serving(loops, inside, chain), crawling(redis_url) as crawler:
        assert (await visit(crawler, chain.url("/x"))).fetched.reason == "robots"
        assert (await visit(crawler, loops.url("/x"))).fetched.reason == ""
        refused = await visit(crawler, inside.url("/x"))
        assert (refused.fetched.reason, refused.retry) == ("robots_unreachable", True)
        await visit(crawler, inside.url("/x"))
    assert loops.targets().count("/robots.txt") == 1
    assert inside.targets() == ["/robots.txt"]


async def test_a_server_error_disallows_for_a_while_and_is_not_asked_again(redis_url: str) -> None:
    site = Site(pages={"/x": page("x")}, handlers={"/robots.txt": status(500)})
    async with serving(site), crawling(redis_url) as crawler:
        outcomes = [await visit(crawler, site.url("/x")) for _ in range(5)]
    assert {o.fetched.reason for o in outcomes} == {"robots_unreachable"}
    assert all(o.retry and (o.after or 0) > 30 for o in outcomes)
    assert site.targets() == ["/robots.txt"]


async def test_one_fetch_serves_many_processes_and_tasks(redis_url: str) -> None:
    async def slowly(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.3)
        return web.Response(text="User-agent: *\nDisallow: /private\n")

    site = Site(pages={f"/{n}": page("x") for n in range(30)}, handlers={"/robots.txt": slowly})
    async with serving(site), crawling(redis_url) as one, crawling(redis_url) as two:
        visits = [visit((one, two)[n % 2], site.url(f"/{n}")) for n in range(30)]
        outcomes = await asyncio.gather(*visits, visit(two, site.url("/private")))
    assert [o.fetched.reason for o in outcomes] == [""] * 30 + ["robots"]
    assert site.targets().count("/robots.txt") == 1


async def test_who_holds_the_only_place_never_waits_for_one_who_waits_for_it(redis_url: str) -> None:
    site = Site(pages={"/taken": page("taken"), "/by-hand": page("by hand")})
    pace = Pace(0, 1, 0, 1, 64)
    async with serving(site), crawling(redis_url, pace=pace) as crawler:
        crawler.worker.stop()
        await crawler.open(JOB)
        await crawler.add(JOB, site.url("/taken"))
        frontier = crawler.queues.frontier
        (taken,) = await frontier.claim(1, 30)
        by_hand = asyncio.create_task(visit(crawler, site.url("/by-hand")))
        async with asyncio.timeout(30):
            while not await frontier.shards.client.keys("*robots-lock*") and not frontier.doorbell.bells.get(
                WORK
            ):
                await asyncio.sleep(0.01)
            outcome = await crawler.visitor.visit(Visit(taken.queued.url), UnderLease(frontier, taken))
            await frontier.complete([(taken, outcome.fetched)])
            assert (await by_hand).fetched.reason == outcome.fetched.reason == ""
    assert site.targets() == ["/robots.txt", "/taken", "/by-hand"]


async def test_a_cut_asker_does_not_strand_the_others(redis_url: str) -> None:
    begun = asyncio.Event()

    async def slowly(_: web.Request) -> web.StreamResponse:
        begun.set()
        await asyncio.sleep(0.3)
        return web.Response(text="")

    site = Site(pages={"/a": page("a"), "/b": page("b")}, handlers={"/robots.txt": slowly})
    async with serving(site), crawling(redis_url) as crawler:
        first = asyncio.create_task(visit(crawler, site.url("/a")))
        await asyncio.wait_for(begun.wait(), 30)
        second = asyncio.create_task(visit(crawler, site.url("/b")))
        await asyncio.sleep(0)
        first.cancel()
        assert (await asyncio.wait_for(second, 30)).fetched.reason == ""
    assert first.cancelled()


async def test_a_host_that_is_not_there_fails_with_the_network_s_reason(redis_url: str) -> None:
    gone = Site()
    async with serving(gone):
        pass
    async with crawling(redis_url) as crawler:
        assert (await visit(crawler, gone.url("/"))).fetched.reason == "connection"
        unknown = await visit(crawler, "http://no-such-host.invalid/")
        assert unknown.fetched.reason == "dns"


async def test_robots_of_a_busy_host_hold_it_for_everybody(redis_url: str) -> None:
    site = Site(handlers={"/robots.txt": status(503, retry_after="120")})
    async with serving(site), crawling(redis_url) as crawler:
        await visit(crawler, site.url("/x"))
        granted, wait = await crawler.queues.frontier.hosts.try_start(
            f"{site.address}:{site.port}", "t", None, 5
        )
    assert wait > 60 or not granted
