"""Two commands on one data directory share a stack, whichever ends first."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.e2e.cli.command import read_lines
from tests.e2e.cli.test_interruptions import SHORT_LEASES, pages_done, start_slow
from tests.sizes import FULL
from tests.stack import wait_until


@pytest.mark.skipif(not FULL, reason="make test-full: three stacks, one after the other")
def test_a_second_crawl_joins_and_goes_on_when_the_first_is_killed(room, site):
    first, _ = start_slow(room, site, "1.5", **SHORT_LEASES)
    second = room.start("crawl", site, "--delay", "1", "--json", "-o", "second.md", **SHORT_LEASES)
    lines = read_lines(second.stdout)
    wait_until(lambda: pages_done(lines) >= 2 or second.poll() is not None, 60, "the second crawls, too")
    listed = room.run("jobs", "list").stdout.splitlines()
    assert len(listed) == 2, "a third command joins as well"
    os.kill(first.pid, signal.SIGKILL)
    killed, seen = time.monotonic(), pages_done(lines)
    wait_until(lambda: pages_done(lines) > seen + 1 or second.poll() is not None, 90, "pages come again")
    assert time.monotonic() - killed < 25, (
        "nobody waits half a minute for a pace that no fetch is left to keep"
    )
    assert second.wait(180) == 0, second.stderr.read() + room.logs()
    assert pages_done(lines) > 20 and (room.path / "second.md").exists()
    room.is_quiet()
