"""One request: statuses, redirects, types, encodings, bounds, time limits; over real sockets."""

from __future__ import annotations

import asyncio
import gzip
import random
import time
import zlib
from collections.abc import AsyncIterator
from email.utils import formatdate

import pytest
from aiohttp import web

from docspasta.codings import MAGIC, decoded
from docspasta.domain import Validators
from docspasta.egress.addresses import allowance
from docspasta.egress.policy import EgressSettings
from docspasta.egress.sessions import Egress
from services.crawler.answer import Answer, Limits
from services.crawler.body_room import SMALL_BODY
from services.crawler.fetch import Fetcher
from services.crawler.requester import OwnHeaders, Requester
from tests.coded import CODED, WHOLE, content_encoding

from .web import Site, page, raw, redirect, serving, status, streamed


async def fetch(site: Site, target: str = "/", limits: Limits | None = None, **settings: object) -> Answer:
    egress = Egress(EgressSettings(allow=allowance(site.address + f":{site.port}"), **settings))  # type: ignore[arg-type]
    try:
        return await Fetcher(egress).fetch(site.url(target), limits or Limits())
    finally:
        await egress.close()


async def test_a_page_comes_whole_with_its_type_and_charset() -> None:
    body = "<p>Grüße</p>".encode("latin-1")
    site = Site(handlers={"/": raw(body, content_type="Text/HTML; charset='ISO-8859-1'")})
    async with serving(site):
        answer = await fetch(site, user_agent="Docspasta/9 (+https://example.org)")
    assert (answer.reason, answer.status, answer.body) == ("", 200, body)
    assert (answer.content_type, answer.charset) == ("text/html", "iso-8859-1")
    assert answer.bytes_fetched == len(body)
    sent = site.log[0].headers
    assert sent["User-Agent"] == "Docspasta/9 (+https://example.org)"
    assert sent["Accept-Encoding"] == "gzip, deflate, br, zstd"
    assert "Cookie" not in sent


@pytest.mark.parametrize("coding", CODED)
async def test_every_coding_that_was_asked_for_is_decoded(coding: str) -> None:
    body = (page("Codings") * 500).encode()
    packed = CODED[coding](body)
    site = Site(handlers={"/": raw(packed, content_encoding=content_encoding(coding))})
    async with serving(site):
        answer = await fetch(site)
    assert answer.body == body, answer.detail
    assert answer.bytes_fetched == len(packed)


@pytest.mark.parametrize("coding", CODED)
async def test_a_body_that_may_stay_coded_does_when_it_is_short(coding: str) -> None:
    short = (page("Codings") * 500).encode()
    long = random.Random(7).randbytes(SMALL_BODY + 9999).hex().encode()
    name, packed = content_encoding(coding), [CODED[coding](body) for body in (short, long)]
    site = Site(
        handlers={
            "/short": raw(packed[0], content_encoding=name),
            "/long": raw(packed[1], content_encoding=name),
            "/plain": raw(short),
        }
    )
    async with serving(site):
        found = [await fetch(site, target, Limits(coded=True)) for target in ("/short", "/long", "/plain")]
    assert [answer.coding for answer in found] == [name.removeprefix("x-"), "", ""]
    assert found[0].body == packed[0]
    assert decoded(found[0].body, found[0].coding, len(short)) == short == found[2].body
    assert found[1].body == long
    assert [answer.bytes_fetched for answer in found[:2]] == list(map(len, packed))


