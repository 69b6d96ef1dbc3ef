"""No site holds the crawler's loop up for more than milliseconds, whatever it answers.

A whole crawler over Valkey fetches from a site on threads; the steps of the crawler's loop are measured.
"""

from __future__ import annotations

import gzip
import random
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import brotli
import pytest
import zstandard

from docspasta.domain import JobKey, PageKind
from tests.loop_steps import measured_steps, reference

from .crawling import BODY, crawling

MOST = 1.5  # times the reference, which stands for 5 ms
TEXT = (b"<p>" + random.Random(1).randbytes(4 << 20).hex().encode())[: BODY - 1]
SHORT = b"<title>T</title><main><h1>T</h1><p>words</p></main>"
RULES = b"".join(b"Disallow: /*a%d*b*c$\n" % at for at in range(20_000))


def answer(body: bytes, *lines: bytes, status: bytes = b"200 OK") -> bytes:
    head = b"\r\n".join(
        (b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), b"Connection: close", *lines)
    )
    return head + b"\r\n\r\n" + body


def html(body: bytes, *lines: bytes) -> bytes:
    return answer(body, b"Content-Type: text/html", *lines)


ANSWERS: dict[str, bytes] = {
    "a large page": html(TEXT),
    "a large page in gzip": html(gzip.compress(TEXT, 1), b"Content-Encoding: gzip"),
    "a large page in br": html(brotli.compress(TEXT, quality=1), b"Content-Encoding: br"),
    "a large page in zstd": html(zstandard.compress(TEXT, 1), b"Content-Encoding: zstd"),
    "a bomb in br": html(brotli.compress(bytes(200 << 20), quality=1), b"Content-Encoding: br"),
    "a bomb in zstd": html(zstandard.compress(bytes(200 << 20), 1), b"Content-Encoding: zstd"),
    "a bomb in gzip": html(gzip.compress(bytes(100 << 20), 6), b"Content-Encoding: gzip"),
    "gzip in gzip": html(gzip.compress(gzip.compress(TEXT, 1), 1), b"Content-Encoding: gzip"),
    "many headers": html(SHORT, *(b"a%d: b" % at for at in range(5_000))),
    "many cookies": html(SHORT, *[b"Set-Cookie: a=b" + b";expires=1" * 700] * 7),
    "a long refresh": html(SHORT, b"Refresh: 1" + b" " * 8_000 + b"x"),
    "a long type": answer(SHORT, b"Content-Type: text/html" + b";" * 8_000),
    "a long way": answer(b"", b"Location: /" + b"../" * 2_600, status=b"302 Found"),
    "chunks": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"1\r\na\r\n" * 100_000
    + b"0\r\n\r\n",
}


@contextmanager
def site(robots: bytes) -> Iterator[str]:
    """Serves ANSWERS by number, on threads; its origin."""
    paths = {b"/%d" % at: told for at, told in enumerate(ANSWERS.values())}

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            path = self.rfile.readline().split(b" ")[1]
            while self.rfile.readline().strip():
                pass
            told = robots if path == b"/robots.txt" else paths.get(path, answer(b"", status=b"404 Not Found"))
            try:
                self.wfile.write(told)
            except OSError:
                return  # it was enough for the crawler

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("robots", [b"", RULES], ids=["", "rules"])
async def test_answers(redis_url: str, robots: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    said: dict[str, str] = {}
    with site(answer(b"User-agent: *\n" + robots, b"Content-Type: text/plain")) as origin:
        async with crawling(redis_url) as crawler:
            names = [*ANSWERS] if not robots else ["a long way"]
            for name in names:
                said[name] = "never measured"
                for turn in range(3):
                    if not said[name]:
                        break
                    job = JobKey("mallory", f"j{len(said)}-{turn}-{len(robots)}")
                    await crawler.open(job)
                    with measured_steps(monkeypatch) as steps:
                        await crawler.of(job, f"{origin}/{[*ANSWERS].index(name)}", kind=PageKind.PAGE)
                    most = MOST * reference()
                    said[name] = (
                        "" if steps.worst < most else f"{steps}, where {most * 1000:.1f} ms are the most"
                    )
    assert not any(said.values()), {name: told for name, told in said.items() if told}
