"""The worker on a real Valkey and a real web: results, retries, pace, leases, stopping."""

from __future__ import annotations

import asyncio
import gzip
import time
from typing import Any

import pytest
from aiohttp import web

from docspasta.domain import JobKey, PageKind
from docspasta.queues.frontier import Pace
from docspasta.queues.messages import JobCrawl
from services.crawler import worker
from services.crawler.visit import Outcome

from .crawling import crawling
from .web import Site, page, raw, redirect, serving, status

JOB = JobKey("ada", "job1")
GENTLE = Pace(min_delay=0.0, max_concurrency=4, delay=0.0, concurrency=4, per_address=64)


async def test_pages_are_fetched_once_each_and_handed_on(redis_url: str) -> None:
    site = Site(pages={f"/{n}": page(f"Page {n}") for n in range(20)})
    async with serving(site), crawling(redis_url) as crawler:
        await crawler.open(JOB)
        found = await crawler.of(JOB, *(site.url(f"/{n}") for n in range(20)))
    assert [f.reason for f in found] == [""] * 20
    assert found[7].body == page("Page 7").encode()
    assert (found[7].http_status, found[7].content_type, found[7].charset) == (200, "text/html", "utf-8")
    assert sorted(site.targets()) == sorted(["/robots.txt", *(f"/{n}" for n in range(20))])


async def test_a_short_coded_body_is_handed_on_as_it_came_unless_the_job_keeps_it(redis_url: str) -> None:
    body = page("Coded").encode()
    site = Site(handlers={"/": raw(gzip.compress(body), content_encoding="gzip")})
    async with serving(site), crawling(redis_url) as crawler:
        await crawler.open(JOB)
        (coded,) = await crawler.of(JOB, site.url("/"))
        keeping = JobKey("ada", "keeping")
        await crawler.open(keeping, JobCrawl(keep_raw=True))
        (kept,) = await crawler.of(keeping, site.url("/"))
    assert (coded.coding, gzip.decompress(coded.body)) == ("gzip", body)
    assert (kept.coding, kept.body) == ("", body)


