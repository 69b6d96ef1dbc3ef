"""python -m bench.renderer_memory: whether the memory of a renderer stays, page after page; loopback only.

    python -m bench.renderer_memory --pages 2000     the renderer as a process, its browser in its sandbox

A browser grows until it is replaced, after 100 pages as a rule. So what is compared is the same part of
each browser's life: the median between its 30th and 70th page, and the most of its whole life.
`bench.trends` lays a line through them: how much it rises from the first to the last browser, as a share of
their mean. Memory is PSS (shared pages by share) of the renderer and all below it, looked at each second;
Linux only. Where one browser's last page and the next one's first overlap, both are there: that is told
beside.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import grpc

from bench.renderer import AT_ONCE, WORDS, site
from bench.trends import Life, Look, lives, summary
from docspasta.v1.renderer_pb2 import RenderPageRequest
from docspasta.v1.renderer_pb2_grpc import RendererServiceStub
from services.renderer.browser import processes_of

LOOK = 1.0  # seconds between two looks at the memory, which cost
START_SECONDS = 120.0
FLAT = 0.10  # of the mean, that the line may rise


def pss(pid: int) -> int:
    """Bytes of a process, pages that several share counted by share; 0 of one that ended."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
    return 0


def children(pid: int) -> tuple[int, ...]:
    """The processes that it started itself: each is a browser."""
    try:
        return tuple(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:
        return ()


@dataclass
class Watched:
    """The looks at a renderer's memory."""

    pid: int
    done: int = 0
    looks: list[Look] = field(default_factory=list)

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            self.looks.append(await asyncio.to_thread(self._look))

    def _look(self) -> Look:
        done, browsers = self.done, children(self.pid)
        below = sum(map(pss, processes_of(self.pid)))
        return Look(done, browsers, pss(self.pid), below)


async def draw(channel: grpc.aio.Channel, watched: Watched, origin: str, numbers: list[int]) -> None:
    """Draw pages, one after another."""
    stub = RendererServiceStub(channel)
    while numbers:
        request = RenderPageRequest(url=f"{origin}/page-{numbers.pop(0)}", private_origin=origin)
        length = sum([len(part.chunk) async for part in stub.RenderPage(request, timeout=300)])
        assert length > len(WORDS) * 20, f"a page was not drawn: {length} bytes"
        watched.done += 1
        if watched.done % 100 == 0:
            print(f"{watched.done:6} pages: {watched.looks[-1] if watched.looks else ''}", flush=True)


async def run(pages: int, watched: Watched, target: str) -> list[Life]:
    """All pages, AT_ONCE at a time: what was seen of each browser."""
    async with grpc.aio.insecure_channel(target) as channel, site() as origin:
        async with asyncio.timeout(START_SECONDS):
            await channel.channel_ready()
        watching = asyncio.create_task(watched.watch())
        numbers = list(range(pages))
        await asyncio.gather(*(draw(channel, watched, origin, numbers) for _ in range(AT_ONCE)))
        watching.cancel()
    return lives(watched.looks)


def still(pids: list[int]) -> list[int]:
    """Those that run five seconds later; one that is dead and not yet buried does not."""
    for _ in range(50):
        pids = [pid for pid in pids if _runs(pid)]
        if pids:
            time.sleep(0.1)
    return pids


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def main() -> int:
    """See the module. 1 when memory rises, or a process is left."""
    parser = argparse.ArgumentParser(prog="python -m bench.renderer_memory")
    parser.add_argument("--pages", type=int, default=2000)
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory(prefix="dp-") as directory:
        target = f"unix:{directory}/renderer"
        process = subprocess.Popen(
            [sys.executable, "-m", "services.renderer"],
            env={**os.environ, "DOCSPASTA_RENDERER_LISTEN": target},
        )
        try:
            watched = Watched(process.pid)
            found = asyncio.run(run(pages, watched, target))
            left = processes_of(process.pid)
        finally:
            process.terminate()
            process.wait()
    lines, rises = summary(found)
    print("\n".join(lines))
    over = still(left)
    print(f"processes left after it ended: {len(over)}")
    return int(bool(over) or max(rises) > FLAT)


if __name__ == "__main__":
    sys.exit(main())
