# ruff: noqa: E501
"""Bodies made to hurt: compression bombs, endless and dripping bodies, all while other pages flow.

The site runs in a process of its own, so that the memory measured is the crawler's.
"""

from __future__ import annotations

import asyncio
import ctypes
import gzip
import re
import sys
import tempfile
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import brotli
import pytest
import zstandard

from docspasta.domain import JobKey
from docspasta.queues.messages import JobCrawl
from services.crawler.body_room import SMALL_BODY
from services.crawler.visit import Visit
from tests.sizes import size

from .crawling import crawling
from .web import Site, page, serving

JOB = JobKey("ada", "bombs")
MIB = 1024 * 1024
MAX_GROWTH = 32 * MIB

SERVER = """
import asyncio, pathlib, random, sys
import brotli
from aiohttp import web

async def bomb(request):
    name = request.match_info["name"]
    coding = name.partition(".")[0]
    response = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Encoding": coding})
    await response.prepare(request)
    with open(pathlib.Path(sys.argv[1]) / name, "rb") as file:
        while data := file.read(65536):
            await response.write(data)
    return response

async def endless(request):
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    while True:
        await response.write(b"<p>more " * 8192)

async def drip(request):
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    while True:
        await response.write(b"x")
        await asyncio.sleep(1)

async def drip_coded(request):
    name = request.match_info["name"]
    response = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Encoding": name.partition(".")[0]})
    await response.prepare(request)
    for byte in (pathlib.Path(sys.argv[1]) / name).read_bytes():
        await response.write(bytes([byte]))
        await asyncio.sleep(0.2)

async def stuck(request):
    response = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Encoding": "br"})
    await response.prepare(request)
    await response.write(LONG[:100_000])
    await asyncio.Event().wait()

async def long_coded(request):
    return web.Response(body=LONG, content_type="text/html", headers={"Content-Encoding": "br"})

PAGE = b"<h1>Page</h1><p>A page of ordinary words."

LONG = brotli.compress(PAGE + random.Random(7).randbytes(150_000), quality=1)

async def page(request):
    return web.Response(body=PAGE, content_type="text/html")

async def page_coded(request):
    return web.Response(body=brotli.compress(PAGE), content_type="text/html", headers={"Content-Encoding": "br"})

async def main():
    app = web.Application()
    app.add_routes([web.get("/bomb/{name}", bomb), web.get("/endless/{n}", endless), web.get("/drip/{n}", drip),
                    web.get("/page/{n}", page), web.get("/coded/{n}", page_coded),
                    web.get("/stuck/{n}", stuck), web.get("/long/{n}", long_coded),
                    web.get("/drip-coded/{name}", drip_coded)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, sys.argv[2], 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def zeros(count: int) -> Iterator[bytes]:
    """`count` MiB of zeros."""
    block = bytes(MIB)
    for _ in range(count):
        yield block


def packed(coding: str, count: int) -> Iterator[bytes]:
    """A body of `count` MiB, compressed, piece by piece; br with the widest window that it knows."""
    if coding == "br":
        made = brotli.Compressor(quality=5, lgwin=24)
        yield from (made.process(block) for block in zeros(count))
        yield made.finish()
        return
    packers = {
        "gzip": lambda: zlib.compressobj(9, wbits=31),
        "deflate": lambda: zlib.compressobj(9, wbits=15),
        "zstd": lambda: zstandard.ZstdCompressor(level=3).compressobj(),
    }
    packer = packers[coding]()
    yield from (packer.compress(block) for block in zeros(count))
    yield packer.flush()


@pytest.fixture(scope="module")
def bombs() -> Iterator[Path]:
    """A directory with one bomb for each coding."""
    with tempfile.TemporaryDirectory() as directory:
        for coding in ("gzip", "deflate", "br", "zstd"):
            with (Path(directory) / f"{coding}.bomb").open("wb") as file:
                file.writelines(packed(coding, size("a compression bomb")))
        yield Path(directory)


@asynccontextmanager
async def bombing(directory: Path, address: str) -> AsyncIterator[str]:
    """The origin of a site of bombs, in its own process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SERVER,
        str(directory),
        address,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        yield f"http://{address}:{port}"
    finally:
        process.kill()
        await process.wait()


M_TRIM_THRESHOLD = -1  # <malloc.h>


@pytest.fixture(scope="module", autouse=True)
def allocator() -> None:
    """The allocator as the image and the embedded stack set it (MALLOC_TRIM_THRESHOLD_): large blocks come
    from the system and go back to it. Else the C library keeps them, as many as earlier tests have freed."""
    ctypes.CDLL(None).mallopt(M_TRIM_THRESHOLD, 131072)


