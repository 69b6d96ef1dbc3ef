"""python -m bench: what a crawl, a start and an idle stack cost. CPU is user+sys of the whole process tree.

    python -m bench                     the sample site
    python -m bench --url URL [...]     these sites, at --delay 0 --concurrency 16; loopback only
    python -m bench --peers             beside them `ideal + h2m` of ../shared/bench, in the same run

Every figure is a ratio or stands beside its reference, for machines differ; take it on a quiet one.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from docspasta.domain import JobState
from tests.e2e.security.people import Person
from tests.stack import RunningStack, running_stack, wait_until

ANCHORS = Path(os.environ.get("ANCHORS", "/var/tmp/anchors"))
PEERS = Path(__file__).parents[2] / "shared" / "bench" / "peers"
IMPORTS = "import aiohttp, uvloop, html_to_markdown; from selectolax.lexbor import LexborHTMLParser"


def tree(stack: RunningStack) -> dict[str, float]:
    """CPU-seconds of the stack's processes so far, by what they are."""
    found: dict[str, float] = {}
    for process in [root := psutil.Process(stack.command.pid), *root.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            times, name = process.cpu_times(), name_of(process.cmdline())
            found[name] = found.get(name, 0.0) + times.user + times.system
    return found


def name_of(command: list[str]) -> str:
    """A process's room: services.crawler, parsing, postgres, valkey ..."""
    text = " ".join(command)
    for name in (
        "services.processor.fork_server",
        "services.jobs",
        "services.crawler",
        "services.processor",
        "gateway",
    ):
        if f"-m {name}" in text:
            return name
    return "postgres" if "postgres" in text else "valkey" if "valkey" in text else "command"


def crawl(stack: RunningStack, url: str) -> dict[str, float]:
    """CPU-seconds by process of one crawl on a stack that is up; prints its row."""
    person, before, begun = Person(stack.gateway), tree(stack), time.perf_counter()
    created = person.ask("POST", "/api/v5/crawl", {"url": url, "delay": 0, "concurrency": 16})
    path = f"/api/v5/jobs/{created.json()['jobId']}"
    job = created.json()
    while not JobState(job["state"]).ended:
        time.sleep(0.25)
        job = person.ask("GET", path).json()
    wall = time.perf_counter() - begun
    spent = {name: value - before.get(name, 0.0) for name, value in tree(stack).items()}
    print(f"{url}: {job['processed']} pages, {wall:.1f} s, {sum(spent.values()):.2f} CPU-s")
    return spent


def reference(url: str) -> float | None:
    """CPU-seconds of `ideal + h2m` less its imports, None when the peers are not installed."""
    python = ANCHORS / "venv-core" / "bin" / "python"
    if not (PEERS / "ideal.py").exists() or not python.exists():
        print("the peers are absent: see ../shared/bench/README.md")
        return None
    asked = [str(PEERS / "ideal.py"), "--start", url, "--conc", "16", "--convert", "h2m", "--site", "x"]
    return spent_by([str(python), *asked]) - spent_by([str(python), "-c", IMPORTS])


def spent_by(command: list[str]) -> float:
    """CPU-seconds of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def idle(stack: RunningStack, seconds: float) -> None:
    """CPU and memory of the stack while nobody asks anything."""
    before = sum(tree(stack).values())
    time.sleep(seconds)
    share = (sum(tree(stack).values()) - before) / seconds
    root, pss = psutil.Process(stack.command.pid), 0
    for process in [root, *root.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            pss += process.memory_full_info().pss
    print(f"idle: {share:.2%} of a core, {pss / 1e6:.0f} MB (sum of PSS), over {seconds:g} s")


def start(runs: int) -> None:
    """The command line from its start to the accepted job, on a data directory that was used before."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="dp") as directory:
        command = [sys.executable, "-m", "docspasta.cli", "crawl", "--sample", "-o", f"{directory}/x.md"]
        walls = [accepted(command, directory) for _ in range(runs + 1)][1:]
    print(f"command to accepted job, warm: median {statistics.median(walls):.2f} s of {runs}")


def accepted(command: list[str], directory: str) -> float:
    """Seconds until the command says that its job is accepted."""
    begun = time.perf_counter()
    with subprocess.Popen(
        [*command, "--data-dir", f"{directory}/data"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stderr is not None
        line = next(line for line in running.stderr if line.startswith("Crawling "))
        took = time.perf_counter() - begun
        assert "job" in line
        running.stderr.read()
    return took


@contextlib.contextmanager
def sample() -> Iterator[str]:
    """The sample site on a free port."""
    with subprocess.Popen(
        [sys.executable, "-m", "docspasta.sample"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        yield next(word for word in server.stdout.readline().split() if word.startswith("http"))
        server.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--url", action="append", default=[], help="a site on loopback; may be given again")
    parser.add_argument("--peers", action="store_true", help="measure ideal + h2m in the same run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--idle", type=float, default=20.0, metavar="SECONDS")
    asked = parser.parse_args()
    start(asked.runs)
    with contextlib.ExitStack() as opened:
        urls = asked.url or [opened.enter_context(sample())]
        allowed = ",".join(url.split("/")[2] for url in urls)
        stack = opened.enter_context(running_stack(docspasta_allow_private=allowed))
        wait_until(
            lambda: Person(stack.gateway).ask("GET", "/readyz").status == 200, 30, "the gateway is ready"
        )
        for url in urls:
            measure(stack, url, asked.runs, asked.peers)
        idle(stack, asked.idle)


def measure(stack: RunningStack, url: str, runs: int, peers: bool) -> None:
    """Crawls in turn with the reference; the last crawl's costs by process."""
    crawl(stack, url)  # what is started at the first page is not the page's cost
    ratios, spent = [], {}
    for _ in range(runs):
        spent = crawl(stack, url)
        if peers and (beside := reference(url)):
            ratios.append(sum(spent.values()) / beside)
            print(f"  ideal + h2m {beside:.2f} CPU-s, ratio {ratios[-1]:.2f}")
    for name, value in sorted(spent.items(), key=lambda row: -row[1]):
        print(f"  {value:6.2f} CPU-s  {name}")
    if ratios:
        print(f"  against ideal + h2m: median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
