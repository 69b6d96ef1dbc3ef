# ruff: noqa: E501
"""Nothing is connected to that must not be: seen by an audit hook and by canaries, not by the egress."""

from __future__ import annotations

import asyncio
import random
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from docspasta import sitemaps, urls
from docspasta.content import read_page
from docspasta.domain import JobKey, PageKind
from docspasta.egress.addresses import allowance
from docspasta.egress.names import Names
from docspasta.egress.policy import EgressSettings, ForbiddenTarget
from docspasta.egress.sessions import AddressInfo, Egress, ForbiddenAddress, PolicyResolver, _factory
from docspasta.queues.messages import JobCrawl
from services.crawler.answer import Answer, Limits
from services.crawler.fetch import Fetcher, failure
from services.crawler.requester import OwnHeaders, Requester
from tests.sizes import size

from . import targets
from .crawling import Crawling, crawling
from .web import Site, page, redirect, serving

SEED = random.SystemRandom().randrange(1 << 32)
JOB = JobKey("mallory", "job")
_connects: list[tuple[object, ...]] = []
_watching = False


def _hook(event: str, args: tuple[object, ...]) -> None:
    if _watching and event == "socket.connect":
        _connects.append(args)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Every address that any socket of this process connects to while the block runs (TCP only)."""
    global _watching
    if not getattr(sys, "_docspasta_audited", False):
        sys.addaudithook(_hook)
        sys._docspasta_audited = True  # type: ignore[attr-defined]
    _connects.clear()
    seen: list[str] = []
    _watching = True
    try:
        yield seen
    finally:
        _watching = False
        for _, address in _connects:
            if isinstance(address, tuple):
                seen.append(f"{address[0]}:{address[1]}")


@asynccontextmanager
async def canaries() -> AsyncIterator[tuple[list[int], list[str]]]:
    """Listeners on loopback (IPv4 and IPv6): their ports, and who came."""
    visitors: list[str] = []

    async def came(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visitors.append(str(writer.get_extra_info("sockname")))
        writer.close()

    servers = [await asyncio.start_server(came, "0.0.0.0", 0) for _ in range(2)]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    if socket.has_ipv6:
        try:
            servers.append(await asyncio.start_server(came, "::1", ports[0]))
        except OSError:
            pass
    try:
        yield ports, visitors
    finally:
        for server in servers:
            server.close()


async def lookup(name: str, port: int) -> list[ResolveResult]:
    """Names that lead inside, wholly or in part; all others have no address."""
    inside = {
        "localhost": ["127.0.0.1", "::1"],
        "inside.example": ["10.0.0.5"],
        "mixed.example": ["127.0.0.1", "fe80::1%eth0", "::ffff:127.0.0.1"],
        "zone.example": ["fe80::1%lo"],
        "odd.example": ["not an address"],
    }
    if name not in inside:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return [_result(name, address, port) for address in inside[name]]


def _result(name: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=name, host=address, port=port, family=family, proto=0, flags=0)


def doors(url: str, site: Site) -> list[tuple[str, str, PageKind]]:
    """Every way in which `url` reaches the crawler: (door, the URL that is queued, its kind)."""
    ways = [
        ("submitted", _canonical(url), PageKind.PAGE),
        ("forged queue entry", url, PageKind.PAGE),
        ("robots.txt", _robots(url), PageKind.ROBOTS),
        ("sitemap", _canonical(url), PageKind.SITEMAP),
        ("llms.txt", _canonical(url), PageKind.LLMS),
        ("redirected robots.txt", _redirecting(site, url) + "robots.txt", PageKind.ROBOTS),
        ("redirected sitemap", _redirecting(site, url) + "map", PageKind.SITEMAP),
        ("redirected llms.txt", _redirecting(site, url) + "llms", PageKind.LLMS),
    ]
    html = (
        f'<base href="{url}"><link rel=canonical href="{url}"><meta http-equiv=refresh content="0;url={url}">'
        f'<link rel=next href="{url}"><a href="{url}">a</a><a href=x>b</a><p>Some words that fill a page well.</p>'
    )
    read = read_page(html.encode(), "http://public.example/")
    linked = {read.canonical, read.rel_next, read.refresh, *(link.url for link in read.links)}
    listed = sitemaps.read(
        f"<urlset><url><loc><![CDATA[{url}]]></loc></url></urlset>".encode(), "http://public.example/"
    )
    written = "".join(ch for ch in url if ch.isprintable())  # white space would end the link early
    llms = sitemaps.llms_links(f"[x](<{written}>)".encode(), "http://public.example/")
    ways += [("link", found, PageKind.PAGE) for found in sorted(linked - {""})]
    ways += [("sitemap entry", found, PageKind.PAGE) for found in (*listed.pages, *listed.sitemaps)]
    ways += [("llms.txt entry", found, PageKind.PAGE) for found in llms]
    return [way for way in ways if way[1]]


def _canonical(url: str) -> str:
    try:
        return urls.canonical(url)
    except urls.BadUrl:
        return ""


def _robots(url: str) -> str:
    canonical = _canonical(url)
    return urls.origin(canonical) + "/robots.txt" if canonical else ""


def _redirecting(site: Site, url: str) -> str:
    """A path on `site` below which everything redirects to `url`."""
    location = "".join(ch for ch in url if ch.isprintable())
    path = f"/{len(site.handlers)}/"
    for name in ("robots.txt", "map", "llms"):
        site.handlers[path + name] = redirect(location)
    return site.url(path)


def forging(crawler: Crawling) -> JobCrawl:
    return JobCrawl(respect_robots=False)


async def test_no_form_of_a_forbidden_target_is_connected_to_through_any_door(redis_url: str) -> None:
    print(f"seed {SEED}")
    site, asked = Site(), 0
    async with serving(site), canaries() as (ports, visitors):
        everywhere = frozenset(range(1, 65536))
        egress = Egress(
            EgressSettings(ports=everywhere, allow=allowance(f"{site.address}:{site.port}")), lookup=lookup
        )
        forms = targets.forbidden([*ports, 80, 443], SEED)
        assert len(forms) >= 1000
        async with crawling(redis_url, egress=egress) as crawler:
            await crawler.open(JOB, forging(crawler))
            with watched() as connects:
                for form in forms[: size("forbidden targets")]:
                    for door, url, kind in doors(form, site):
                        asked += 1
                        reached = await reach(crawler, url, kind)
                        assert reached.body == b"", (door, form, url)
                        assert kind is PageKind.ROBOTS or reached.reason, (door, form, url)
        await asyncio.sleep(0)
    assert visitors == []
    own = {f"{site.address}:{site.port}"}
    assert set(connects) <= own, set(connects) - own
    assert asked >= 4 * size("forbidden targets")


async def reach(crawler: Crawling, url: str, kind: PageKind) -> Answer:
    """Visit a URL past the queue, as a turned processor could have queued it."""
    from services.crawler.visit import Visit

    visit = Visit(url, kind, respect_robots=False)
    fetched = (await crawler.by_hand(visit)).fetched
    return Answer(reason=fetched.reason, body=fetched.body)


async def test_forbidden_targets_end_as_results_of_the_worker(redis_url: str) -> None:
    async with crawling(redis_url, allow="") as crawler:
        await crawler.open(JOB)
        found = await crawler.of(
            JOB,
            "http://127.0.0.1/",
            "http://10.1.2.3/docs/",
            "https://[::1]/",
            "http://169.254.169.254/latest/",
        )
    assert [f.reason for f in found] == ["forbidden_address"] * 4


class Rerouted(socket.socket):
    """A socket below the policy that goes to a test server, wherever it was told to go; it notes where."""

    server: tuple[str, int]
    asked: list[str]
    told: int = socket.AF_INET

    @property
    def family(self) -> int:  # type: ignore[override]
        return self.told

    def connect(self, address: object) -> None:
        assert isinstance(address, tuple)
        self.asked.append(str(address[0]))
        super().connect(self.server)


def rerouted(site: Site, asked: list[str]) -> object:
    def make(info: AddressInfo) -> socket.socket:
        made = Rerouted(socket.AF_INET, socket.SOCK_STREAM)
        made.told = info[0]
        made.server, made.asked = (site.address, site.port), asked
        return made

    return make


async def test_public_addresses_are_never_refused() -> None:
    print(f"seed {SEED}")
    site, asked = Site(pages={"/": page("Public")}), []
    addresses = targets.public(max(100, size("public addresses")), SEED)

    async def public_lookup(name: str, port: int) -> list[ResolveResult]:
        return [_result(name, addresses[int(name.split(".")[0][1:])], port)]

    async with serving(site):
        egress = Egress(EgressSettings(), lookup=public_lookup, make_socket=rerouted(site, asked))  # type: ignore[arg-type]
        fetcher = Fetcher(egress)
        for index, address in enumerate(addresses):
            literal = f"[{address}]" if ":" in address else address
            for url in (f"http://{literal}/", f"http://h{index}.example/"):
                answer = await fetcher.fetch(urls.canonical(url), Limits())
                assert (answer.reason, answer.status) == ("", 200), (address, answer)
        await egress.close()
    assert len(asked) == 2 * len(addresses)
    assert set(asked) == set(addresses)


async def test_dns_rebinding_gets_nothing() -> None:
    """The name leads outside when it is first asked for, and inside when the socket is made."""
    turns: dict[str, int] = {}
    site, asked = Site(pages={"/": page("Inside")}), []

    async def rebinding(name: str, port: int) -> list[ResolveResult]:
        turns[name] = turns.get(name, 0) + 1
        return [_result(name, "93.184.215.14" if turns[name] % 2 else site.address, port)]

    async with serving(site):
        ports = frozenset((80, site.port))
        egress = Egress(EgressSettings(ports=ports), lookup=rebinding, make_socket=rerouted(site, asked))  # type: ignore[arg-type]
        fetcher = Fetcher(egress)
        for n in range(100):
            url = f"http://r{n}.example:{site.port}/"
            assert await egress.resolve(url) == "93.184.215.14"
            egress.names._answers.clear()  # the answer's life is over
            assert (await fetcher.fetch(url, Limits())).reason == "forbidden_address"
        await egress.close()
    assert asked == [] and site.log == []


async def test_the_socket_factory_judges_even_when_the_resolver_was_fooled() -> None:
    class Fooled(AbstractResolver):
        async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:  # type: ignore[override]
            return [_result(host, "127.0.0.1", port)]

        async def close(self) -> None: ...

    egress = Egress(EgressSettings())
    async with canaries() as (ports, visitors):
        factory = _factory(egress.policy.permits, lambda info: socket.socket(info[0], info[1], info[2]))
        connector = aiohttp.TCPConnector(resolver=Fooled(), socket_factory=factory)
        async with aiohttp.ClientSession(connector=connector) as session:
            for host in ("fooled.example", "127.0.0.1", "[::ffff:127.0.0.1]"):
                with pytest.raises(aiohttp.ClientConnectorError) as error:
                    async with session.get(f"http://{host}:{ports[0]}/"):
                        pass
                assert failure(error.value).reason == "forbidden_address"
        assert visitors == []


@pytest.mark.parametrize("door", [PageKind.PAGE, PageKind.ROBOTS, PageKind.SITEMAP, PageKind.LLMS])
async def test_redirect_chains_that_end_inside_get_nothing(redis_url: str, door: PageKind) -> None:
    """Each hop is public (rerouted below the egress); the last one leads inside."""
    inside = Site(pages={"/": "secret", "/robots.txt": "secret"})
    outside, asked = Site(), []

    async def outside_lookup(name: str, port: int) -> list[ResolveResult]:
        return [_result(name, "93.184.215.14", port)]

    async with serving(inside, outside):
        settings = EgressSettings(ports=frozenset((80, inside.port)))
        egress = Egress(settings, lookup=outside_lookup, make_socket=rerouted(outside, asked))  # type: ignore[arg-type]
        outside.handlers["/robots.txt"] = redirect("http://b.example/2")
        outside.handlers["/1"] = redirect("http://b.example/2")
        outside.handlers["/2"] = redirect("//c.example/3")
        outside.handlers["/3"] = redirect(inside.url("/"))
        async with crawling(redis_url, egress=egress) as crawler:
            url = "http://a.example/robots.txt" if door is PageKind.ROBOTS else "http://a.example/1"
            for _ in range(4):
                found = (await reach_whole(crawler, url, door)).fetched
                assert found.body == b""
                if not found.redirected_to:
                    break
                url = found.redirected_to
        assert found.reason == ("robots_unreachable" if door is PageKind.ROBOTS else "forbidden_address")
    assert inside.log == []
    assert set(asked) == {"93.184.215.14"}


async def reach_whole(crawler: Crawling, url: str, kind: PageKind):  # type: ignore[no-untyped-def]
    from services.crawler.visit import Visit

    return await crawler.by_hand(Visit(url, kind, False))


async def test_a_job_s_private_origin_is_allowed_exactly_and_to_that_job_only(redis_url: str) -> None:
    mine, beside = Site(pages={"/": page("Mine")}), Site(pages={"/": page("Beside")})
    async with serving(mine, beside), crawling(redis_url, allow="", ports=frozenset((80,))) as crawler:
        mine.handlers["/away"] = redirect(beside.url("/"))
        leave = JobCrawl(private_origin=mine.origin)
        await crawler.open(JOB, leave)
        other = JobKey("bob", "job2")
        await crawler.open(other)
        first, gone = await crawler.of(JOB, mine.url("/"), beside.url("/"))
        (second,) = await crawler.of(other, mine.url("/"))
        (again,) = await crawler.of(JOB, mine.url("/"))
        over_tls = (await crawler.of(JOB, f"https://{mine.address}:{mine.port}/"))[0]
    assert b"Mine" in first.body and b"Mine" in again.body
    assert (gone.reason, second.reason, over_tls.reason) == ("forbidden_address",) * 3
    assert beside.log == []


async def test_a_named_host_s_session_goes_nowhere_else() -> None:
    site = Site(pages={"/": page("Mine")})
    async with serving(site), canaries() as (ports, visitors):
        egress = Egress(EgressSettings())
        session = egress._named_session(site.address, site.port)
        async with session.get(site.url()) as answer:
            assert answer.status == 200
        for url in (f"http://{site.address}:{ports[0]}/", f"http://localhost:{site.port}/"):
            with pytest.raises(aiohttp.ClientConnectorError) as error:
                async with session.get(url):
                    pass
            assert failure(error.value).reason == "forbidden_address", url
        await egress.close()
    assert visitors == []


async def test_the_resolver_alone_drops_what_is_forbidden() -> None:
    async def mixed(name: str, port: int) -> list[ResolveResult]:
        return [_result(name, address, port) for address in ("10.0.0.1", "8.8.8.8", "::1", "fe80::1%eth0")]

    egress = Egress(EgressSettings())
    kept = await PolicyResolver(Names(mixed), egress.policy.permits).resolve("mixed.example", 80)
    assert [result["host"] for result in kept] == ["8.8.8.8"]
    with pytest.raises(ForbiddenAddress):
        await PolicyResolver(Names(lookup), egress.policy.permits).resolve("localhost", 80)


async def test_no_request_rides_on_a_connection_that_another_s_permission_opened() -> None:
    site = Site(pages={"/": page("Mine")})
    async with serving(site):
        egress = Egress(EgressSettings(ports=frozenset((site.port,))))
        fetcher = Fetcher(egress)
        assert (
            await fetcher.fetch(site.url(), Limits(), Requester(private_origin=site.origin))
        ).status == 200
        assert (await fetcher.fetch(site.url(), Limits())).reason == "forbidden_address"
        assert (
            await fetcher.fetch(site.url(), Limits(), Requester(private_origin="http://127.0.0.1:1"))
        ).reason == "forbidden_address"
        await egress.close()
    assert len(site.log) == 1


@pytest.mark.parametrize(
    ("allow", "reached"),
    [
        ("127.0.0.0/8", True), ("{host}", True), ("{host}:{port}", True), ("docs.intranet", False),
        ("{host}:1", False), ("10.0.0.0/8", False), ("", False),
    ],
)  # fmt: skip
async def test_the_operator_allows_named_hosts_and_networks_and_only_those(allow: str, reached: bool) -> None:
    site = Site(pages={"/": page("Intranet")})
    async with serving(site):
        allowed = allowance(allow.format(host=site.address, port=site.port))
        egress = Egress(EgressSettings(ports=frozenset((site.port,)), allow=allowed))
        answer = await Fetcher(egress).fetch(site.url(), Limits())
        await egress.close()
    assert (answer.reason == "") is reached, answer
    assert bool(site.log) is reached


async def test_a_named_host_that_turns_to_metadata_gets_nothing() -> None:
    for address in (
        "169.254.169.254",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "0.0.0.0",
        "224.0.0.1",
        "100.100.100.200",
    ):

        async def turned(name: str, port: int, address: str = address) -> list[ResolveResult]:
            return [_result(name, address, port)]

        egress = Egress(EgressSettings(allow=allowance("docs.intranet")), lookup=turned)
        with watched() as connects:
            answer = await Fetcher(egress).fetch("http://docs.intranet/", Limits())
        await egress.close()
        assert answer.reason == "forbidden_address", address
        assert connects == []


async def test_ports_beside_the_operator_s_are_refused() -> None:
    egress = Egress(EgressSettings())
    for port in (1, 22, 25, 81, 6379, 8080, 65535):
        with pytest.raises(ForbiddenTarget, match="DOCSPASTA_CRAWLER_PORTS"):
            egress.check(f"http://example.org:{port}/")
    egress.check("http://example.org/")
    egress.check("https://example.org/")
    egress.check("http://example.org:443/")


async def test_the_environment_s_proxies_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, site = Site(), Site(pages={"/": page("Direct")})
    async with serving(proxy, site):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.origin)
        egress = Egress(EgressSettings(allow=allowance(f"{site.address}:{site.port}")))
        assert (await Fetcher(egress).fetch(site.url(), Limits())).status == 200
        await egress.close()
    assert proxy.log == [] and len(site.log) == 1


async def test_an_explicit_proxy_is_used_and_inside_names_are_still_refused() -> None:
    proxy = Site()

    async def forwarded(request):  # type: ignore[no-untyped-def]
        from aiohttp import web

        return web.Response(text=page("By proxy"), content_type="text/html")

    proxy.handlers["/docs/"] = forwarded
    async with serving(proxy), canaries() as (ports, visitors):
        settings = EgressSettings(proxy=proxy.origin, ports=frozenset((80, *ports)))
        egress = Egress(settings, lookup=lookup_by(proxy))
        fetcher = Fetcher(egress)
        answer = await fetcher.fetch("http://docs.example/docs/", Limits())
        assert (answer.reason, answer.status) == ("", 200), answer
        for inside in ("localhost", "inside.example", "127.0.0.1", "[::1]", "[::ffff:10.0.0.1]"):
            refused = await fetcher.fetch(urls.canonical(f"http://{inside}:{ports[0]}/"), Limits())
            assert refused.reason == "forbidden_address", inside
        await egress.close()
    assert len(proxy.log) == 1 and visitors == []


def lookup_by(proxy: Site):  # type: ignore[no-untyped-def]
    async def found(name: str, port: int) -> list[ResolveResult]:
        if name == proxy.address:
            return [_result(name, proxy.address, port)]
        return await lookup(name, port)

    return found


async def test_a_job_s_headers_go_to_the_start_origin_only(redis_url: str) -> None:

    home, away = Site(pages={"/": page("Home")}), Site(pages={"/": page("Away")})
    async with serving(home, away):
        own = OwnHeaders(home.origin, [("Authorization", "Bearer secret")])
        home.handlers["/out"] = redirect(away.url("/"))
        async with crawling(redis_url, headers=lambda taken: own) as crawler:
            await crawler.open(JOB)
            await crawler.of(JOB, home.url("/"), away.url("/"))
            await crawler.of(JOB, home.url("/out"), kind=PageKind.SITEMAP)
    assert home.log[-1].headers["Authorization"] == "Bearer secret"
    assert away.log and all("Authorization" not in request.headers for request in away.log)
    robots = [request for request in home.log if request.target == "/robots.txt"]
    assert robots and all("Authorization" not in request.headers for request in robots)


def test_an_egress_settings_error_names_the_setting() -> None:
    good = {"ports": "80", "allow_private": "", "proxy": "", "ca_bundle": ""}
    for name, value, words in (
        ("ports", "80,http", "DOCSPASTA_CRAWLER_PORTS"),
        ("proxy", "socks5://x", "DOCSPASTA_CRAWLER_PROXY"),
        ("allow_private", "10.0.0.1/8", "10.0.0.1/8"),
    ):
        with pytest.raises(ValueError, match=words):
            EgressSettings.of(**{**good, name: value})
    with pytest.raises(ValueError, match="DOCSPASTA_CA_BUNDLE"):
        Egress(replace(EgressSettings(), ca_bundle="/nowhere.pem"))
