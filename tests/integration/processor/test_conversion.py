"""Parsing processes are killed, starved and kept waiting: each page ends in a result or a reason."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.processor.conversion import GROUP_PAGES, Conversion, groups
from services.processor.fork_server import OWN_BYTES
from services.processor.wire import Body
from tests.coded import CODED, WHOLE
from tests.hurtful import HURTFUL, hurtful

PAGE_MEMORY, PAGE_BYTES = 512 * 1024 * 1024, 10 * 1024 * 1024
REASONS = ("empty", "parse_limit", "needs_javascript", "not_html")
GOOD = b"<title>T</title><main><h1>Title</h1><p>Some words that are worth keeping here.</p></main>"


@pytest.fixture
async def conversion() -> AsyncIterator[Conversion]:
    made = Conversion(2, 2.0, PAGE_MEMORY, PAGE_BYTES)
    yield made
    await made.stop()


def _bodies(count: int) -> list[Body]:
    return [Body(GOOD, f"https://docs.example.org/{n}") for n in range(count)]


async def test_pages_come_back_in_order(conversion: Conversion) -> None:
    pages = await conversion.convert("ann", _bodies(50))
    assert [page.url for page in pages] == [body.url for body in _bodies(50)]
    assert all("worth keeping" in page.markdown for page in pages)


async def test_no_code_of_the_working_directory_runs(conversion, tmp_path, monkeypatch) -> None:
    for name in ("resource", "json", "services", "selectolax", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()")
    monkeypatch.chdir(tmp_path)
    (page,) = await conversion.convert("ann", _bodies(1))
    assert "worth keeping" in page.markdown and not (tmp_path / "ran").exists()


async def test_killed_processes_cost_no_page(conversion: Conversion) -> None:
    """Kills a process twenty times, idle or at work, at moments that a seed draws."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    bodies = [Body(GOOD + b"<p>more words</p>" * 3000, f"https://docs.example.org/{n}") for n in range(40)]
    kills = 0
    while kills < 20:
        await conversion.warm()
        converting = asyncio.create_task(conversion.convert("ann", bodies))
        await asyncio.wait({converting}, timeout=draw.random() * 0.2)
        for pid in [process.pid for process in conversion.processes if process.pid]:
            os.kill(pid, signal.SIGKILL)
            kills += 1
        pages = await converting
        assert [page.url for page in pages] == [body.url for body in bodies]
        assert not [page for page in pages if page.reason], "an innocent page was blamed"


async def throttled(conversion: Conversion) -> None:
    """Give the parsing process a tenth of a core, as a CPU quota does."""
    while True:
        pid = conversion.processes[0].pid
        with contextlib.suppress(ProcessLookupError):
            if pid is not None:
                os.kill(pid, signal.SIGSTOP)
                await asyncio.sleep(0.09)
                os.kill(pid, signal.SIGCONT)
        await asyncio.sleep(0.01)


