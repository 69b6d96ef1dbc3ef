"""How fast pages are converted, as a ratio to a bare selectolax parse of the same pages in the same run.

    python -m bench.convert [DIRECTORY of HTML files]     without one: the pages of ../shared/quality

CPU time of this process: each page once, as a crawl meets it, by a process that has converted only other
pages; then the least of several rounds of each. Parse, links and Markdown against the parse.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from bench import quality
from docspasta import gc_tuning
from docspasta.content import read_page

ROUNDS = 20
PROMISED_MEDIAN, PROMISED_P99 = 5.0, 9.0


def cpu_seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The least CPU time of `rounds` calls."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def ratios(bodies: list[tuple[str, bytes, str]]) -> list[tuple[float, str, float]]:
    """(ratio, name, CPU seconds of the conversion) of each (name, body, URL)."""
    found = []
    for name, body, url in bodies:
        parse = cpu_seconds(lambda body=body: LexborHTMLParser(body))  # type: ignore[misc]
        whole = cpu_seconds(lambda body=body, url=url: read_page(body, url))  # type: ignore[misc]
        found.append((whole / parse, name, whole))
    return sorted(found)


def first_sight(bodies: list[tuple[str, bytes, str]]) -> float:
    """All pages' conversion against their parse, each seen for the first time: call this before `ratios`."""
    parse = whole = 0.0
    for _, body, url in bodies:
        whole += cpu_seconds(lambda body=body, url=url: read_page(body, url), 1)  # type: ignore[misc]
        parse += cpu_seconds(lambda body=body: LexborHTMLParser(body), 1)  # type: ignore[misc]
    return whole / parse


def of_quality() -> list[tuple[str, bytes, str]]:
    """The pages of the public quality set."""
    with tempfile.TemporaryDirectory() as where:
        public = quality.unpack(Path(where))["public"]
        return [
            (f"{p['combo']}/{p['page']}", quality.body_of(public, p), p["url"]) for p in quality.pages(public)
        ]


def of_directory(path: Path) -> list[tuple[str, bytes, str]]:
    """Every HTML file under a directory."""
    files = sorted(path.rglob("*.html"))
    return [
        (str(f), f.read_bytes(), f"https://docs.example.org/{f.relative_to(path).as_posix()}") for f in files
    ]


def summary(found: list[tuple[float, str, float]]) -> str:
    """Median, p99 and the slowest, in words."""
    values = [ratio for ratio, _, _ in found]
    p99 = values[min(len(values) - 1, int(len(values) * 0.99))]
    return (
        f"{len(values)} pages: median {statistics.median(values):.2f} x a bare parse (promised"
        f" {PROMISED_MEDIAN}),"
        f" p99 {p99:.2f} x (promised {PROMISED_P99}),"
        f" median {statistics.median(seconds for _, _, seconds in found) * 1000:.2f} ms of CPU a page;"
        f" slowest: {found[-1][1]}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path)
    arguments = parser.parse_args()
    if arguments.directory is None and quality.shared() is None:
        print("../shared/quality is absent; name a directory of HTML files.")
        return 0
    bodies = of_directory(arguments.directory) if arguments.directory else of_quality()
    if not bodies:
        print(f"{arguments.directory} holds no .html file.")
        return 1
    gc_tuning.collect_rarely()  # as a parsing process does
    new = first_sight(bodies)
    print(summary(ratios(bodies)))
    print(f"all pages together, each seen for the first time: {new:.2f} x")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