@pytest.mark.parametrize("coding", WHOLE)
async def test_a_body_whose_coding_ends_too_early_or_is_rubbish_is_a_bad_response(coding: str) -> None:
    packed = CODED[coding](bytes(range(256)) * 40)
    site = Site(
        handlers={
            "/cut": raw(packed[: len(packed) // 2], content_encoding=coding),
            "/rubbish": raw(b"<html>not packed at all" * 100, content_encoding=coding),
        }
    )
    async with serving(site):
        assert (await fetch(site, "/cut")).reason == "bad_response"
        rubbish = await fetch(site, "/rubbish")
    if coding in MAGIC:  # its first bytes show that it is not coded
        assert rubbish.body.startswith(b"<html>not packed")
    else:
        assert rubbish.reason == "bad_response"


async def test_a_page_may_have_hundreds_of_headers() -> None:
    site = Site(handlers={"/": raw(b"<p>x", **{f"x_{n}": "v" for n in range(300)})})
    async with serving(site):
        answer = await fetch(site)
    assert (answer.reason, answer.body) == ("", b"<p>x")


async def test_stacked_and_unknown_codings_are_refused() -> None:
    site = Site(
        handlers={
            "/stacked": raw(gzip.compress(gzip.compress(b"x")), content_encoding="br, gzip"),
            "/unknown": raw(b"x", content_encoding="exi"),
            "/identity": raw(b"<p>x", content_encoding="identity"),
        }
    )
    async with serving(site):
        assert (await fetch(site, "/stacked")).reason == "bad_response"
        assert (await fetch(site, "/unknown")).reason == "bad_response"
        assert (await fetch(site, "/identity")).body == b"<p>x"


HTML = page("Bytes").encode()
TWICE = gzip.compress(gzip.compress(HTML))


@pytest.mark.parametrize("coded", [False, True])
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(HTML), {}),
        (TWICE, {"content_encoding": "gzip"}),
        (TWICE, {"content_encoding": "gzip, gzip"}),
        (zlib.compress(gzip.compress(HTML)), {"content_encoding": "deflate"}),
        (HTML, {"content_encoding": "utf-8"}),
        (HTML, {"content_encoding": "none"}),
        (HTML, {"content_encoding": "UTF-8, identity"}),
        (HTML, {"content_encoding": "gzip"}),
        (page("Wide").encode("utf-16"), {}),
        (page("Wide").encode("utf-16-le"), {}),
        (b"\xef\xbb\xbf  " + HTML, {}),
        (HTML[:40] + b"\0\x01\x02" + HTML[40:], {}),
        (b"", {}),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else str(value),  # gzip's bytes carry the time
)
async def test_a_page_is_what_its_bytes_say_whatever_its_coding_says(
    body: bytes, headers: dict[str, str], coded: bool
) -> None:
    site = Site(handlers={"/": raw(body, **headers)})
    async with serving(site):
        answer = await fetch(site, limits=Limits(coded=coded))
    assert answer.reason == "", answer.detail
    plain = decoded(answer.body, answer.coding, 1 << 20)
    assert plain == HTML or (b"\x1f\x8b" not in body and plain == body)


@pytest.mark.parametrize("coding", ["", "gzip", "br", "zstd"])
@pytest.mark.parametrize(
    ("begins", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"PK\x03\x04\x14\0", "a ZIP archive"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a picture"),
        (b"\0\0\0 ftypisom", "a film or picture"),
        (b"docs/".ljust(257, b"\0") + b"ustar\x0000", "a tar archive"),
        (bytes(range(1, 30)) * 20, "binary data"),
        (gzip.compress(b"docs/".ljust(257, b"\0") + b"ustar\x0000"), "a tar archive"),
        (gzip.compress(TWICE), "compressed more than twice"),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else value,
)
async def test_what_is_no_page_by_its_first_bytes_is_not_kept_as_one(
    begins: bytes, kind: str, coding: str
) -> None:
    body = begins if begins.startswith(b"\x1f\x8b") else begins + b"x" * 1000
    packed, headers = (CODED[coding](body), {"content_encoding": coding}) if coding else (body, {})
    site = Site(handlers={"/": raw(packed, **headers)})
    async with serving(site):
        for coded in (False, True):
            answer = await fetch(site, limits=Limits(coded=coded))
            assert (answer.reason, answer.body) == ("not_html", b""), coding
            assert f"it is {kind}, though its type says text/html" in answer.detail


@pytest.mark.parametrize(
    ("code", "headers", "detail"),
    [
        (403, {}, "HTTP 403 Forbidden"),
        (429, {"retry_after": "120"}, "HTTP 429 Too Many Requests; it asks to wait 120 s"),
        (503, {}, "HTTP 503 Service Unavailable"),
        (418, {"retry_after": "9"}, "HTTP 418 I'm a Teapot"),
        (599, {}, "HTTP 599"),
    ],
)
async def test_the_cause_of_a_failure_is_said(code: int, headers: dict[str, str], detail: str) -> None:
    site = Site(handlers={"/": status(code, **headers)})
    async with serving(site):
        assert (await fetch(site)).detail == detail


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "text/plain", "application/json"])
async def test_what_is_not_html_is_refused_before_its_body_is_read(kind: str) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield bytes(65536)

    site = Site(handlers={"/": streamed(endless, content_type=kind)})
    async with serving(site):
        answer = await fetch(site)
    assert (answer.reason, answer.body) == ("not_html", b"")
    assert kind in answer.detail
    assert sent < 20 * 1024 * 1024


