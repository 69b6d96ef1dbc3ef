"""The script that `helm test` runs, against real processes: it passes, and it fails when it should."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.e2e.drain.fleet import Fleet
from tests.ports import free_port
from tests.unit.chart import helm

SCRIPT = helm.CHART / "files" / "crawl_test.py"


async def run(fleet: Fleet, **environment: str) -> subprocess.CompletedProcess[str]:
    port = free_port()
    own = {
        "GATEWAY": f"http://127.0.0.1:{fleet.running['gateway'].port}",
        "SITE": f"http://localhost:{port}/",
        "LISTEN": f"127.0.0.1:{port}",
        "SECONDS": "60",
        "PYTHONPATH": str(Path(__file__).parents[3]),
        **environment,
    }
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, str(SCRIPT)],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def as_json(line: str) -> dict[str, object]:
    try:
        found: dict[str, object] = json.loads(line)
        return found
    except ValueError:
        raise AssertionError(f"a line of a log is no JSON: {line!r}") from None


def logs_are_alike(fleet: Fleet) -> None:
    """Each line of each process is a JSON object with the same names; debug is on where it was switched."""
    for name, replica in fleet.running.items():
        lines = [as_json(line) for line in replica.log.read_text().splitlines()]
        for line in lines:
            assert {"ts", "level", "event", "service"} <= line.keys()
            assert line["service"] == name
        levels = {line["level"] for line in lines}
        assert ("debug" in levels) is (name == "jobs"), (name, levels)
        assert {"starting", "listening", "ready"} <= {line["event"] for line in lines}, name
        assert fleet.token()[:20] not in replica.log.read_text()


async def test_it_crawls_drops_resumes_and_compares(fleet: Fleet) -> None:
    await fleet.up()
    fleet.running["jobs"].process.send_signal(signal.SIGUSR1)  # look closer, without a restart
    done = await run(fleet)
    assert done.returncode == 0, done.stderr + fleet.logs()
    assert "docspasta crawled the sample site" in done.stdout
    assert "over 2 connections" in done.stdout
    logs_are_alike(fleet)
    # A site that nobody may reach is a failed test with a sentence.
    refused = await run(fleet, SITE="http://127.0.0.2:9/")
    assert refused.returncode == 1
    assert "docspasta's test failed" in refused.stderr
    # With an API key's place taken by a token: the credential that tests.apiKeySecret gives.
    keyed = await run(fleet, API_KEY=fleet.token())
    assert keyed.returncode == 0, keyed.stderr
