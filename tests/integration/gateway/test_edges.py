"""At the gateway's edge: cookies and origins, headers of every answer, bounds on what clients send."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest

from gateway import server

CRAWL = "/api/v5/crawl"
BODY = {"url": "https://docs.example.org/"}


def cookie_of(answer) -> dict[str, str]:
    morsel = answer.cookies["docspasta"]
    assert morsel["httponly"] and morsel["samesite"] == "lax" and int(morsel["max-age"]) > 360 * 86400
    return {"Cookie": f"docspasta={morsel.value}"}


async def test_an_anonymous_browser_keeps_its_own_jobs(client):
    async with client.get("/") as answer:
        ann, origin = cookie_of(answer), {"Origin": str(client._base_url).rstrip("/")}
    async with client.post(CRAWL, json=BODY, headers={**ann, **origin}) as answer:
        assert answer.status == 202 and "Set-Cookie" not in answer.headers
        job = (await answer.json())["jobId"]
    async with client.get(f"/api/v5/jobs/{job}", headers=ann) as answer:
        assert answer.status == 200
    async with client.get(f"/api/v5/jobs/{job}") as answer:
        assert answer.status == 404  # a stranger
    async with client.get(f"/api/v5/jobs/{job}", headers={"Cookie": "docspasta=forged"}) as answer:
        assert answer.status == 404


async def test_a_change_by_cookie_needs_this_sites_origin(client):
    async with client.get("/") as answer:
        ann = cookie_of(answer)
    own = str(client._base_url).rstrip("/")
    for origin, status in (
        (own, 202),
        ("https://friend.example", 202),
        ("https://evil.example", 403),
        ("null", 403),
        ("", 403),
    ):
        headers = {**ann, "Origin": origin} if origin else ann
        async with client.post(CRAWL, json=BODY, headers=headers) as answer:
            assert answer.status == status, origin
    async with client.post(CRAWL, json=BODY, headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403


async def test_cors_only_for_those_it_names(client, bearer):
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    async with client.options(CRAWL, headers={"Origin": "https://friend.example", **asked}) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "https://friend.example"
    async with client.options(CRAWL, headers={"Origin": "https://evil.example", **asked}) as answer:
        assert "Access-Control-Allow-Origin" not in answer.headers
    async with client.get("/api/v5/jobs", headers={"Origin": "https://evil.example", **bearer()}) as answer:
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/", "/api/v5/jobs", "/api/v5/nothing", "/healthz", "/assets/x/y", "/api/v5/jobs/x/stream"]
)
async def test_every_answer_has_the_security_headers(client, path):
    async with client.get(path) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY" and answer.headers["Referrer-Policy"]
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy and policy.startswith("default-src")
        assert answer.headers["X-Request-Id"] and "Server" not in answer.headers


async def test_bodies_are_bounded(client, bearer):
    big = b'{"url": "' + b"a" * 70_000 + b'"}'
    kind = {"Content-Type": "application/json", **bearer()}
    async with client.post(CRAWL, data=big, headers=kind) as answer:
        assert answer.status == 413

    async def chunks():
        for _ in range(20):
            yield b" " * 10_000

    async with client.post(CRAWL, data=chunks(), headers=kind) as answer:
        assert answer.status == 413
    async with client.post(CRAWL, data=b"url=x", headers=bearer()) as answer:
        assert answer.status == 415


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", [CRAWL, "/v2/batch/scrape", "/mcp"])
async def test_a_client_that_still_sends_reads_why_it_is_refused(installation, bearer, path, chunked):
    """It sends the whole body before it reads, as most clients do."""
    host, _, port = installation.gateways[0].address.rpartition(":")
    head = {"Host": "localhost", "Connection": "close", "Content-Type": "application/json", **bearer()}
    head |= {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(8 << 20)}
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(f"POST {path} HTTP/1.1\r\n".encode())
        writer.write("".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n")
        for _ in range(128):
            writer.write(b"10000\r\n" * chunked + b" " * (1 << 16) + b"\r\n" * chunked)
            await writer.drain()
        writer.write(b"0\r\n\r\n" * chunked)
        answer = await asyncio.wait_for(reader.read(), 60)
    finally:
        writer.transport.abort()
    assert answer.startswith(b"HTTP/1.1 413") and b"large" in answer


async def test_a_body_without_end_is_cut(installation, bearer):
    """It is dropped for a while, and then the connection ends."""
    address = installation.gateways[0].address
    head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "localhost", **bearer()}.items())
    first = f"POST {CRAWL} HTTP/1.1\r\n{head}Content-Length: 99999999999\r\n\r\n"
    await raw(address, first.encode() + b" " * (40 << 20), 60)  # raises when it does not end


async def raw(address: str, data: bytes, within: float = 30) -> bytes:
    """What comes back for raw bytes until the connection ends."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(data)
        return await asyncio.wait_for(until_the_end(reader), within)
    finally:
        writer.transport.abort()


async def until_the_end(reader: asyncio.StreamReader) -> bytes:
    """Everything that is sent. A server that answers before it has read all resets the connection then."""
    said = b""
    with suppress(ConnectionError):
        while part := await reader.read(65_536):
            said += part
    return said


async def test_heads_are_bounded(installation):
    address = installation.gateways[0].address
    assert (await raw(address, b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n")).startswith(b"HTTP/1.1 414")
    many = b"".join(b"X-%d: %s\r\n" % (n, b"v" * 1000) for n in range(40))
    assert (await raw(address, b"GET / HTTP/1.1\r\nHost: localhost\r\n" + many)).startswith(b"HTTP/1.1 431")
    endless = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"v" * 40_000
    assert (await raw(address, endless)).startswith(b"HTTP/1.1 431")
    whole = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"v" * 40_000 + b"\r\n\r\n"
    assert (await raw(address, whole)).startswith(b"HTTP/1.1 431")  # complete in one piece
    assert (await raw(address, b"\x16\x03\x01 nonsense\r\n\r\n")).startswith(b"HTTP/1.1 400")


async def test_slow_senders_are_cut(installation):
    """A head that never ends, sent by the byte, and a connection that says nothing."""
    address = installation.gateways[0].address
    host, _, port = address.rpartition(":")

    async def trickle(first: bytes) -> tuple[float, bytes]:
        began = time.monotonic()
        reader, writer = await asyncio.open_connection(host, int(port))
        reading = asyncio.create_task(until_the_end(reader))
        writer.write(first)
        async with asyncio.timeout(60):
            while not reading.done():
                writer.write(b"a")
                await asyncio.wait([reading], timeout=0.7)  # not at the full seconds at which it is cut
        writer.transport.abort()
        return time.monotonic() - began, await reading

    lines = (
        b"POST /api/v5/crawl HTTP/1.1",
        b"Host: localhost",
        b"Content-Type: application/json",
        b"Content-Length: 99",
    )
    body = b"\r\n".join(lines) + b"\r\n\r\n"
    head, sent_body = await asyncio.gather(trickle(b"GET / HTTP/1.1\r\nX: "), trickle(body))
    assert server.HEAD_SECONDS - 1 < head[0] < server.HEAD_SECONDS + 20
    assert head[1].startswith(b"HTTP/1.1 408") and sent_body[1].startswith(b"HTTP/1.1 408")