@pytest.mark.parametrize("coding", ["identity", *CODED])
async def test_a_body_over_the_bound_is_too_large_or_cut(coding: str) -> None:
    body, most = random.Random(7).randbytes(150_000).hex().encode(), 100_000
    pack = CODED.get(coding, bytes)
    site = Site(
        handlers={
            "/": raw(pack(body), content_encoding=content_encoding(coding)),
            "/exact": raw(pack(body[:most]), content_encoding=content_encoding(coding)),
        }
    )
    async with serving(site):
        answer = await fetch(site, limits=Limits(body=most))
        assert (answer.reason, answer.body) == ("too_large", b"")
        cut = await fetch(site, limits=Limits(body=most, cut=True))
        assert (cut.reason, cut.body, cut.was_cut) == ("", body[:most], True)
        exact = await fetch(site, "/exact", Limits(body=most))
        assert (exact.reason, exact.body, exact.was_cut) == ("", body[:most], False)


@pytest.mark.parametrize("code", [300, 301, 302, 303, 307, 308])
async def test_redirects_are_told_and_not_followed(code: int) -> None:
    site = Site(handlers={"/": redirect("/elsewhere", code)})
    async with serving(site):
        answer = await fetch(site)
    assert (answer.status, answer.location, answer.reason) == (code, "/elsewhere", "")
    assert site.targets() == ["/"]


@pytest.mark.parametrize(
    ("value", "location"),
    [
        ("0; url=/docs/", "/docs/"),
        ("0;URL='/docs/'", "/docs/"),
        ("3, /docs/", "/docs/"),
        ("0", ""),
        ("5; url=/", ""),
        ("30; url=/docs/", ""),
    ],
)
async def test_a_header_that_leads_on_at_once_is_a_redirect(value: str, location: str) -> None:
    site = Site(handlers={"/": raw(b"<p>Moved</p>", refresh=value)})
    async with serving(site):
        answer = await fetch(site)
    assert (answer.location, answer.reason) == (location, "")


@pytest.mark.parametrize("kind", ["*/*", "unknown/unknown", "html", "text/html, text/html; charset=utf-8"])
async def test_a_type_that_says_nothing_refuses_no_page(kind: str) -> None:
    site = Site(handlers={"/": raw(b"<p>A page</p>", content_type=kind)})
    async with serving(site):
        assert (await fetch(site)).reason == ""


@pytest.mark.parametrize(("target", "reason"), [("/toc.js", ""), ("/js/main.js", "not_html")])
async def test_of_scripts_those_that_hold_a_menu_are_fetched(target: str, reason: str) -> None:
    site = Site(handlers={target: raw(b"'<a href=b.html>'", content_type="text/javascript")})
    async with serving(site):
        assert (await fetch(site, target)).reason == reason