async def test_results_wait_for_others_but_not_a_jobs_last_one_nor_beside_new_work(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other job's slow page keeps the crawler busy, and its quick one waits to be handed on with it."""
    monkeypatch.setattr(worker, "GATHERING", 600.0)
    targets = ("/slow", "/quick", "/single")
    answering = {target: asyncio.Event() for target in targets}

    async def answer(request: web.Request) -> web.StreamResponse:
        await answering[request.path].wait()
        return web.Response(text=page("x"), content_type="text/html")

    pages = {target: page("x") for target in ("/", "/third", "/fourth")}
    site = Site(pages=pages, handlers=dict.fromkeys(targets, answer))
    async with serving(site), crawling(redis_url) as crawler:
        other = JobKey("bob", "single")
        await crawler.open(JOB)
        await crawler.open(other)
        await crawler.of(JOB, site.url("/"))
        slow, quick = await crawler.add(JOB, site.url("/slow"), site.url("/quick"))
        (single,) = await crawler.add(other, site.url("/single"))
        async with asyncio.timeout(30):
            while len(site.targets()) < 2 + len(targets):  # with the first page and robots.txt
                await asyncio.sleep(0.01)
        answering["/quick"].set()
        with pytest.raises(TimeoutError):
            await crawler.fetched(quick, seconds=0.5)
        answering["/single"].set()
        await crawler.fetched(quick, single)
        (third,) = await crawler.add(JOB, site.url("/third"))
        with pytest.raises(TimeoutError):
            await crawler.fetched(third, seconds=0.5)
        await crawler.add(JOB, site.url("/fourth"))
        await crawler.fetched(third)
        answering["/slow"].set()
        await crawler.fetched(slow)


async def test_a_redirect_is_a_result_and_its_target_is_not_fetched(redis_url: str) -> None:
    other = Site(pages={"/": page("Other")})
    site = Site(
        handlers={"/here": redirect("/there#part"), "/bad": redirect("ftp://x/"), "/loop": redirect("/loop")}
    )
    async with serving(site, other), crawling(redis_url) as crawler:
        site.handlers["/away"] = redirect(other.url("/"))
        await crawler.open(JOB)
        here, away, bad, loop = await crawler.of(
            JOB, *(site.url(t) for t in ("/here", "/away", "/bad", "/loop"))
        )
    assert (here.reason, here.redirected_to, here.http_status) == ("redirected", site.url("/there"), 302)
    assert away.redirected_to == other.url("/")
    assert bad.reason == "bad_url"
    assert loop.reason == "redirect_limit"
    assert other.log == []


async def test_a_redirect_to_another_spelling_of_itself_is_followed(redis_url: str) -> None:
    """Both share a url_key, so the target could never be admitted as a page of its own."""
    site = Site(
        handlers={"/x?b=1&a=2": redirect("/x?a=2&b=1"), "/s": redirect("/s;jsessionid=1")},
        pages={"/x?a=2&b=1": page("Sorted"), "/s;jsessionid=1": page("Session")},
    )
    async with serving(site), crawling(redis_url) as crawler:
        await crawler.open(JOB)
        one, two = await crawler.of(JOB, site.url("/x?b=1&a=2"), site.url("/s"))
    assert b"Sorted" in one.body and b"Session" in two.body
    assert one.url == site.url("/x?b=1&a=2")


async def test_what_may_pass_is_tried_three_times_and_a_404_once(redis_url: str) -> None:
    tries: dict[str, int] = {}

    async def flaky(request: web.Request) -> web.StreamResponse:
        tries[request.path] = tries.get(request.path, 0) + 1
        if tries[request.path] < 2:
            return web.Response(status=503, headers={"Retry-After": "0"})
        return web.Response(text=page("At last"), content_type="text/html")

    site = Site(handlers={"/flaky": flaky, "/down": status(500, retry_after="0"), "/gone": status(404)})
    async with serving(site), crawling(redis_url) as crawler:
        await crawler.open(JOB)
        once, down, gone = await crawler.of(JOB, *(site.url(t) for t in ("/flaky", "/down", "/gone")))
    assert (once.reason, tries["/flaky"]) == ("", 2)
    assert (down.reason, down.http_status, site.targets().count("/down")) == ("http_status", 500, 3)
    assert (gone.reason, gone.http_status, site.targets().count("/gone")) == ("http_status", 404, 1)


async def test_retry_after_keeps_everybody_away_from_the_host(redis_url: str) -> None:
    site = Site(pages={"/a": page("A"), "/b": page("B")})

    async def busy(request: web.Request) -> web.StreamResponse:
        if site.targets().count("/busy") == 1:
            return web.Response(status=429, headers={"Retry-After": "1"})
        return web.Response(text=page("Busy"), content_type="text/html")

    site.handlers["/busy"] = busy
    async with serving(site), crawling(redis_url, pace=Pace(0, 1, 0, 1, 64)) as crawler:
        await crawler.open(JOB)
        other = JobKey("bob", "job2")
        await crawler.open(other)
        await crawler.fetched(*await crawler.add(JOB, site.url("/robots-first")))
        ids = await crawler.add(JOB, site.url("/busy"))
        ids += await crawler.add(other, site.url("/a"), site.url("/b"))
        await crawler.fetched(*ids)
    refused = next(r for r in site.log if r.target == "/busy")
    after = [r.started - refused.ended for r in site.log if r.started > refused.ended]
    assert after and min(after) > 0.95, after


async def test_robots_are_fetched_once_and_obeyed(redis_url: str) -> None:
    site = Site(robots="User-agent: *\nDisallow: /private\n", pages={f"/{n}": page("x") for n in range(9)})
    async with serving(site), crawling(redis_url) as crawler:
        await crawler.open(JOB)
        hidden, *shown = await crawler.of(JOB, site.url("/private/x"), *(site.url(f"/{n}") for n in range(9)))
        bold = JobKey("ada", "bold")
        await crawler.open(bold, JobCrawl(respect_robots=False))
        (asked,) = await crawler.of(bold, site.url("/private/y"))
    assert hidden.reason == "robots"
    assert [f.reason for f in shown] == [""] * 9
    assert asked.reason == "http_status"
    assert site.targets().count("/robots.txt") == 1
    assert "/private/x" not in site.targets()


async def test_the_pace_of_a_host_holds_with_robots_and_redirects_counted(redis_url: str) -> None:
    pace = Pace(min_delay=0.2, max_concurrency=2, delay=0.2, concurrency=2, per_address=64)

    async def least_span() -> float:
        """Of the seconds that six starts take, which are five delays, with robots.txt among them."""
        site = Site(pages={f"/{n}": page("x") for n in range(10)}, seconds=0.02)
        async with serving(site), crawling(redis_url, pace=pace) as crawler:
            await crawler.open(JOB)
            await crawler.of(JOB, *(site.url(f"/{n}") for n in range(10)))
        starts = [request.started for request in site.log]
        assert len(starts) == 11 and site.most_open <= 2
        return min(later - earlier for earlier, later in zip(starts, starts[5:], strict=False))

    # A machine that stops is late with one of them, and in time with the next: each run would be too fast.
    spans: list[float] = []
    while len(spans) < 4 and max(spans, default=0.0) < 5 * 0.2 - 0.15:
        spans.append(await least_span())
    assert max(spans) >= 5 * 0.2 - 0.15, spans


@pytest.mark.alone
async def test_a_crawl_delay_slows_the_host(redis_url: str) -> None:
    async def span() -> float:
        site = Site(robots="User-agent: *\nCrawl-delay: 0.3\n", pages={f"/{n}": page("x") for n in range(4)})
        async with serving(site), crawling(redis_url) as crawler:
            await crawler.open(JOB)
            await crawler.of(JOB, site.url("/0"))
            await crawler.of(JOB, *(site.url(f"/{n}") for n in range(1, 4)))
        starts = [request.started for request in site.log if request.target in ("/1", "/2", "/3")]
        return starts[-1] - starts[0]

    spans: list[float] = []
    while len(spans) < 4 and max(spans, default=0.0) < 2 * 0.3 - 0.15:
        spans.append(await span())
    assert max(spans) >= 2 * 0.3 - 0.15, spans


async def test_discovery_is_fetched_and_handed_on(redis_url: str) -> None:
    sitemap = b"<urlset><url><loc>/a</loc></url></urlset>"
    site = Site(
        robots="Sitemap: /map.xml.gz\nSitemap: https://other.example/map.xml\n",
        handlers={
            "/map.xml.gz": raw(gzip.compress(sitemap), content_type="application/gzip"),
            "/moved.xml": redirect("/map.xml.gz", 301),
            "/llms.txt": raw(b"# Docs\n- [A](/a.md)\n", content_type="text/plain"),
            "/soft/llms.txt": raw(b"<html>not here", content_type="text/html"),
        },
    )
    async with serving(site), crawling(redis_url) as crawler:
        await crawler.open(JOB)
        (robots,) = await crawler.of(JOB, site.url("/robots.txt"), kind=PageKind.ROBOTS)
        maps = await crawler.of(JOB, site.url("/map.xml.gz"), site.url("/moved.xml"), kind=PageKind.SITEMAP)
        llms, soft = await crawler.of(
            JOB, site.url("/llms.txt"), site.url("/soft/llms.txt"), kind=PageKind.LLMS
        )
    assert robots.sitemaps == (site.url("/map.xml.gz"), "https://other.example/map.xml")
    assert [m.body for m in maps] == [sitemap, sitemap]
    assert (llms.reason, llms.body) == ("", b"# Docs\n- [A](/a.md)\n")
    assert soft.reason == "empty"


async def test_stopping_gives_open_fetches_back_uncharged(redis_url: str) -> None:
    begun = asyncio.Event()

    async def slow(_: web.Request) -> web.StreamResponse:
        begun.set()
        await asyncio.sleep(30)
        return web.Response()

    site = Site(handlers={"/slow": slow})
    async with serving(site):
        async with crawling(redis_url, draining=False) as first:
            await first.open(JOB)
            (page_id,) = await first.add(JOB, site.url("/slow"))
            await asyncio.wait_for(begun.wait(), 30)
            before = time.monotonic()
        assert time.monotonic() - before < 15, "the fetch would go on for 30 s"
        site.handlers["/slow"] = raw(b"<p>quick")
        async with crawling(redis_url) as second:
            (found,) = await second.fetched(page_id)
            assert found.body == b"<p>quick"


async def test_stopping_hands_on_what_was_just_fetched(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stop comes as the visit ends, before the loop has handed its result on."""
    site = Site(pages={"/": page("Home")})
    async with serving(site), crawling(redis_url, draining=False) as crawler:
        visit = crawler.visitor.visit

        async def last_visit(*arguments: Any) -> Outcome:
            outcome = await visit(*arguments)
            crawler.worker.stop()
            return outcome

        monkeypatch.setattr(crawler.visitor, "visit", last_visit)
        await crawler.open(JOB)
        (page_id,) = await crawler.add(JOB, site.url("/"))
        async with asyncio.timeout(30):
            while not (handed := await crawler.queues.pages.claim(1, 1 << 20, 5.0)):
                await crawler.queues.pages.wait(0.1)
    assert [one.queued.page_id for one in handed] == [page_id]
    assert site.targets().count("/") == 1


async def test_a_cancelled_job_s_open_fetch_is_cut_soon(redis_url: str) -> None:
    begun, cut = asyncio.Event(), asyncio.Event()

    async def slow(_: web.Request) -> web.StreamResponse:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cut.set()
            raise
        return web.Response()

    site = Site(handlers={"/slow": slow}, pages={"/next": page("x")})
    async with serving(site), crawling(redis_url, pace=Pace(0, 1, 0, 1, 8)) as crawler:
        await crawler.open(JOB)
        await crawler.add(JOB, site.url("/slow"), site.url("/next"))
        await asyncio.wait_for(begun.wait(), 30)
        await crawler.queues.frontier.jobs.end(JOB)
        await asyncio.wait_for(cut.wait(), 10)  # a second by itself; the machine may stop for some
        other = JobKey("bob", "job2")
        await crawler.open(other)
        (found,) = await crawler.of(other, site.url("/next"))
        assert found.reason == ""
        assert crawler.results.keys() and "/next" in site.targets()
    assert site.targets().count("/next") == 1


async def test_leases_are_renewed_while_a_fetch_goes_on(redis_url: str) -> None:
    site = Site(pages={"/": page("Slow")}, seconds=2.5, robots="")
    async with serving(site), crawling(redis_url, lease=1.0) as crawler:
        await crawler.open(JOB)
        (found,) = await crawler.of(JOB, site.url("/"))
    assert found.reason == ""
    assert site.targets().count("/") == 1
