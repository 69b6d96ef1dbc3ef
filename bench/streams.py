"""Figures of event streams: real jobs and gateway processes, real Postgres and Valkey, and in the same run a
bare raw-ASGI loop under the same server as the reference.

    python -m bench.streams [--clients 2000] [--only memory,cpu,latency,storm,resume] [--batch 10]

Prints a table, and the same as JSON to the file that --json names. Sizes are the promise's by default.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from pathlib import Path
from typing import Any

import psutil

from gateway.openapi import document
from tests import stack as stacks
from tests.integration.watch.installation import Crawl, Installation, Records, installed
from tests.integration.watch.sse import Follower, follow, stream_path
from tests.ports import free_port

TARGETS = {
    "memory of an idle client": "≤ 16 KiB",
    "CPU of a delivered event": "≤ 1.2 × reference",
    "commit to browser p99": "≤ 50 ms",
    "reconnect storm caught up": "≤ 5 s",
    "resume p50 / p99": "published",
}


class HerdProcess:
    """The clients, in a process of their own."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.herd"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    async def do(self, name: str, **arguments: Any) -> dict[str, Any]:
        """One command and its answer."""
        return await asyncio.to_thread(self._do, name, arguments)

    def _do(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"do": name, **arguments}).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())  # type: ignore[no-any-return]

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def herd() -> Iterator[HerdProcess]:
    """Clients for a block."""
    made = HerdProcess()
    try:
        yield made
    finally:
        made.stop()


class Reference:
    """The bare loop, or StreamingResponse, in a process of its own."""

    def __init__(self, kind: str) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        command = [sys.executable, "-m", "bench.raw_asgi", self.address, kind]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE)
        stacks.wait_until(self._listens, 30, "the reference listens")

    def _listens(self) -> bool:
        import socket

        try:
            socket.create_connection(self.address.rsplit(":", 1), timeout=1).close()  # type: ignore[arg-type]
        except OSError:
            return False
        return True

    def publish(self, event: bytes) -> None:
        """An event for every client."""
        assert self.process.stdin
        self.process.stdin.write(event.replace(b"\n", b"\\n") + b"\n")
        self.process.stdin.flush()

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


@contextlib.asynccontextmanager
async def watched(
    installation: Installation, pages: int, clients: int
) -> AsyncIterator[tuple[Crawl, HerdProcess, Records]]:
    """A job with `pages` to come, and clients that have seen where it stands."""
    async with Records.of(installation) as records:
        crawl = await records.crawl(pages)
        with herd() as made:
            await made.do(
                "open",
                address=installation.gateways[0].address,
                path=stream_path(crawl.job_id),
                headers={"Authorization": f"Bearer {installation.token()}"},
                clients=clients,
                last_id="",
            )
            truth = await crawl.truth()
            state = await made.do("wait", version=truth["version"], within=60)
            assert state["behind"] == 0 and state["open"] == clients, state
            yield crawl, made, records


def cpu(pid: int) -> float:
    """CPU seconds of a process so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def memory(pid: int) -> int:
    """Private bytes of a process."""
    return int(psutil.Process(pid).memory_full_info().uss)


# Memory


async def idle_memory(installation: Installation, clients: int) -> dict[str, float]:
    """KiB a client that has seen all and waits: the gateway's, the bare loop's, StreamingResponse's."""
    async with Records.of(installation) as records:
        crawl = await records.crawl(3)
        path, headers = stream_path(crawl.job_id), {"Authorization": f"Bearer {installation.token()}"}
        gateway = installation.gateways[0]
        found = {"gateway": await grown(gateway.pid, gateway.address, path, headers, clients)}
    for kind in ("raw", "streaming"):
        reference = Reference(kind)
        try:
            found[kind] = await grown(reference.process.pid, reference.address, "/", headers, clients)
        finally:
            reference.stop()
    return found


async def grown(pid: int, address: str, path: str, headers: dict[str, str], clients: int) -> float:
    """KiB that a process grew by a client, after a first herd has warmed its allocator."""
    with herd() as made:
        opening = {"address": address, "path": path, "headers": headers, "last_id": ""}
        await made.do("open", clients=50, **opening)
        await made.do("idle", seconds=3)
        before = memory(pid)
        await made.do("open", clients=clients, **opening)
        await made.do("idle", seconds=4)
        return (memory(pid) - before) / clients / 1024


# CPU