async def test_a_page_is_no_other_for_a_process_that_hardly_gets_a_core(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bound the wall time of a page: it would be lost three times, and be a `parse_limit`."""
    monkeypatch.setattr("services.processor.conversion.WALL", 0.1)
    conversion = Conversion(1, 5.0, PAGE_MEMORY, PAGE_BYTES)  # 0.5 s of wall time
    throttling = asyncio.create_task(throttled(conversion))
    try:
        await conversion.warm()
        body = Body(
            b"<main><h1>Title</h1>" + b"<p>more words</p>" * 12_000 + b"</main>",
            "https://docs.example.org/long",
        )
        [page] = await conversion.convert("ann", [body])
        assert page is not None and not page.reason and page.markdown.count("more words") == 12_000
    finally:
        throttling.cancel()
        await asyncio.wait([throttling])
        await conversion.stop()


async def test_a_process_that_is_stopped_is_lost_and_its_page_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.processor.conversion.WALL", 0.1)
    conversion = Conversion(1, 5.0, PAGE_MEMORY, PAGE_BYTES)
    try:
        await conversion.warm()
        stopped = conversion.processes[0].pid
        os.kill(stopped, signal.SIGSTOP)
        [page] = await conversion.convert("ann", _bodies(1))
        assert "worth keeping" in page.markdown and conversion.processes[0].pid != stopped
    finally:
        await conversion.stop()


async def test_a_caller_who_leaves_while_a_process_starts_leaves_one_that_answers() -> None:
    starting = Conversion(1, 5.0, PAGE_MEMORY, PAGE_BYTES)
    try:
        left = asyncio.create_task(starting.convert("ann", _bodies(1)))
        while not starting.processes[0].pid:
            await asyncio.sleep(0)
        left.cancel()
        await asyncio.wait({left})
        assert left.cancelled()
        assert [page.reason for page in await starting.convert("ann", _bodies(2))] == ["", ""]
    finally:
        await starting.stop()


async def test_memory_is_bounded() -> None:
    small = Conversion(1, 10.0, 1, PAGE_BYTES)
    try:
        hungry = Body(b"<p>" + b"<b>x</b>" * 1_200_000, "https://docs.example.org/hungry")
        pages = await small.convert("ann", [*_bodies(1), hungry, *_bodies(1)])
        assert [page.reason for page in pages] == ["", "parse_limit", ""]
        assert "memory" in pages[1].detail or "was tried 3 times" in pages[1].detail
    finally:
        await small.stop()


async def test_a_poison_page_takes_nobody_with_it(conversion: Conversion) -> None:
    poison = Body(b"<div>" * 40_000 + GOOD, "https://docs.example.org/deep")
    wide = Body(b"<p " + b"a=1 " * 40_000 + b">" + GOOD, "https://docs.example.org/wide")
    line = Body(b"<p>" + b"x" * 10_000_000, "https://docs.example.org/line")
    pages = await conversion.convert("ann", [*_bodies(3), poison, wide, line, *_bodies(3)])
    assert len(pages) == 9
    assert all(page.markdown for page in (*pages[:3], *pages[6:]))
    again = await conversion.convert("ann", _bodies(4))
    assert all(page.markdown for page in again)


@pytest.mark.parametrize("coding", WHOLE)
async def test_bodies_come_as_the_site_coded_them(conversion: Conversion, coding: str) -> None:
    """A page, one that is longer than pages may be, one that ends too early, and one of no known coding."""
    coded = CODED[coding](GOOD)
    bodies = [coded, CODED[coding](bytes(8 * PAGE_BYTES)), coded[:-9], coded]
    codings = [coding, coding, coding, "exi"]
    asked = [
        Body(body, f"https://docs.example.org/{n}", coding=name)
        for n, (body, name) in enumerate(zip(bodies, codings, strict=True))
    ]
    pages = await conversion.convert("ann", [*asked, *_bodies(1)])
    assert [page.reason for page in pages] == ["", "too_large", "bad_response", "bad_response", ""]
    assert pages[0].markdown == pages[-1].markdown
    assert pages[1].detail == "the body is longer than 10 MiB"
    assert "ends too early" in pages[2].detail and "'exi'" in pages[3].detail


async def test_every_hurtful_page_ends_within_its_seconds_and_memory() -> None:
    conversion = Conversion(2, 10.0, PAGE_MEMORY, PAGE_BYTES)
    try:
        bodies = [Body(hurtful(name), f"https://docs.example.org/{n}") for n, name in enumerate(HURTFUL)]
        pages = await conversion.convert("ann", [*bodies, *_bodies(1)])
        highest = max(_highest(process.pid) for process in conversion.processes if process.pid)
    finally:
        await conversion.stop()
    print(f"at most {highest / 1024 / 1024:.0f} MiB")
    ended = dict(zip(HURTFUL, pages, strict=False))
    unexplained = {n: p.reason for n, p in ended.items() if not p.markdown and p.reason not in REASONS}
    assert not unexplained
    assert "worth keeping" in pages[-1].markdown
    assert highest < PAGE_MEMORY + OWN_BYTES


COSTLY = GOOD.replace(b"</main>", b"<p>Some <b>words</b> of <a href=x>many</a>.</p>" * 60_000)


async def test_a_page_that_uses_up_its_cpu_seconds_costs_them_once() -> None:
    """Its user's other pages wait for their next turn, and another user's go on."""
    conversion = Conversion(1, 0.3, PAGE_MEMORY, PAGE_BYTES)
    try:
        await conversion.convert("ann", _bodies(1))
        before = conversion.slots.used("ann")
        costly = Body(COSTLY, "https://docs.example.org/costly")
        pages = await conversion.convert("ann", [*_bodies(2), costly, *_bodies(3)])
        assert [page and page.reason for page in pages] == ["", "", "parse_limit", None, None, None]
        assert pages[2] and pages[2].detail == "Reading it takes more than 0.3 CPU seconds."
        assert conversion.slots.used("ann") - before < 2 * 0.3 + 0.2
        assert [page and page.reason for page in await conversion.convert("bob", _bodies(2))] == ["", ""]
    finally:
        await conversion.stop()


async def test_a_machine_that_is_busy_costs_no_page() -> None:
    """The process is stopped for longer than a page may take of the CPU."""
    conversion = Conversion(1, 0.5, PAGE_MEMORY, PAGE_BYTES)
    try:
        await conversion.warm()
        pid = conversion.processes[0].pid
        assert pid
        os.kill(pid, signal.SIGSTOP)
        converting = asyncio.create_task(conversion.convert("ann", _bodies(2)))
        await asyncio.wait({converting}, timeout=1.0)
        os.kill(pid, signal.SIGCONT)
        assert [page and page.reason for page in await converting] == ["", ""]
    finally:
        await conversion.stop()


async def test_a_parsing_process_gains_no_privileges(conversion: Conversion) -> None:
    await conversion.convert("ann", _bodies(4))
    pids = [process.pid for process in conversion.processes if process.pid]
    assert pids and all("NoNewPrivs:\t1" in Path(f"/proc/{pid}/status").read_text() for pid in pids)


def test_nobody_of_the_same_user_looks_into_the_processor() -> None:
    """PR_GET_DUMPABLE (3) after the call that the processor makes at its start."""
    code = (
        "import ctypes; from services.processor.hardening import forbid_looking_in; forbid_looking_in();"
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "0"


def _highest(pid: int) -> int:
    """The most memory that a process has had, in bytes: the kernel's own mark."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024  # type: ignore[index]


def test_groups_keep_order_and_bounds() -> None:
    bodies = _bodies(40)
    cut = groups(bodies, 2)
    assert [body for part in cut for body in part] == bodies
    assert all(len(part) <= GROUP_PAGES for part in cut)
    assert len(groups(_bodies(2), 2)) == 2
    assert groups([], 2) == []
