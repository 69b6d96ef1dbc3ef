"""What a run of a source costs against its first one: CPU of the stack, bytes fetched, the database's growth.

    python -m bench.runs [--site DIRECTORY] [--pages N] [--start index.html]

The site is served by a process of its own, whose CPU does not count: with entity tags, then without any
validators, then with one page in a hundred changed. Each way has a stack of its own, a source, its first
run and a second one.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import asyncpg
from aiohttp import web

from bench.__main__ import ANCHORS, tree
from docspasta.domain import JobState
from tests.e2e.security.people import Person
from tests.stack import RunningStack, running_stack, wait_until

WAYS = ("validators", "no validators", "1 % changed")
MENU = 300  # links of the site that is made up


class Cost(NamedTuple):
    """What a run took: CPU seconds, bytes fetched, bytes that the database grew by."""

    cpu: float
    fetched: float
    grown: float
    pages: int
    unchanged: int
    processes: dict[str, float]  # CPU seconds of each
    tables: dict[str, float]  # bytes that each grew by


class Server:
    """A site from a directory, or made up. `generation` changes one page in a hundred."""

    def __init__(self, pages: dict[str, bytes], way: str) -> None:
        self._pages, self._way, self._generation = pages, way, 0
        self._coded: dict[tuple[str, int], bytes] = {}

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """A page, coded once; 304 when its entity tag was named. POST begins the next generation."""
        if request.method == "POST":
            self._generation += 1
            return web.Response()
        path = request.path.lstrip("/") or "index.html"
        if path not in self._pages:
            return web.Response(status=404)
        changed = self._generation if self._way == WAYS[2] and zlib.crc32(path.encode()) % 100 == 0 else 0
        body = self._body(path, changed)
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"}
        if self._way != WAYS[1]:
            headers["ETag"] = f'"{zlib.crc32(body)}"'
            if request.headers.get("If-None-Match") == headers["ETag"]:
                return web.Response(status=304, headers={"ETag": headers["ETag"]})
        return web.Response(body=body, headers=headers)

    def _body(self, path: str, changed: int) -> bytes:
        if (path, changed) not in self._coded:
            more = f"<p>It changed {changed} times.</p>".encode() if changed else b""
            whole = self._pages[path].replace(b"</h1>", b"</h1>" + more, 1)
            self._coded[path, changed] = gzip.compress(whole, 6, mtime=0)
        return self._coded[path, changed]


def read_site(directory: Path | None, pages: int) -> dict[str, bytes]:
    """The HTML files below a directory, or a made-up site."""
    if directory is not None:
        return {str(f.relative_to(directory)): f.read_bytes() for f in directory.rglob("*.html")}
    names = ["index.html", *(f"page-{n}.html" for n in range(1, pages))]
    menu = "".join(f'<li><a href="{name}">The chapter of {name}</a></li>' for name in names[:MENU])
    return {name: made_page(n, name, names, menu) for n, name in enumerate(names)}


def made_page(n: int, name: str, names: list[str], menu: str) -> bytes:
    """A page of some 20 KB."""
    words = [f"{'aeiou'[(n * k) % 5]}{'bcdfgklmnprst'[(n + k * k) % 13]}{k % 17}" for k in range(1200)]
    parts = [f"<h2>Part {k}</h2><p>{' '.join(words[k : k + 60])}</p>" for k in range(0, 1200, 60)]
    more = f'<a href="{names[(n + 1) % len(names)]}">Next</a>'
    body = f"<nav><ul>{menu}</ul></nav><main><h1>{name}</h1>{''.join(parts)}{more}</main>"
    return f"<!doctype html><html lang=en><title>{name}</title>{body}</html>".encode()


async def serve(server: Server) -> None:
    """Serve until killed; the first line of output is the origin."""
    runner = web.ServerRunner(web.Server(server.answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


@contextlib.contextmanager
def serving(way: str, arguments: list[str]) -> Iterator[str]:
    """The site in a process of its own; its origin."""
    command = [sys.executable, "-m", "bench.runs", "--serve", way, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def database_bytes(stack: RunningStack) -> int:
    """Bytes of the databases' files."""
    files = (stack.directory / "data").glob("postgres*/base/*/*")
    return sum(file.stat().st_size for file in files)