async def delivery_cpu(installation: Installation, clients: int, rounds: int) -> dict[str, float]:
    """Microseconds of CPU a delivered event, one event a round, here and in the reference by turns: what else
    the machine does meanwhile is the same for both."""
    reference = Reference("raw")
    try:
        async with watched(installation, 3, clients) as (crawl, ours, _):
            with herd() as bare:
                opening = {"address": reference.address, "path": "/", "headers": {}, "last_id": ""}
                await bare.do("open", clients=clients, **opening)
                version, event = (await crawl.truth())["version"], await sample_event(installation, crawl)
                pids = {"gateway": installation.gateways[0].pid, "raw": reference.process.pid}
                for number in range(5):  # warm
                    await one_round(ours, version + number + 1, toggle(crawl, number))
                version += 5
                before = {name: cpu(pid) for name, pid in pids.items()}
                for number in range(1, rounds + 1):
                    await one_round(ours, version + number, toggle(crawl, number))
                    told = event.replace(b"id: x-0", f"id: x-{number}".encode())
                    await one_round(bare, number, asyncio.to_thread(reference.publish, told))
                spent = {name: cpu(pid) - before[name] for name, pid in pids.items()}
    finally:
        reference.stop()
    found = {name: seconds / clients / rounds * 1e6 for name, seconds in spent.items()}
    return {**found, "ratio": spent["gateway"] / spent["raw"]}


async def one_round(made: HerdProcess, version: int, act: Awaitable[Any]) -> None:
    """One event, seen by every client."""
    await act
    state = await made.do("wait", version=version, within=60)
    assert state["behind"] == 0, state


async def toggle(crawl: Crawl, number: int) -> None:
    """A commit with one visible change: a pause or a resume."""
    await (crawl.resume() if number % 2 else crawl.pause())


async def sample_event(installation: Installation, crawl: Crawl) -> bytes:
    """An event of the same size for the reference."""
    _, job = installation.get(installation.gateways[0], f"/api/v5/jobs/{crawl.job_id}", installation.token())
    progress = document()["components"]["schemas"]["Progress"]["properties"]
    data = json.dumps({name: job[name] for name in progress}, separators=(",", ":"))
    return f"id: x-0\nevent: progress\ndata: {data}\n\n".encode()


# Latency


async def commit_latency(
    installation: Installation, clients: int, seconds: int, rate: int, batch: int
) -> dict[str, float]:
    """Milliseconds from the commit's end to each client's receipt, at `rate` events a second: `batch` pages a
    commit, and the job's own progress."""
    commits = rate * seconds // (batch + 1)
    async with watched(installation, commits * batch + 10, clients) as (crawl, made, _):
        await made.do("record", on=True)
        committed: dict[int, float] = {}
        pids = {
            "gateway": installation.gateways[0].pid,
            "jobs": installation.jobs[0].pid,
            "clients": made.process.pid,
        }
        before = {name: cpu(pid) for name, pid in pids.items()}
        began = time.monotonic()
        for number in range(commits):
            version, at = await timed_commit(crawl, batch)
            committed[version] = at
            await asyncio.sleep(max(0.0, began + (number + 1) * (batch + 1) / rate - time.monotonic()))
        behind_by = time.monotonic() - began - seconds
        busy = {
            f"{name} cores": (cpu(pid) - before[name]) / (time.monotonic() - began)
            for name, pid in pids.items()
        }
        await made.do("wait", version=max(committed), within=30)
        seen = await made.do("seen", versions=list(committed))
    latencies = sorted(
        (at - committed[int(version)]) * 1000 for version, times in seen.items() for at in times
    )
    assert len(latencies) == len(committed) * clients, "a client has not received what was committed"
    return {
        "p50": percentile(latencies, 50),
        "p99": percentile(latencies, 99),
        "max": latencies[-1],
        "deliveries": len(latencies),
        "committer late by s": max(behind_by, 0.0),
        **busy,
    }


async def timed_commit(crawl: Crawl, pages: int) -> tuple[int, float]:
    """Record some pages; the job's version, and when COMMIT had returned (before the bell)."""
    rings, crawl.records.rings = crawl.records.rings, False
    done = await crawl.advance(pages)
    at = time.monotonic()
    crawl.records.rings = rings
    await crawl.records.ring(crawl.key, done.version)
    return done.version, at


