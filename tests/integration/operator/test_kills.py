"""The operator killed at random moments, a second replica beside it, the API server restarted, resources
made, changed and deleted meanwhile: in the end each has one job, and nothing is left of what was deleted."""

from __future__ import annotations

import asyncio
import random
import time

from tests.sizes import size

from .conftest import Crawls


async def test_the_state_converges_on_a_real_api_server(crawls: Crawls) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw, wanted = random.Random(seed), dict[str, bool]()  # by name: is it suspended?
    kills = size("kills of an operator")
    for step in range(kills):
        for _ in range(draw.randint(1, 3)):
            await change(crawls, draw, wanted)
        await asyncio.sleep(draw.random() * 1.5)  # a random moment of its work
        await trouble(crawls, draw, restart=step == kills // 2)
    await settled(crawls, wanted)


async def change(crawls: Crawls, draw: random.Random, wanted: dict[str, bool]) -> None:
    """A person makes a crawl, suspends one or lets it go on, or deletes one."""
    what = draw.random()
    if what < 0.5 or not wanted:
        wanted[f"crawl-{len(wanted)}-{draw.randrange(100)}"] = draw.random() < 0.3
    elif what < 0.8:
        name = draw.choice(list(wanted))
        wanted[name] = not wanted[name]
    else:
        name = draw.choice(list(wanted))
        del wanted[name]
        await crawls.cluster.kubectl("delete", "crawl", name, "-n", "team-a", "--wait=false")
        return
    for name, suspended in list(wanted.items())[-1:] if what < 0.5 else wanted.items():
        await crawls.make(name, suspend=suspended)


async def trouble(crawls: Crawls, draw: random.Random, restart: bool) -> None:
    """A replica dies and another begins, or both work for a while; once the API server is restarted."""
    if restart:
        await asyncio.to_thread(crawls.cluster.kill, "kube-apiserver")
        await asyncio.to_thread(crawls.cluster.start_api_server)
    if draw.random() < 0.3 and len(crawls.others) < 2:
        crawls.another()
    else:
        crawls.operator.end()
        crawls.operator.start()


async def settled(crawls: Crawls, wanted: dict[str, bool], within: float = 90) -> None:
    """Wait until the cluster and the jobs service say what was asked for."""
    until, last = time.monotonic() + within, ""
    while time.monotonic() < until:
        last = await difference(crawls, wanted)
        if not last:
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"{last}\n{crawls.told()}")


async def difference(crawls: Crawls, wanted: dict[str, bool]) -> str:
    """What is not as it was asked for, '' for nothing."""
    found = (await crawls.cluster.read("crawljobs", "-n", "team-a"))["items"]
    states = {one["metadata"]["name"]: one.get("status", {}).get("state") for one in found}
    ids = {one["status"]["jobID"] for one in found if "jobID" in one.get("status", {})}
    told = {name: "Suspended" if suspended else "Running" for name, suspended in wanted.items()}
    running = {name: "Running" if state == "Queued" else state for name, state in states.items()}
    if running != told:
        return f"{states} and not {told}"
    jobs = set(await crawls.jobs())
    return "" if jobs == ids else f"jobs {jobs} and not {ids}"
