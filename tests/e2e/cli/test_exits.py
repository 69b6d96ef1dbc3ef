"""Exit statuses and sentences: bad usage, bad sites, too many failures."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.ports import free_port


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("crawl", "not a url"), "is not a URL"),
        (("crawl", "ftp://example.org/"), "use http or https"),
        (("crawl", "https://user:secret@example.org/"), "user name or password"),
        (("crawl", "https://example.org/" + "x" * 9000), "longer than"),
        (("crawl",), "name one URL"),
        (("crawl", "https://example.org/", "--include", "docs/*"), "must start with"),
        (("crawl", "https://example.org/", "--header", "nothing"), "--header"),
        (("crawl", "https://example.org/", "--max-pages", "0"), "give a whole number, 1 or more"),
        (("crawl", "https://example.org/", "--max-pages", "x"), "--max-pages"),
        (("crawl", "https://example.org/", "--nonsense"), "--nonsense"),
        (("crawl", "https://example.org/", "-o", "none/docs.md"), "none"),
        (("crawl", "https://example.org/", "--server", "docs.example.org"), "--token"),
        (("jobs", "list", "--state", "happy"), "happy"),
        (("nonsense",), "nonsense"),
    ],
)
def test_bad_usage_is_2(shared_room, arguments, told):
    done = shared_room.run(*arguments)
    assert done.returncode == 2, done.stderr
    assert told in done.stderr and "Traceback" not in done.stderr and done.stdout == ""


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--max-pages", "2000000"), "--max-pages"),
        (("--concurrency", "100000"), "--concurrency"),
        (("--delay", "1e9"), "--delay"),
        (("--header", "Host: elsewhere"), "Host"),
    ],
)
def test_what_jobs_refuses_is_2_as_well(running, shared_room, options, told):
    done = shared_room.run("crawl", "https://example.org/", *options)
    assert done.returncode == 2, done.stderr
    assert told in done.stderr and "Traceback" not in done.stderr


def test_a_job_that_is_not_there(running, shared_room):
    done = shared_room.run("jobs", "show", "nothing")
    assert done.returncode == 1 and "Traceback" not in done.stderr and done.stderr.startswith("docspasta: ")


BAD_STARTS = {
    "broken": "http_status",
    "loop": "redirect",
    "for-ever": "redirect_limit",
    "endless": "too_large",
    "bomb": "too_large",
    "torn": "bad_response",
    "paper": "not_html",
    "empty": "empty",
    "script": "needs_javascript",
}


@dataclass(frozen=True)
class Ended:
    """A command's exit status, and what it printed."""

    status: int
    stdout: str
    stderr: str


@pytest.fixture(scope="module")
def ended(running, shared_room, bad) -> dict[str, Ended]:
    """Every crawl of the tests below, by the name of its file: they wait for their retries side by side."""
    crawls = {path: (f"{bad}/{path}",) for path in BAD_STARTS}
    crawls["down"] = (f"http://127.0.0.1:{free_port()}/",)
    crawls["docs"] = (f"{bad}/", "--max-failures", "100")
    crawls["many"] = (f"{bad}/", "--max-failures", "1")
    started = {
        name: shared_room.start("crawl", *arguments, "--delay", "0", "-o", f"{name}.md")
        for name, arguments in crawls.items()
    }
    told = {name: command.communicate(timeout=240) for name, command in started.items()}
    return {name: Ended(started[name].returncode, *texts) for name, texts in told.items()}


def test_a_site_that_is_down_is_1_and_leaves_no_file(ended, shared_room):
    assert ended["down"].status == 1 and not (shared_room.path / "down.md").exists()
    assert "connection" in ended["down"].stderr and "Traceback" not in ended["down"].stderr


@pytest.mark.parametrize("path", BAD_STARTS)
def test_a_start_page_that_is_none_is_1_and_says_why(ended, shared_room, path):
    told = ended[path].stderr
    assert ended[path].status == 1 and not (shared_room.path / f"{path}.md").exists(), told
    assert BAD_STARTS[path] in told and "Traceback" not in told


def test_bad_pages_are_counted_and_the_rest_is_kept(ended, shared_room):
    assert ended["docs"].status == 0, ended["docs"].stderr
    text = (shared_room.path / "docs.md").read_text()
    assert "Käsespätzle" in text and "“Käse”" in text
    for reason in ("http_status", "redirect_limit", "too_large", "bad_response", "not_html"):
        assert reason in ended["docs"].stderr


def test_more_failures_than_allowed_is_3_with_the_file(ended, shared_room):
    assert ended["many"].status == 3 and ended["many"].stdout == "many.md\n"
    assert "--max-failures 1" in ended["many"].stderr and (shared_room.path / "many.md").exists()


def test_a_server_that_is_not_there(shared_room):
    done = shared_room.run("jobs", "list", "--server", f"127.0.0.1:{free_port()}", "--token", "x", within=60)
    assert done.returncode == 1 and "Traceback" not in done.stderr and done.stderr.startswith("docspasta: ")


def test_the_data_directory_cannot_be_made(room):
    (room.path / "file").write_text("")
    done = room.run("jobs", "list", "--data-dir", "file/data")
    assert done.returncode == 1 and "--data-dir" in done.stderr
