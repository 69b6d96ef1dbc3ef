"""After a crawl of the sample site, every panel's and every alert's query returns a sample.

By Prometheus itself where it is installed (.ci/run does so). Without it, each selector of each query is
looked for among what the processes expose.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.e2e.drain import queries
from tests.e2e.drain.fleet import SERVICES, Fleet
from tests.e2e.drain.test_helm_test import run as crawl_sample
from tests.ports import free_port
from tests.stack import wait_until

SELECTOR = re.compile(r"\b((?:docspasta|process)_[a-z_]+)(\{[^}]*\})?")
MATCHER = re.compile(r'([a-z_]+)(=~|!=|=)"([^"]*)"')
SAMPLE = re.compile(r"^([a-z_]+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
# Only a failing installation has these: their query is summed up with `or vector(0)`.
MAY_BE_ABSENT = {("docspasta_rpc_seconds_count", "INTERNAL|UNKNOWN|DATA_LOSS")}


def exposed(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        text: str = answer.read().decode()
        return text


def samples(fleet: Fleet) -> list[tuple[str, dict[str, str], float]]:
    """What all four expose: (name, labels, value)."""
    found = []
    for service in SERVICES:
        for name, labels, value in SAMPLE.findall(exposed(fleet.running[service].metrics)):
            pairs = dict(re.findall(r'([a-z_]+)="([^"]*)"', labels))
            found.append((name, {**pairs, "namespace": queries.NAMESPACE}, float(value)))
    return found


def matches(labels: dict[str, str], name: str, operator: str, wanted: str) -> bool:
    have = labels.get(name, "")
    if operator == "=~":
        return re.fullmatch(wanted, have) is not None
    return (have == wanted) is (operator == "=")


def unmatched(query: queries.Query, found: list[tuple[str, dict[str, str], float]]) -> list[str]:
    """The selectors of a query that no sample fits."""
    missing = []
    for name, braces in SELECTOR.findall(query.text):
        matchers = MATCHER.findall(braces)
        if any((name, wanted) in MAY_BE_ABSENT for _, _, wanted in matchers):
            continue
        if not any(one == name and all(matches(labels, *m) for m in matchers) for one, labels, _ in found):
            missing.append(name + braces)
    return missing


@contextmanager
def prometheus(program: str, fleet: Fleet, directory: Path) -> Iterator[str]:
    """A Prometheus that scrapes the fleet twice a second."""
    port = free_port()
    targets = [
        {
            "targets": [f"127.0.0.1:{fleet.running[service].metrics}"],
            "labels": {"namespace": queries.NAMESPACE, "component": service},
        }
        for service in SERVICES
    ]
    configuration = {
        "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms"},
        "scrape_configs": [{"job_name": "docspasta", "static_configs": targets}],
    }
    (directory / "prometheus.yml").write_text(yaml.safe_dump(configuration))
    with (directory / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={directory}/prometheus.yml",
                f"--storage.tsdb.path={directory}/data",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def evaluated(server: str, query: str) -> list[object]:
    """The instant vector of a query."""
    address = f"{server}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    with urllib.request.urlopen(address, timeout=60) as answer:
        body = json.load(answer)
    assert body["status"] == "success", (query, body)
    result: list[object] = body["data"]["result"]
    return result


def scraped_twice(server: str) -> bool:
    try:
        rows = evaluated(server, "min(count_over_time(up[1m]))")
        four = evaluated(server, "count(up)")
    except OSError:
        return False
    return bool(rows) and float(rows[0]["value"][1]) >= 3 and four[0]["value"][1] == "4"  # type: ignore[index]


@pytest.fixture
async def crawled(fleet: Fleet) -> Fleet:
    """A fleet that has crawled the sample site, with its figures read after it."""
    await fleet.up()
    done = await crawl_sample(fleet)
    assert done.returncode == 0, done.stderr + fleet.logs()
    port = fleet.running["jobs"].metrics
    await asyncio.to_thread(
        wait_until,
        lambda: 'docspasta_jobs{state="running"}' in exposed(port),
        30,
        "jobs has read the installation's figures",
    )
    return fleet


async def test_every_query_returns_a_sample(crawled: Fleet, tmp_path: Path) -> None:
    found = samples(crawled)
    totals = {
        (name, labels.get("state")): value
        for name, labels, value in found
        if name == "docspasta_pages_total" and value
    }
    assert totals, "no page was counted"
    missing = {query.where: gone for query in queries.everything() if (gone := unmatched(query, found))}
    assert missing == {}
    program = shutil.which("prometheus")
    if program is None:
        assert os.environ.get("CI") != "true", "CI installs Prometheus; it is not on PATH"
        pytest.skip("prometheus is not on this machine: selectors were matched, queries not evaluated")
    with prometheus(program, crawled, tmp_path) as server:
        await asyncio.to_thread(wait_until, lambda: scraped_twice(server), 30, "Prometheus has scraped")
        empty = {q.where: q.text for q in queries.everything() if not evaluated(server, q.text)}
    assert empty == {}
