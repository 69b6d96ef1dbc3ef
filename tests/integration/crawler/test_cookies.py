"""Walls that let nobody in without a cookie: the page behind one is fetched, and no origin sees another's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from docspasta.egress.addresses import allowance
from docspasta.egress.policy import EgressSettings
from docspasta.egress.sessions import Egress
from services.crawler.cookies import Jar
from services.crawler.exchange import MAX_REDIRECTS
from services.crawler.fetch import Fetcher
from services.crawler.requester import OwnHeaders, Requester
from services.crawler.visit import Outcome, Visit, Visitor

from .web import Site, page, redirect, serving


class Direct:
    """Requests without pace: what a visit does with answers is tested here."""

    def __init__(self, fetcher: Fetcher) -> None:
        self.fetcher = fetcher

    async def once(self, url: str, limits: Any, tokens: Any, requester: Requester) -> Any:
        return await self.fetcher.fetch(url, limits, requester)


async def visits(site: Site, *targets: str, requester: Requester | None = None) -> list[Outcome]:
    """Pages of one job, one after the other."""
    egress = Egress(EgressSettings(ports=frozenset((site.port,)), allow=allowance("127.0.0.0/8")))
    visitor = Visitor(Direct(Fetcher(egress)), None, 1 << 20, 10)  # type: ignore[arg-type]
    asked = requester or Requester(cookies=Jar())
    try:
        return [
            await visitor.visit(Visit(site.url(target), respect_robots=False, requester=asked), None)  # type: ignore[arg-type]
            for target in targets
        ]
    finally:
        await egress.close()


def walled(
    name: str, else_: Callable[[web.Request], web.StreamResponse]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A page for those who bring the cookie."""

    async def handler(request: web.Request) -> web.StreamResponse:
        if name in request.cookies:
            return web.Response(text=page("Inside"), content_type="text/html")
        return else_(request)

    return handler


def sent_on(location: str, cookie: str = "") -> Callable[[web.Request], web.StreamResponse]:
    headers = {"Location": location, **({"Set-Cookie": cookie} if cookie else {})}
    return lambda _: web.Response(status=302, headers=headers)


async def bounced(request: web.Request) -> web.StreamResponse:
    headers = {"Location": request.query["to"], "Set-Cookie": "seen=1; Path=/; HttpOnly"}
    return web.Response(status=302, headers=headers)


async def with_session(_: web.Request) -> web.StreamResponse:
    text = page("Start")
    return web.Response(text=text, content_type="text/html", headers={"Set-Cookie": "seen=1; Path=/"})


@pytest.mark.parametrize(
    "wall",
    [
        walled("seen", sent_on("/inner", "seen=1; Path=/")),  # to itself
        walled("seen", sent_on("/inner/", "seen=1; Path=/")),  # to another spelling of itself
        walled("seen", sent_on("/gate?to=%2Finner")),  # by way of an address that sets it
        walled("seen", sent_on("/gate?to=/inner", "other=1")),
        walled("seen", sent_on("/")),  # to the start, which had set it
    ],
)
async def test_the_page_behind_a_wall_of_cookies_is_fetched(wall: Any) -> None:
    site = Site(handlers={"/": with_session, "/inner": wall, "/inner/": wall, "/gate": bounced})
    async with serving(site):
        start, inner = await visits(site, "/", "/inner")
    assert (start.fetched.reason, inner.fetched.reason) == ("", "")
    assert b"Inside" in inner.fetched.body and inner.fetched.url == site.url("/inner")


async def test_a_wall_around_the_start_page_names_it_as_the_place_to_come_back_to() -> None:
    site = Site(handlers={"/": walled("seen", sent_on("/gate?to=/")), "/gate": bounced})
    async with serving(site):
        (found,) = await visits(site, "/")
    assert found.fetched.reason == "" and b"Inside" in found.fetched.body


async def test_pages_that_were_asked_for_before_the_first_cookie_came_are_asked_for_again() -> None:
    both = asyncio.Barrier(2)

    async def wall(request: web.Request) -> web.StreamResponse:
        if "seen" in request.cookies:
            return web.Response(text=page("Inside"), content_type="text/html")
        async with asyncio.timeout(30):
            await both.wait()  # both requests are on their way without a cookie
        headers = {"Location": request.path, "Set-Cookie": "seen=1; Path=/"}
        return web.Response(status=302, headers=headers)

    site = Site(handlers={"/a": wall, "/b": wall})
    async with serving(site):
        asked = Requester(cookies=Jar())
        found = await asyncio.gather(*(visits(site, path, requester=asked) for path in ("/a", "/b")))
    assert [one.fetched.reason for [one] in found] == ["", ""]


async def test_once_a_wall_is_open_its_cookies_are_sent_at_once() -> None:
    wall = walled("seen", sent_on("/gate?to=/inner"))
    site = Site(handlers={"/inner": wall, "/gate": bounced}, pages={"/next": page("Next")})
    async with serving(site):
        await visits(site, "/inner", "/next")
    assert site.targets() == ["/inner", "/gate?to=/inner", "/inner", "/next"]
    assert site.log[-1].headers["Cookie"] == "seen=1"


async def test_cookies_of_a_site_without_walls_are_not_sent_and_its_redirects_are_results() -> None:
    site = Site(handlers={"/": with_session, "/old": redirect("/new")}, pages={"/new": page("New")})
    for n in range(9):
        site.handlers[f"/old{n}"] = redirect("/new")
    async with serving(site):
        found = await visits(site, "/", *(f"/old{n}" for n in range(9)), "/new")
    assert [one.fetched.reason for one in found] == ["", *["redirected"] * 9, ""]
    assert "Cookie" not in site.log[-1].headers
    assert len(site.log) <= 11 + 6, "a few looks behind redirects, and no more"


async def test_a_redirect_that_always_sets_a_cookie_ends() -> None:
    count = iter(range(1000))

    async def endless(_: web.Request) -> web.StreamResponse:
        headers = {"Location": "/", "Set-Cookie": f"turn={next(count)}"}
        return web.Response(status=302, headers=headers)

    site = Site(handlers={"/": endless})
    async with serving(site):
        (found,) = await visits(site, "/")
    assert found.fetched.reason == "redirect_limit" and len(site.log) <= MAX_REDIRECTS + 1


async def test_no_origin_sees_another_s_cookies() -> None:
    away = Site(pages={"/": page("Away")})
    home = Site(handlers={"/": walled("seen", sent_on("/", "seen=1; Path=/; Domain=127.0.0.1"))})
    async with serving(home, away):
        asked = Requester(cookies=Jar())
        await visits(home, "/", requester=asked)
        await visits(away, "/", requester=asked)
    assert home.log[-1].headers["Cookie"] == "seen=1"
    assert "Cookie" not in away.log[0].headers


async def test_a_job_s_own_cookies_stand_beside_the_site_s() -> None:
    site = Site(handlers={"/": walled("seen", sent_on("/", "seen=1; Path=/"))})
    async with serving(site):
        own = OwnHeaders(site.origin, [("Cookie", "token=abc; seen")])
        await visits(site, "/", requester=Requester(own=own, cookies=Jar()))
    assert site.log[0].headers["Cookie"] == "token=abc; seen"
