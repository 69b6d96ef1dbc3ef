"""What a drawn page may ask for, when it is drawn, how its browser is started and when a new one is."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from docspasta.settings import Renderer
from docspasta.urls import BadUrl
from services.renderer.__main__ import program
from services.renderer.browser import Browsers
from services.renderer.chromium import arguments, environment
from services.renderer.proxy import asked
from services.renderer.requests import MOST, MOST_NAVIGATIONS, Requests
from services.renderer.stillness import BETWEEN, EMPTY, QUIET, Stillness

URL = "https://s.example/docs/"


@pytest.mark.parametrize(
    ("kind", "method", "url", "admitted"),
    [
        ("Script", "GET", "https://cdn.example/a.js", True),
        ("XHR", "GET", "https://api.example/a", True),
        ("XHR", "POST", "https://api.example/a", False),
        ("Fetch", "POST", "https://s.example/graphql", True),
        ("Document", "GET", "https://other.example/frame", False),
        ("Document", "GET", "https://s.example/frame", True),
        ("Document", "POST", "https://s.example/frame", False),
        ("Other", "GET", "https://s.example/favicon.ico", False),
        ("Other", "GET", "https://s.example/worker", True),
        ("Image", "GET", "https://s.example/a.png", False),
        ("Font", "GET", "https://s.example/a.woff", False),
        ("Media", "GET", "https://s.example/a.mp4", False),
        ("Ping", "POST", "https://s.example/ping", False),
        ("Prefetch", "GET", "https://s.example/b", False),
        ("Fetch", "GET", "file:///etc/passwd", False),
        ("Other", "GET", "https://other.example/x", False),
    ],
)
def test_which_requests_are_let_through(kind: str, method: str, url: str, admitted: bool) -> None:
    assert Requests(URL).admits(kind, method, url, main=False) is admitted


def test_requests_and_navigations_are_counted() -> None:
    page = Requests(URL)
    assert [page.admits("Script", "GET", URL, main=False) for _ in range(MOST + 1)].count(False) == 1
    page = Requests(URL)
    loads = [page.admits("Document", "GET", URL, main=True) for _ in range(MOST_NAVIGATIONS + 2)]
    assert loads.count(True) == MOST_NAVIGATIONS
    assert not Requests(URL).admits("Document", "POST", URL, main=True)


def test_headers_of_the_job_go_to_the_pages_origin_alone() -> None:
    page = Requests(URL, (("Authorization", "secret"),))
    assert page.headers("https://s.example/a", {"authorization": "x", "Accept": "*/*"}) == [
        {"name": "Accept", "value": "*/*"},
        {"name": "Authorization", "value": "secret"},
    ]
    assert page.headers("https://other.example/", {}) is page.headers("http://s.example/", {}) is None
    assert Requests(URL).headers(URL, {}) is None


def test_a_page_is_drawn_when_the_network_is_quiet_and_its_text_stays() -> None:
    still = Stillness(0.0)
    still.begins("1", 0.1)
    still.loaded = True
    assert not still.look((100, 7), 1.0) and not still.look((100, 7), 2.0)  # a request is under way
    still.ends("1", 2.1)
    assert not still.look((100, 7), 2.1 + QUIET / 2)
    assert still.look((100, 7), 2.1 + QUIET)
    assert not still.look((100, 8), 5.0) and still.look((100, 8), 5.0 + BETWEEN)


def test_a_page_without_words_has_longer() -> None:
    still = Stillness(0.0)
    still.loaded = True
    assert not still.look((0, 0), 1.0)
    assert not still.look((0, 0), EMPTY)
    assert still.look((0, 0), 1.0 + EMPTY)


def test_what_the_proxy_is_asked() -> None:
    assert asked(b"CONNECT s.example:443 HTTP/1.1\r\nHost: s.example\r\n\r\n") == ("https://s.example/", b"")
    url, sent = asked(
        b"GET http://s.example:8080/a?b HTTP/1.1\r\nHost: s.example:8080\r\nProxy-Connection: keep-alive\r\n"
        b"Accept: */*\r\n\r\n"
    )
    assert url == "http://s.example:8080/"
    assert sent == b"GET /a?b HTTP/1.1\r\nConnection: close\r\nHost: s.example:8080\r\nAccept: */*\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET file:///etc/passwd HTTP/1.1\r\n\r\n",
        b"CONNECT :443 HTTP/1.1\r\n\r\n",
        b"CONNECT s.example HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01",
    ],
)
def test_what_is_no_request_is_refused(head: bytes) -> None:
    with pytest.raises((ValueError, BadUrl)):
        asked(head)


def test_the_flags_close_every_way_past_the_proxy() -> None:
    flags = arguments("/tmp/p", sandbox=True)
    assert {
        "--remote-debugging-pipe",
        "--proxy-bypass-list=<-loopback>",
        "--disable-quic",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    } <= {*flags}
    assert any(flag.startswith("--host-resolver-rules=MAP * ~NOTFOUND") for flag in flags)
    assert "--no-sandbox" not in flags and "--no-sandbox" in arguments("/tmp/p", sandbox=False)
    assert not any("-port" in flag for flag in flags)


def test_the_browser_is_given_nothing_of_the_renderers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCSPASTA_SEALING_KEY", "secret")
    assert not any("DOCSPASTA" in name for name in environment("/tmp/p"))


class FakeBrowser:
    """A browser that is counted; `bytes` is its memory."""

    def __init__(self, started: float) -> None:
        self.started = started
        self.pages = self.active = self.bytes = 0
        self.spoiled, self.alive, self.closed = False, True, False

    def memory(self) -> int:
        return self.bytes

    async def close(self) -> None:
        self.closed = True


def test_a_new_browser_is_started_when_the_old_one_is_worn() -> None:
    now, started = [0.0], []

    async def start() -> Any:
        started.append(FakeBrowser(now[0]))
        return started[-1]

    async def run() -> None:
        browsers = Browsers(start, pages=3, seconds=100, most_bytes=1000, now=lambda: now[0])
        held: Any = await browsers.take()
        for _ in range(2):
            await browsers.give_back(await browsers.take())
        assert not held.closed  # a page is under way in it
        second: Any = await browsers.take()
        assert second is not held
        await browsers.give_back(held)
        assert held.closed and not second.closed
        second.bytes = 1001
        await browsers.give_back(second)
        third: Any = await browsers.take()
        now[0] = 101.0
        await browsers.give_back(third)
        fourth: Any = await browsers.take()
        fourth.spoiled = True
        await browsers.give_back(fourth)
        assert [each.closed for each in started] == [True] * 4
        fifth: Any = await browsers.take()
        await browsers.close()
        assert fifth.closed and browsers.count == 5

    asyncio.run(run())


def test_the_browser_names_whom_a_site_owner_may_write_to() -> None:
    settings = Renderer(renderer_chromium=sys.executable, crawler_contact="crawls@example.org")
    assert "; crawls@example.org)" in program(settings).agent
