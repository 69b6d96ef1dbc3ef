"""python -m bench.renderer_memory: whether the memory of a renderer stays, page after page; loopback only.

    python -m bench.renderer_memory --pages 2000     the renderer as a process, its browser in its sandbox

Memory is PSS (shared pages by share) of the renderer's process and all below it, read every two seconds;
Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import grpc

from bench.renderer import AT_ONCE, WORDS, site
from docspasta.v1.renderer_pb2 import RenderPageRequest
from docspasta.v1.renderer_pb2_grpc import RendererServiceStub
from services.renderer.browser import processes_of

BLOCKS = 10
LOOK = 2.0  # seconds between two looks at the memory, which cost
START_SECONDS = 120.0


def pss(pid: int) -> int:
    """Bytes of a process and of all below it, pages that several share counted by share."""
    found = 0
    for each in (pid, *processes_of(pid)):
        with contextlib.suppress(OSError, StopIteration):  # it ended meanwhile
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
            found += int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
    return found


class Watched:
    """The looks at a renderer's memory, by block of pages."""

    def __init__(self, pid: int, pages: int) -> None:
        self._pid, self._pages, self.done = pid, pages, 0
        self.looks: list[list[int]] = [[] for _ in range(BLOCKS)]

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            now = await asyncio.to_thread(pss, self._pid)
            self.looks[min(self.done * BLOCKS // self._pages, BLOCKS - 1)].append(now)

    def print_block(self) -> None:
        """A line when a block of pages is over."""
        if self.done * BLOCKS % self._pages == 0:
            looks = self.looks[self.done * BLOCKS // self._pages - 1] or [0]
            middle, most = statistics.median(looks) / 2**20, max(looks) / 2**20
            print(f"{self.done:6} pages: PSS {middle:4.0f} MiB, {most:4.0f} at most", flush=True)


async def draw(channel: grpc.aio.Channel, watched: Watched, origin: str, numbers: list[int]) -> None:
    """Draw pages, one after another."""
    stub = RendererServiceStub(channel)
    while numbers:
        request = RenderPageRequest(url=f"{origin}/page-{numbers.pop(0)}", private_origin=origin)
        length = sum([len(part.chunk) async for part in stub.RenderPage(request, timeout=300)])
        assert length > len(WORDS) * 20, f"a page was not drawn: {length} bytes"
        watched.done += 1
        watched.print_block()


async def run(pages: int, process: subprocess.Popen[bytes], target: str) -> list[list[int]]:
    """All pages, AT_ONCE at a time: the looks of each block."""
    watched = Watched(process.pid, pages)
    async with grpc.aio.insecure_channel(target) as channel, site() as origin:
        async with asyncio.timeout(START_SECONDS):
            await channel.channel_ready()
        watching = asyncio.create_task(watched.watch())
        numbers = list(range(pages))
        await asyncio.gather(*(draw(channel, watched, origin, numbers) for _ in range(AT_ONCE)))
        watching.cancel()
    return watched.looks


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


def spread(middles: list[float]) -> float:
    """How far the largest is above the least, as a share of it."""
    return max(middles) / min(middles) - 1


def main() -> None:
    """See the module."""
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
            looks = asyncio.run(run(pages, process, target))
            left = processes_of(process.pid)
        finally:
            process.terminate()
            process.wait()
    middles = [statistics.median(each) for each in looks if each]
    print(f"the last block {middles[-1] / middles[0]:.3f} of the first, all within {spread(middles):.1%}")
    print(f"processes left after it ended: {len(still(left))}")


if __name__ == "__main__":
    main()
