"""`docspasta sources …` against a running stack, on a site that changes between its runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.cli.command import Room
from tests.e2e.cli.conftest import in_a_thread
from tests.e2e.pipeline.site import Site, page, serving
from tests.sizes import FULL

pytestmark = pytest.mark.skipif(not FULL, reason="some thirty commands, at full size")
PAGES = {f"/guide-{n}.html": f"Guide {'abcdef'[n]}" for n in range(6)}
PACE = ("--delay", "0", "--concurrency", "8")


def of(titles: dict[str, str]) -> dict[str, str]:
    """A site of these pages."""
    return {"/": page("Start", titles)} | {path: page(title, {}) for path, title in titles.items()}


@pytest.fixture
def changing() -> Iterator[Site]:
    """A site that the test changes."""
    site = Site(of(PAGES), validated="etag")
    with in_a_thread(lambda: serving(site)):
        yield site


def done(room: Room, *arguments: str, status: int = 0) -> Any:
    """A command of `sources` that ended with this status."""
    ended = room.run("sources", *arguments)
    assert ended.returncode == status, (arguments, ended.stdout, ended.stderr)
    return ended


def test_a_source_from_its_first_run_to_its_removal(running: str, shared_room: Room, changing: Site) -> None:
    ask = lambda *arguments, status=0: done(shared_room, *arguments, status=status)  # noqa: E731
    ask("add", changing.origin, "--name", "book", "--keep", "3", *PACE)
    ask("run", "book", "-o", "book.md")
    lines = [json.loads(line) for line in ask("changes", "book", "--no-chunks").stdout.splitlines()]
    assert [line["op"] for line in lines] == ["upsert"] * 7
    assert ask("changes", "book", "--after", lines[-1]["cursor"]).stdout == ""

    changing.pages = of({f"/v2{path}": title for path, title in PAGES.items()})
    told = ask("run", "book", "-o", "book.md").stderr
    assert "6 moved" in told and "0 removed" in told
    assert "## Moved pages" in (text := ask("diff", "book", "--markdown").stdout)
    assert f"[Guide a]({changing.origin}/v2/guide-0.html), from [" in text
    after = [
        json.loads(line)
        for line in ask("changes", "book", "--after", lines[-1]["cursor"], "--no-chunks").stdout.splitlines()
    ]
    # The start page stays where it is, and its links lead elsewhere.
    assert sorted(line["op"] for line in after) == ["delete"] * 6 + ["upsert"] * 7

    changing.pages = of(dict(list(PAGES.items())[:1]))  # a broken menu
    ask("run", "book", "-o", "small.md", "--quiet")
    assert "Suspect: run" in ask("show", "book").stderr
    assert ask("diff", "book").stderr.count("6 moved") == 1  # still that of the run before
    ask("accept", "book")
    assert "5 removed" in ask("diff", "book").stderr
    ask("accept", "book", status=1)  # none is suspect

    for _ in range(3):
        ask("run", "book", "-o", "book.md", "--quiet")
    assert len(shared_room.run("jobs", "list", "--json").stdout.splitlines()) >= 3
    runs = [line for line in ask("show", "book").stdout.splitlines() if "completed" in line]
    assert len(runs) <= 4  # those that are kept, and the one before the next begins
    ask("remove", "book")
    ask("show", "book", status=1)


def test_a_schedule_is_paused_and_goes_on(running: str, shared_room: Room, changing: Site) -> None:
    ask = lambda *arguments, status=0: done(shared_room, *arguments, status=status)  # noqa: E731
    ask("add", changing.origin, "--name", "daily", "--every", "12h", *PACE)
    ask("pause", "daily")
    assert "suspended" in ask("show", "daily").stdout + ask("show", "daily").stderr
    ask("resume", "daily")
    assert "suspended" not in ask("show", "daily").stdout + ask("show", "daily").stderr
    ask("change", "daily", "--no-schedule")
    ask("pause", "daily", status=1)
    ask("remove", "daily")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--cron", "0 0 30 2 *"), "Bad day-of-month"),
        (("--cron", "every day"), "cron"),
        (("--cron", "0 6 * * 1", "--tz", "Mars/Olympus"), "is no time zone"),
        (("--every", "5m"), "give 3600 to"),
        (("--cron", "*/5 * * * *"), "leave at least 3600"),
    ],
)
def test_a_schedule_that_cannot_be_says_why(
    running: str, shared_room: Room, changing: Site, arguments: tuple[str, ...], said: str
) -> None:
    refused = done(shared_room, "add", changing.origin, "--name", "bad", *arguments, status=2)
    assert said in refused.stderr


def test_runs_of_another_source_and_deleted_ones_are_refused(
    running: str, shared_room: Room, changing: Site
) -> None:
    jobs = {}
    for name in ("one", "two"):
        done(shared_room, "add", changing.origin, "--name", name, *PACE)
        done(shared_room, "run", name, "-o", f"{name}.md", "--quiet")
        shown = [json.loads(line) for line in shared_room.run("jobs", "list", "--json").stdout.splitlines()]
        jobs[name] = shown[0]["jobId"]
    other = done(shared_room, "diff", "one", "--from", jobs["two"], status=2)
    assert "no ended run of this source" in other.stderr
    assert done(shared_room, "changes", "one", "--after", "nonsense", status=2).stderr.count("--after")
    done(shared_room, "run", "one", "-o", "one.md", "--quiet")
    assert shared_room.run("jobs", "delete", jobs["one"]).returncode == 0
    gone = shared_room.run("sources", "diff", "one", "--from", jobs["one"])
    assert gone.returncode != 0 and jobs["one"][:6] in gone.stderr
    for name in jobs:
        done(shared_room, "remove", name)