async def test_statuses_say_whether_they_may_pass() -> None:
    passing = {408, 425, 429, 500, 502, 503, 504}
    site = Site(
        handlers={f"/{code}": status(code) for code in (*passing, 304, 400, 401, 403, 404, 410, 451, 501)}
    )
    async with serving(site):
        for target in site.handlers:
            answer = await fetch(site, target)
            assert answer.reason == "http_status"
            assert answer.passing is (answer.status in passing), target
            assert str(answer.status) in answer.detail


async def test_retry_after_is_read_in_both_forms_and_capped() -> None:
    later = formatdate(time.time() + 90, usegmt=True)
    site = Site(
        handlers={
            "/seconds": status(429, retry_after="7"),
            "/date": status(503, retry_after=later),
            "/past": status(503, retry_after=formatdate(time.time() - 90, usegmt=True)),
            "/long": status(503, retry_after="99999999999999999999"),
            "/bad": status(503, retry_after="soon"),
            "/other": status(404, retry_after="7"),
        }
    )
    async with serving(site):
        assert (await fetch(site, "/seconds")).retry_after == 7
        assert 60 < ((await fetch(site, "/date")).retry_after or 0) <= 90
        assert (await fetch(site, "/past")).retry_after == 0
        assert (await fetch(site, "/long")).retry_after == 3600
        assert (await fetch(site, "/bad")).retry_after is None
        assert (await fetch(site, "/other")).retry_after is None


async def test_too_many_or_too_long_headers_are_a_bad_response() -> None:
    async def many(_: web.Request) -> web.StreamResponse:
        return web.Response(headers={f"X-{n}": "v" * 900 for n in range(100)}, text="<p>x")

    async def long(_: web.Request) -> web.StreamResponse:
        return web.Response(headers={"X-Long": "v" * 70_000}, text="<p>x")

    async def several(_: web.Request) -> web.StreamResponse:
        return web.Response(headers={f"X-{n}": "v" * 15_000 for n in range(5)}, text="<p>x")

    site = Site(handlers={"/many": many, "/long": long, "/several": several})
    async with serving(site):
        for target in site.handlers:
            assert (await fetch(site, target)).reason == "bad_response", target