def table_bytes(stack: RunningStack) -> dict[str, float]:
    """Bytes of each table with its indexes, after a VACUUM: PostgreSQL does it by itself."""

    async def ask() -> dict[str, float]:
        connection = await asyncpg.connect(
            host=str(stack.state["sockets"]), user="postgres", database="docspasta"
        )
        try:
            await connection.execute("VACUUM")
            rows = await connection.fetch(
                "SELECT relname, pg_total_relation_size(oid) AS bytes FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
        finally:
            await connection.close()
        return {row["relname"]: row["bytes"] for row in rows}

    return asyncio.run(ask())


def run(stack: RunningStack, person: Person, source: str) -> Cost:
    """One run of the source, to its end."""
    tables, bytes_before = table_bytes(stack), database_bytes(stack)
    before = tree(stack)
    answer = person.ask("POST", f"/api/v5/sources/{source}/runs", {})
    assert answer.status == 202, answer
    job = answer.json()
    while not JobState(job["state"]).ended:
        time.sleep(0.25)
        job = person.ask("GET", f"/api/v5/jobs/{job['jobId']}").json()
    assert job["state"] == JobState.COMPLETED, job
    time.sleep(2)  # what follows an end: other processes settle
    spent = more(tree(stack), before)
    larger = more(table_bytes(stack), tables)
    grown = database_bytes(stack) - bytes_before
    fetched, unchanged = job["bytesFetched"], job["unchanged"]
    return Cost(sum(spent.values()), fetched, grown, job["processed"], unchanged, spent, larger)


def more(now: dict[str, float], before: dict[str, float]) -> dict[str, float]:
    """What there is more now, the most first."""
    found = {name: value - before.get(name, 0) for name, value in now.items()}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def measure(way: str, start: str, arguments: list[str]) -> None:
    """A first run and a second one; prints what the second took of the first."""
    with (
        serving(way, arguments) as origin,
        running_stack(docspasta_allow_private=origin.split("/")[2]) as stack,
    ):
        wait_until(lambda: Person(stack.gateway).ask("GET", "/readyz").status == 200, 30, "the gateway is up")
        person = Person(stack.gateway, stack.token())
        warm(stack, person, origin + "/" + start)
        asked = {"name": way, "settings": {"url": f"{origin}/{start}", "delay": 0, "concurrency": 16}}
        source = person.ask("POST", "/api/v5/sources", asked).json()["sourceId"]
        first = run(stack, person, source)
        subprocess.run(["curl", "-s", "-X", "POST", origin], check=True)
        second = run(stack, person, source)
    shares = [
        f"{name} {100 * now / before:5.1f} %"
        for name, now, before in zip(("CPU", "bytes", "database"), second[:3], first[:3], strict=True)
    ]
    print(
        f"{way:14} {second.unchanged} of {second.pages} pages unchanged: {', '.join(shares)}"
        f"   (first run: {first.cpu:.2f} CPU-s, {first.fetched / 1e6:.1f} MB, "
        f"{first.grown / 1e6:.1f} MB grown)",
        flush=True,
    )
    for name, scale, costs in (
        ("CPU-s", 1, (first.processes, second.processes)),
        ("KB", 1000, (first.tables, second.tables)),
    ):
        told = (
            f"{part} {value / scale:.1f} {costs[1].get(part, 0) / scale:.1f}"
            for part, value in list(costs[0].items())[:8]
        )
        print(f"    {name}, first and second run: {', '.join(told)}", flush=True)


def warm(stack: RunningStack, person: Person, url: str) -> None:
    """A crawl of one page: what is started at the first page is not the run's cost."""
    job = person.ask("POST", "/api/v5/crawl", {"url": url, "maxPages": 1}).json()
    done = lambda: JobState(person.ask("GET", f"/api/v5/jobs/{job['jobId']}").json()["state"]).ended  # noqa: E731
    wait_until(done, 30, "one page was crawled")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.runs", description=__doc__)
    usual = ANCHORS / "corpus" / "django"
    parser.add_argument("--site", type=Path, default=usual if usual.is_dir() else None)
    parser.add_argument("--pages", type=int, default=400, help="of the site that is made up without --site")
    parser.add_argument("--start", default="index.html")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        asyncio.run(serve(Server(read_site(asked.site, asked.pages), asked.serve)))
        return
    arguments = ["--pages", str(asked.pages), *(["--site", str(asked.site)] if asked.site else [])]
    print(f"{asked.site or 'a made-up site'}; load {os.getloadavg()[0]:.1f}")
    for way in WAYS:
        measure(way, asked.start, arguments)


if __name__ == "__main__":
    main()