def percentile(ordered: list[float], percent: float) -> float:
    """A percentile of ordered numbers."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else float("nan")


# Coming back


async def reconnect_storm(installation: Installation, clients: int) -> dict[str, float]:
    """Seconds from the gateway's listening again until all clients hold what was committed meanwhile."""
    async with watched(installation, 500, clients) as (crawl, made, _):
        follower = Follower()
        with contextlib.suppress(TimeoutError):
            following = follow(installation.gateways[0].address, crawl.job_id, installation.token(), follower)
            await asyncio.wait_for(following, 1)
        gateway = installation.gateways[0]
        await asyncio.to_thread(gateway.kill)
        await made.do("close")
        await crawl.advance(100)
        gateway.start()
        await asyncio.to_thread(installation.ready)
        began = time.monotonic()
        opened = await made.do(
            "open",
            address=gateway.address,
            path=stream_path(crawl.job_id),
            headers={"Authorization": f"Bearer {installation.token()}"},
            clients=clients,
            last_id=follower.last_id,
        )
        state = await made.do("wait", version=(await crawl.truth())["version"], within=60)
        assert state["behind"] == 0 and state["open"] == clients and not opened["refused"], state
        return {"seconds": state["at"] - began, "opened": opened["seconds"]}


async def resume(installation: Installation, times: int) -> dict[str, float]:
    """Milliseconds from connecting with a cursor up to 300 versions old until nothing is missing."""
    async with Records.of(installation) as records:
        crawl = await records.crawl(1000)
        await crawl.advance(400)
        token, address = installation.token(), installation.gateways[0].address
        newest = (await crawl.truth())["version"]
        whole, took = Follower(), []
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(follow(address, crawl.job_id, token, whole), 1)
        for _ in range(times):
            follower = Follower(epoch=whole.epoch, version=newest - random.randint(1, 300))
            began = time.monotonic()
            task = asyncio.create_task(follow(address, crawl.job_id, token, follower))
            while follower.version < newest:
                await asyncio.sleep(0)
            took.append((time.monotonic() - began) * 1000)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    took.sort()
    return {"p50": percentile(took, 50), "p99": percentile(took, 99)}


# The run


async def measure(installation: Installation, chosen: set[str], clients: int, batch: int) -> dict[str, Any]:
    """All that was asked for, one after the other."""
    found: dict[str, Any] = {}
    if "memory" in chosen:
        found["memory"] = await idle_memory(installation, clients)
    if "cpu" in chosen:
        found["cpu"] = await delivery_cpu(installation, clients, 60)
    if "latency" in chosen:
        found["latency"] = await commit_latency(installation, 500, 15, 200, batch)
    if "storm" in chosen:
        found["storm"] = await reconnect_storm(installation, clients)
    if "resume" in chosen:
        found["resume"] = await resume(installation, 300)
    return found


def table(found: dict[str, Any]) -> str:
    """The figures beside their targets."""
    rows = []
    if memory_ := found.get("memory"):
        beside = f"bare loop {memory_['raw']:.1f}, StreamingResponse {memory_['streaming']:.1f}"
        text = f"{memory_['gateway']:.1f} KiB ({beside})"
        rows.append(("memory of an idle client", text))
    if cpu_ := found.get("cpu"):
        text = f"{cpu_['ratio']:.2f} × reference ({cpu_['gateway']:.1f} µs to {cpu_['raw']:.1f} µs)"
        rows.append(("CPU of a delivered event", text))
    if latency := found.get("latency"):
        text = f"{latency['p99']:.0f} ms (p50 {latency['p50']:.0f}, max {latency['max']:.0f})"
        rows.append(("commit to browser p99", text))
    if storm := found.get("storm"):
        rows.append(("reconnect storm caught up", f"{storm['seconds']:.1f} s"))
    if resumed := found.get("resume"):
        rows.append(("resume p50 / p99", f"{resumed['p50']:.1f} ms / {resumed['p99']:.1f} ms"))
    lines = ["| figure | measured | wanted |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {text} | {TARGETS[name]} |" for name, text in rows)])


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--only", default="memory,cpu,latency,storm,resume")
    parser.add_argument("--batch", type=int, default=10, help="pages of one commit, for the latency")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with stacks.running_postgres() as server, stacks.running_valkey() as valkey:
        asyncio.run(stacks.make_template(server))
        with installed(server, valkey.url) as installation:
            installation.add_gateway(installation.add_jobs())
            installation.ready()
            chosen = set(arguments.only.split(","))
            found = asyncio.run(measure(installation, chosen, arguments.clients, arguments.batch))
    print(table(found))
    if arguments.json:
        arguments.json.write_text(json.dumps({"cpus": os.cpu_count(), **found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