async def test_slow_sites_are_cut_on_time() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.05)

    async def silent(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    site = Site(handlers={"/drip": streamed(drip), "/silent": silent})
    async with serving(site):
        began = time.monotonic()
        dripped = await fetch(site, "/drip", Limits(total=0.5))
        assert (dripped.reason, dripped.passing) == ("timeout", True)
        assert 0.45 < time.monotonic() - began < 15
        began = time.monotonic()
        assert (await fetch(site, "/silent", idle_timeout=0.3)).reason == "timeout"
        assert time.monotonic() - began < 15


async def test_connections_that_fail_are_told_apart() -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def short(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"<p>only this")
        assert request.transport is not None
        request.transport.close()
        return response

    site, gone = Site(handlers={"/cut": cut, "/short": short}), Site()
    async with serving(gone):
        pass
    async with serving(site):
        for target in site.handlers:
            answer = await fetch(site, target)
            assert (answer.reason, answer.passing) == ("connection", True), target
    refused = await fetch(gone)
    assert (refused.reason, refused.passing) == ("connection", True)


@pytest.mark.parametrize(
    ("answered", "why"),
    [
        ("SSH-2.0-OpenSSH_9.6\r\n\r\n", "Bad status line"),
        ("HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n", "Invalid header token"),
        ("HTTP/1.1 200 OK\r\nno colon at all\r\n\r\n", "Invalid header token"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", "Duplicate Content-Length"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            "Transfer-Encoding can't be present with Content-Length",
        ),
    ],
    ids=["no HTTP", "a name with a blank", "a line without a colon", "two lengths", "a length beside chunks"],
)
async def test_an_answer_that_http_does_not_allow_is_a_bad_response(answered: str, why: str) -> None:
    async def answer_so(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answered.encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer_so, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        answer = await fetch(Site(address=host, port=port))
    assert answer.reason == "bad_response"
    assert why in answer.detail


async def test_connections_are_used_again() -> None:
    peers = set()

    async def where(request: web.Request) -> web.StreamResponse:
        peers.add(request.transport.get_extra_info("peername"))  # type: ignore[union-attr]
        return web.Response(text="<p>x", content_type="text/html", status=int(request.query.get("s", "200")))

    site = Site(handlers={"/": where})
    async with serving(site):
        egress = Egress(EgressSettings(allow=allowance(f"{site.address}:{site.port}")))
        for code in (200, 404, 200, 500, 200):
            await Fetcher(egress).fetch(site.url(f"/?s={code}"), Limits())
        await egress.close()
    assert len(peers) == 1


async def test_headers_of_a_job_never_speak_for_the_connection() -> None:
    site = Site(pages={"/": page("x")})
    async with serving(site):
        egress = Egress(EgressSettings(allow=allowance(f"{site.address}:{site.port}")))
        headers = [("X-Team", "docs"), ("Host", "evil"), ("Content-Length", "5"), ("User-Agent", "Other")]
        own = OwnHeaders(site.origin, headers)
        await Fetcher(egress).fetch(site.url(), Limits(), Requester(own=own))
        await egress.close()
    sent = site.log[0].headers
    assert sent["X-Team"] == "docs"
    assert sent["Host"] == f"{site.address}:{site.port}"
    assert "Content-Length" not in sent
    assert sent["User-Agent"] == "Docspasta"


def validated(etag: str, body: bytes = b"<p>A page") -> Site:
    """A site whose page is asked for by its entity tag, as a whole or not at all."""

    async def handler(request: web.Request) -> web.StreamResponse:
        headers = {"ETag": etag, "Last-Modified": "Sun, 01 Nov 2026 10:00:00 GMT", "Set-Cookie": "a=b"}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type="text/html", headers=headers)

    return Site(handlers={"/": handler})


@pytest.mark.parametrize("etag", ['"one"', 'W/"one-gzip"', "bare"])
async def test_what_did_not_change_comes_without_a_body(etag: str) -> None:
    async with serving(site := validated(etag)):
        first = await fetch(site)
        again = await fetch(site, limits=Limits(validators=first.validators))
        other = await fetch(site, limits=Limits(validators=first.validators._replace(etag='"old"')))
    assert first.validators == Validators(etag, "Sun, 01 Nov 2026 10:00:00 GMT")
    assert (again.unchanged, again.body, again.reason) == (True, b"", "")
    assert again.validators == first.validators
    assert (other.unchanged, other.body) == (False, b"<p>A page")
    assert "If-Modified-Since" not in site.log[1].headers  # the entity tag decides (RFC 9110 13.2.2)


async def test_a_date_is_asked_by_where_there_is_no_entity_tag() -> None:
    async with serving(site := validated('"one"')):
        await fetch(site, limits=Limits(validators=Validators("", "Sun, 01 Nov 2026 10:00:00 GMT")))
    assert site.log[0].headers["If-Modified-Since"] == "Sun, 01 Nov 2026 10:00:00 GMT"
    assert "If-None-Match" not in site.log[0].headers


async def test_with_cookies_nothing_is_asked_conditionally_for_another_representation_may_come() -> None:
    async with serving(site := validated('"one"')):
        egress = Egress(EgressSettings(allow=allowance(site.address + f":{site.port}")))
        own = OwnHeaders(site.origin, [("Cookie", "language=fr")])
        asked = Limits(validators=Validators('"one"', ""))
        answer = await Fetcher(egress).fetch(site.url(), asked, Requester(own=own))
        await egress.close()
    assert (answer.body, answer.validators) == (b"<p>A page", Validators())
    assert "If-None-Match" not in site.log[0].headers


async def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    async with serving(site := Site(handlers={"/": status(304)})):
        answer = await fetch(site)
    assert (answer.reason, answer.unchanged) == ("http_status", False)
