"""Figures of reading documents: how fast one is assembled, how fast a reader gets it as it is stored, and
what eight readers at once cost somebody who only looks at a job. Real jobs and gateway processes.

    python -m bench.documents [--pages 400] [--readers 8] [--seconds 8]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from docspasta.store.record import record_batch
from tests import stack as stacks
from tests.integration.store.crawls import page_of, processed
from tests.integration.watch.installation import Crawl, Installation, Records, installed

SYLLABLES = "ka re to mi su pa le no vi du sha en or tik".split()
LINES = 1_000  # of a page: some 100 KB
WORDS = [f"{first}{second}{third}" for first in SYLLABLES for second in SYLLABLES for third in SYLLABLES[::3]]


async def made(records: Records, pages: int) -> Crawl:
    """An ended job of long pages."""
    crawl = await records.crawl(pages)
    while crawl.queued:
        batch, crawl.queued = crawl.queued[:20], crawl.queued[20:]
        results = [
            processed(page_id, url, page=page_of(url, f"# {url}\n\n" + text(page_id)))
            for page_id, url in batch
        ]
        await record_batch(records.pool, crawl.key, results, datetime.now(UTC))
    return crawl


def text(page_id: int) -> str:
    """A page's words, of a few thousand, so that they shrink as text does."""
    chance = random.Random(page_id)
    return "".join(" ".join(chance.choices(WORDS, k=16)) + ".\n\n" for _ in range(LINES))


def read(address: str, path: str, token: str, coding: str, seconds: float) -> tuple[int, float]:
    """Read a document again and again for so long: (bytes on the wire, seconds)."""
    began, got = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        connection = http.client.HTTPConnection(address)
        connection.request(
            "GET", path, headers={"Authorization": f"Bearer {token}", "Accept-Encoding": coding}
        )
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        while part := answer.read(1 << 18):
            got += len(part)
        connection.close()
    return got, time.monotonic() - began


def looks(address: str, path: str, token: str, seconds: float) -> list[float]:
    """How long each look at a job took, in milliseconds, one every 20 ms."""
    connection, took = http.client.HTTPConnection(address), []
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        asked = time.monotonic()
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        connection.getresponse().read()
        took.append(1000 * (time.monotonic() - asked))
        time.sleep(0.02)
    return sorted(took)


@contextlib.contextmanager
def readers(number: int, *given: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Readers in processes of their own while the block lasts."""
    command = [sys.executable, "-m", "bench.documents", "--read", *given]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(number)]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()


def rates(processes: list[subprocess.Popen[str]], plain: float, stored: float) -> float:
    """Megabytes of Markdown a second of the slowest reader."""
    found = []
    for process in processes:
        got, seconds = process.communicate()[0].split()
        found.append(int(got) / float(seconds) * plain / stored / 1e6)
    return min(found)


def figures(installation: Installation, crawl: Crawl, number: int, seconds: float) -> None:
    """Measure, and print."""
    address, token = installation.gateways[0].address, installation.token()
    job = f"/api/v5/jobs/{crawl.job_id}"
    path = f"{job}/markdown"
    began = time.monotonic()
    while not read(address, path, token, "gzip", 0.01)[0]:
        """The assembling process starts, and the document is assembled."""
    print(f"assembled and read within {time.monotonic() - began:.1f} s")
    connection = http.client.HTTPConnection(address)
    sizes = {}
    for coding in ("identity", "gzip"):
        connection.request(
            "HEAD", path, headers={"Authorization": f"Bearer {token}", "Accept-Encoding": coding}
        )
        answer = connection.getresponse()
        answer.read()
        sizes[coding] = float(answer.headers["Content-Length"])
    plain, stored = sizes["identity"], sizes["gzip"]
    print(f"{plain / 1e6:.1f} MB of Markdown, {stored / 1e6:.1f} MB stored")
    for coding, wire in (("gzip", stored), ("identity", plain)):
        with readers(1, address, path, token, coding, str(seconds)) as running:
            print(f"one reader, {coding}: {rates(running, plain, wire):.0f} MB/s of Markdown")
    idle = looks(address, job, token, seconds)
    report("a look at a job, idle", idle)
    for coding, wire in (("gzip", stored), ("identity", plain)):
        with readers(number, address, path, token, coding, str(seconds + 2)) as running:
            time.sleep(1)  # they have begun
            report(f"the same beside {number} readers, {coding}", looks(address, job, token, seconds), idle)
            print(f"  the slowest of them: {rates(running, plain, wire):.0f} MB/s of Markdown")


def report(name: str, took: list[float], reference: list[float] | None = None) -> None:
    """One line."""
    half, most = took[len(took) // 2], took[int(len(took) * 0.99)]
    beside = f" ({most / reference[int(len(reference) * 0.99)]:.2f} x idle)" if reference else ""
    print(f"{name}: median {half:.1f} ms, p99 {most:.1f} ms{beside}")


async def prepared(installation: Installation, pages: int) -> Crawl:
    """The job."""
    async with Records.of(installation) as records:
        return await made(records, pages)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--read", nargs=5, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        address, path, token, coding, seconds = given.read
        print(*read(address, path, token, coding, float(seconds)))
        return
    with stacks.running_postgres() as server, stacks.running_valkey() as valkey:
        asyncio.run(stacks.make_template(server))
        with installed(server, valkey.url) as installation:
            installation.add_gateway(installation.add_jobs())
            installation.ready()
            crawl = asyncio.run(prepared(installation, given.pages))
            figures(installation, crawl, given.readers, given.seconds)


if __name__ == "__main__":
    main()