class Peak:
    """The growth of this process's memory since it was made, in bytes: the kernel's own high-water mark."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")
        self._base = self._highest()

    @staticmethod
    def _highest() -> int:
        status = Path("/proc/self/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024  # type: ignore[index]

    @property
    def growth(self) -> int:
        return self._highest() - self._base


@pytest.mark.parametrize("kept", [True, False], ids=["decoded", "coded"])
async def test_bombs_cost_flat_memory_while_other_pages_flow(redis_url: str, bombs: Path, kept: bool) -> None:
    """Decoded here, or left as they are coded where they are short enough for that."""
    other = Site(pages={f"/{n}": page("Flowing") for n in range(200)})
    async with (
        bombing(bombs, "127.0.0.9") as origin,
        serving(other),
        crawling(redis_url, slots=24) as crawler,
    ):
        await crawler.open(JOB, JobCrawl(keep_raw=kept))
        flow = JobKey("bob", "flow")
        await crawler.open(flow)
        warm = [f"{origin}/page/{n}" for n in range(20)]
        await crawler.of(flow, *(other.url(f"/{n}?warm") for n in range(200)))
        await crawler.of(
            JOB, *warm, *(f"{origin}/bomb/{c}.bomb?warm" for c in ("gzip", "br", "zstd", "deflate"))
        )
        peak = Peak()
        rounds = range(4)
        ids = await crawler.add(
            JOB, *(f"{origin}/bomb/{c}.bomb?{n}" for c in ("gzip", "deflate", "br", "zstd") for n in rounds)
        )
        flowing = await crawler.add(flow, *(other.url(f"/{n}") for n in range(200)))
        began = time.monotonic()
        pages = await crawler.fetched(*flowing, seconds=60)
        flowed = time.monotonic() - began
        found = await crawler.fetched(*ids, seconds=120)
    print(f"grew {peak.growth / MIB:.1f} MiB; 200 pages in {flowed:.2f} s beside {len(ids)} bombs")
    coded = [f for f in found if f.coding]
    assert {f.reason for f in found if f not in coded} <= {"too_large"}, {(f.reason, f.detail) for f in found}
    assert bool(coded) is not kept and all(len(f.body) <= SMALL_BODY for f in coded)
    assert {f.reason for f in pages} == {""}
    assert peak.growth <= MAX_GROWTH, peak.growth / MIB


async def test_endless_and_dripping_bodies_are_cut_while_other_pages_flow(
    redis_url: str, bombs: Path
) -> None:
    async with bombing(bombs, "127.0.0.8") as origin, crawling(redis_url, slots=24, total=6.0) as crawler:
        await crawler.open(JOB)
        await crawler.of(JOB, f"{origin}/page/warm", f"{origin}/endless/warm")
        peak = Peak()
        visits = [Visit(f"{origin}/drip/{n}") for n in range(3)]
        dripping = asyncio.gather(*(crawler.by_hand(visit) for visit in visits))
        endless = await crawler.add(JOB, *(f"{origin}/endless/{n}" for n in range(4)))
        pages = await crawler.add(JOB, *(f"{origin}/page/{n}" for n in range(30)))
        assert {f.reason for f in await crawler.fetched(*pages, seconds=60)} == {""}
        assert {f.reason for f in await crawler.fetched(*endless, seconds=60)} == {"too_large"}
        assert {outcome.fetched.reason for outcome in await dripping} == {"timeout"}
    print(f"grew {peak.growth / MIB:.1f} MiB")
    assert peak.growth <= MAX_GROWTH, peak.growth / MIB


async def test_dripping_coded_bodies_hold_up_no_other(redis_url: str, bombs: Path) -> None:
    """A decoder's window is memory, but waiting for a slow site's next byte keeps none from others."""
    async with bombing(bombs, "127.0.0.10") as origin, crawling(redis_url, slots=24) as crawler:
        await crawler.open(JOB, JobCrawl(keep_raw=True))
        visits = [Visit(f"{origin}/drip-coded/{c}.bomb?{n}") for c in ("br", "zstd") for n in range(3)]
        dripping = [asyncio.create_task(crawler.by_hand(visit)) for visit in visits]
        pages = await crawler.fetched(
            *await crawler.add(JOB, *(f"{origin}/coded/{n}" for n in range(30))), seconds=60
        )
        assert not any(task.done() for task in dripping)
        for task in dripping:
            task.cancel()
        await asyncio.gather(*dripping, return_exceptions=True)
    assert {(f.reason, f.body.startswith(b"<h1>Page")) for f in pages} == {("", True)}


async def test_coded_bodies_that_stop_coming_hold_up_no_other_of_ordinary_length(
    redis_url: str, bombs: Path
) -> None:
    async with bombing(bombs, "127.0.0.11") as origin, crawling(redis_url, slots=24) as crawler:
        await crawler.open(JOB, JobCrawl(keep_raw=True))
        stuck = [asyncio.create_task(crawler.by_hand(Visit(f"{origin}/stuck/{n}"))) for n in range(6)]
        pages = await crawler.fetched(
            *await crawler.add(JOB, *(f"{origin}/long/{n}" for n in range(10))), seconds=60
        )
        assert not any(task.done() for task in stuck)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
    assert {(f.reason, len(f.body) > 150_000) for f in pages} == {("", True)}


def test_the_bombs_are_bombs(bombs: Path) -> None:
    for path in bombs.iterdir():
        assert path.stat().st_size * 100 < size("a compression bomb") * MIB, path
    with gzip.open(bombs / "gzip.bomb") as file:
        assert file.read(10) == bytes(10)
