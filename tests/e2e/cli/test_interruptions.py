"""Ctrl-C, SIGKILL of the command, SIGKILL of each process in mid-crawl."""

from __future__ import annotations

import json
import os
import signal

import pytest

from tests.e2e.cli.command import interrupt, read_lines
from tests.sizes import FULL, size
from tests.stack import wait_until

SHORT_LEASES = {
    "DOCSPASTA_CRAWLER_LEASE": "2",
    "DOCSPASTA_PROCESSOR_LEASE": "3",
    "DOCSPASTA_JOBS_MAINTENANCE_INTERVAL": "1",
}


def pages_done(lines: list[str]) -> int:
    """How many pages a `--json` crawl has reported."""
    return sum('"event":"url_' in line for line in lines)


def start_slow(room, site, delay="0.2", **environment):
    """A crawl that has some pages and is not near its end; the command and its events so far."""
    slow = ("--delay", delay, "--concurrency", "1")
    command = room.start("crawl", site, *slow, "--json", "-o", "docs.md", **environment)
    lines = read_lines(command.stdout)
    wait_until(lambda: pages_done(lines) >= 2 or command.poll() is not None, 60, "two pages are done")
    assert command.poll() is None, command.stderr.read() + room.logs()
    return command, lines


def processes(room) -> dict[str, int]:
    return json.loads((room.data / "stack.json").read_text())["processes"]


def jobs(room) -> list[dict]:
    return [json.loads(line) for line in room.run("jobs", "list", "--json").stdout.splitlines()]


def test_ctrl_c_cancels_the_job_and_keeps_what_there_is(room, site):
    command, _ = start_slow(room, site, "1.5")
    assert [job["state"] for job in jobs(room)] == ["running"], "another command joins its stack"
    assert interrupt(command) == 130
    told = command.stderr.read()
    assert "docs.partial.md" in told and "Traceback" not in told
    assert "before the job was cancelled" in (room.path / "docs.partial.md").read_text()
    assert not (room.path / "docs.md").exists()
    room.is_quiet()
    if FULL:  # starts a stack once more
        assert [job["state"] for job in jobs(room)] == ["cancelled"]


def test_ctrl_c_before_the_stack_is_up(room, site):
    command = room.start("crawl", site)
    wait_until((room.data / "stack.json").exists, 60, "the stack is starting")
    assert interrupt(command) == 130
    assert "Traceback" not in command.stderr.read()
    room.is_quiet()


def test_nothing_outlives_a_killed_command_and_the_next_run_works(room, site):
    command, _ = start_slow(room, site)
    command.kill()
    command.wait()
    room.is_quiet()
    done = room.run("crawl", site, "--delay", "0", "-o", "docs.md")
    assert done.returncode == 0, done.stderr
    assert "was killed; its pages are kept" in done.stderr
    if FULL:  # starts a stack once more
        assert sorted(job["state"] for job in jobs(room)) == ["cancelled", "completed"]


@pytest.fixture(scope="module")
def undisturbed(running, shared_room, site) -> bytes:
    """The document of a crawl that nothing disturbed."""
    done = shared_room.run("crawl", site, "--delay", "0", "-o", "undisturbed.md")
    assert done.returncode == 0, done.stderr
    return (shared_room.path / "undisturbed.md").read_bytes()


def kill(room, *names: str) -> None:
    """SIGKILL processes of the stack, and wait until others have taken their places."""
    old = processes(room)
    for name in names:
        os.kill(old[name], signal.SIGKILL)
    for name in names:
        wait_until(lambda name=name: processes(room)[name] != old[name], 60, f"{name} was started again")


def test_killing_each_of_the_four_processes_changes_nothing(room, site, undisturbed):
    """Two at a time, while pages are still to come. Those that a crawl does not wait for are last: on a slow
    machine it may end before they are there again."""
    command, lines = start_slow(room, site, "0.4", **SHORT_LEASES)
    for names in ("processor", "crawler"), ("gateway", "jobs"):
        seen = pages_done(lines)
        assert not [line for line in lines if '"event":"job_' in line], "the crawl was too short"
        kill(room, *names)
        wait_until(
            lambda seen=seen: pages_done(lines) > seen, 60, f"pages come again after {names} were killed"
        )
    assert command.wait(90) == 0, command.stderr.read() + room.logs()
    assert (room.path / "docs.md").read_bytes() == undisturbed
    assert command.stderr.read().count("ended unexpectedly; restarting it") == 4
    room.is_quiet()


@pytest.mark.skipif(not FULL, reason="make test-full: each process and server alone, several times")
@pytest.mark.parametrize("name", ["jobs", "crawler", "processor", "gateway", "valkey", "postgres"])
@pytest.mark.parametrize("round_", range(size("kills of each process in mid-crawl")))
def test_a_killed_process_changes_nothing(room, site, undisturbed, name, round_):
    command, lines = start_slow(room, site, **SHORT_LEASES)
    wait_until(lambda: pages_done(lines) >= 3 + 5 * round_, 60, "some pages are done")
    kill(room, name)
    assert command.wait(120) == 0, command.stderr.read() + room.logs()
    assert (room.path / "docs.md").read_bytes() == undisturbed
    room.is_quiet()
