"""`docspasta crawl` on the sample site: what it writes, what it says and where."""

from __future__ import annotations

import json

import pytest

from tests.e2e.cli.command import room


@pytest.fixture(scope="module")
def alone():
    """A room where no stack runs but a command's own."""
    with room() as made:
        yield made


@pytest.fixture(scope="module")
def first(alone, site):
    """One crawl that the tests of this module look at."""
    done = alone.run("crawl", site, "--delay", "0", "--concurrency", "16", "-o", "docs.md")
    assert done.returncode == 0, done.stderr + alone.logs()
    return done


@pytest.fixture
def document(first, alone) -> str:
    """What it wrote."""
    return (alone.path / "docs.md").read_text()


def test_stdout_carries_only_the_path(first):
    assert first.stdout == "docs.md\n"


def test_stderr_tells_progress_and_sums_up(first):
    assert "Crawling http://127.0.0.1:" in first.stderr
    assert "pages done" in first.stderr and "pages/s" in first.stderr
    assert "  1 dead_link: A link leads to this address, but there is no such page." in first.stderr
    assert "robots:" in first.stderr and "tokens" in first.stderr
    assert "\x1b" not in first.stderr and "Traceback" not in first.stderr


def test_the_document_holds_every_page_once_in_reading_order(document):
    text = document
    places = [
        text.index(f"# {title}")
        for title in ("Larder", "Installing", "Shelves", "Printing" if 0 else "Questions")
    ]
    assert places == sorted(places)
    assert "only the sitemap knows this one" in text
    assert "It must not be in the document" not in text
    assert text.count("Try to write “half a jar, opened on Tuesday” into one") == 1
    assert "guide/budget.html" in text.split("Failed", 1)[-1]


def test_nothing_is_left_running(first, alone):
    alone.is_quiet()


def test_the_same_site_gives_the_same_bytes(document, running, shared_room, site):
    again = shared_room.run("crawl", site, "--delay", "0", "--concurrency", "3", "-o", "again.md", "-q")
    assert (again.returncode, again.stderr) == (0, "")
    assert (shared_room.path / "again.md").read_text() == document


def test_the_document_on_stdout(document, running, shared_room, site):
    done = shared_room.run("crawl", site, "--delay", "0", "-o", "-")
    assert done.returncode == 0 and done.stdout == document
    assert "27 pages (1 duplicate left out), " in done.stderr, "the document's own numbers, not the crawl's"


def test_a_fresh_crawl_takes_nothing_from_the_one_before(document, running, shared_room, site):
    done = shared_room.run("crawl", site, "--delay", "0", "--fresh", "-o", "-")
    assert done.returncode == 0 and done.stdout == document
    assert "unchanged" not in done.stderr


def test_json_lines(document, running, shared_room, site):
    done = shared_room.run("crawl", site, "--delay", "0", "--json", "-o", "json.md")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["event"] == "job" and events[-1] == {
        "event": "document",
        "jobId": events[0]["jobId"],
        "path": "json.md",
        "complete": True,
    }
    processed = {event["url"] for event in events if event["event"] == "url_processed"}
    finished = next(event for event in events if event["event"] == "job_completed")
    assert len(processed) == finished["processed"] > 25
    assert (shared_room.path / "json.md").read_text() == document


def test_a_directory_of_pages(running, shared_room, site):
    done = shared_room.run("crawl", site, "--delay", "0", "-o", "pages/")
    assert (done.returncode, done.stdout) == (0, "pages/\n")
    pages = shared_room.path / "pages"
    index = (pages / "index.md").read_text()
    assert "(guide/units.md)" in index and index.index("install") < index.index("guide/units")
    assert "Fuzzy amounts" in (pages / "guide" / "units.md").read_text()
    assert (pages / "guide" / "index.md").exists() and (pages / "home.md").exists()
    assert "(install.md)" in (pages / "getting-started" / "index.md").read_text()
    assert "guide/budget.html>: A link leads to this address" in index.split("## What is missing")[1]


def test_the_default_name_is_host_and_path(running, shared_room, site):
    done = shared_room.run("crawl", f"{site}guide/", "--delay", "0", "-q")
    assert done.stdout.strip().startswith("127.0.0.1") and done.stdout.strip().endswith("-guide.md")
    assert (shared_room.path / done.stdout.strip()).exists()


def test_a_cut_crawl_says_so(running, shared_room, site):
    done = shared_room.run("crawl", site, "--delay", "0", "--max-pages", "5", "-o", "cut.md")
    assert done.returncode == 0 and "Stopped at the page limit (--max-pages 5); " in done.stderr
    assert "5 pages" in done.stderr


def test_include_and_exclude(running, shared_room, site):
    done = shared_room.run(
        "crawl",
        site,
        "--delay",
        "0",
        "--include",
        "/guide/**",
        "--exclude",
        "/guide/s*",
        "-o",
        "some.md",
        "--max-failures",
        "50",
    )
    text = (shared_room.path / "some.md").read_text()
    assert done.returncode == 0 and "Fuzzy amounts" in text
    assert "Searching understands names" not in text and "larder doctor" not in text


def test_selectors_robots_and_sitemaps(document, running, shared_room, site):
    options = ("--exclude-selector", "table", "--ignore-robots", "--no-sitemaps", "-o", "chosen.md")
    done = shared_room.run("crawl", site, "--delay", "0", *options)
    text = (shared_room.path / "chosen.md").read_text()
    assert done.returncode == 0 and "It must not be in the document" in text
    assert "only the sitemap knows this one" not in text
    assert "| You want to |" not in text and "| You want to |" in document


def test_a_dry_run_lists_and_keeps_nothing(running, shared_room, site):
    before = shared_room.run("jobs", "list", "--json").stdout
    done = shared_room.run("crawl", site, "--dry-run", "--exclude", "/how-to/**")
    urls = done.stdout.split()
    assert f"{site}guide/units.html" in urls and not [url for url in urls if "/how-to/" in url]
    assert "kept out by --exclude" in done.stderr
    assert shared_room.run("jobs", "list", "--json").stdout == before


def test_the_sample_needs_no_url(running, shared_room):
    done = shared_room.run("crawl", "--sample")
    assert (done.returncode, done.stdout) == (0, "sample.md\n")
    assert "Fuzzy amounts" in (shared_room.path / "sample.md").read_text()
