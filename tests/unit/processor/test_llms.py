"""Which llms.txt counts: the most specific that names pages of the job."""

from __future__ import annotations

import pytest

from docspasta.content import Page
from docspasta.domain import JobKey, JobSettings, PageKind
from docspasta.queues.messages import Fetched, QueuedUrl, WaitingPage
from docspasta.sitemaps import Sitemap
from docspasta.turns import at_once
from services.processor import recording
from services.processor.discovery import discoveries
from services.processor.job_view import JobView

SITE = "https://docs.example.org"
JOB = JobKey("alice", "job1")
MISSING = {"reason": "http_status", "http_status": 404}
SECTION = ["en/docs/", "en/", ""]


def view(root: str) -> JobView:
    """A job whose section is `root`, a path without its first slash."""
    start = f"{SITE}/{root}"
    job = JobView.of(start, JobSettings(), None, False)
    job.decide(Page(url=start, navigation=(f"{start}a", f"{start}b")))
    assert job.scope is not None
    assert job.scope.root == f"/{root}"
    return job


def found(
    job: JobView, name: str, listed: Sitemap | None, redirects: int = 0, **fetched: object
) -> list[tuple[PageKind, str]]:
    """What is asked for after the llms.txt of this name."""
    queued = QueuedUrl(JOB, 7, f"{SITE}/{name}", "ticket", PageKind.LLMS, redirects)
    row = WaitingPage(queued, "lease", Fetched(url=queued.url, **fetched))  # type: ignore[arg-type]
    result = at_once(recording.result_of(row, None, listed, job))
    return [(each.kind, each.url.removeprefix(f"{SITE}/")) for each in result.found]


def asked_first(job: JobView, **facts: object) -> list[str]:
    """The llms.txt that the first page brings."""
    assert job.scope is not None
    rows = discoveries(job.url, Page(url=job.url, **facts), job.scope, sitemaps=True)  # type: ignore[arg-type]
    return [row.url.removeprefix(f"{SITE}/") for row in rows if row.kind is PageKind.LLMS]


def test_the_section_s_own_is_asked_for_first_and_ends_the_search() -> None:
    job = view("en/docs/")
    assert asked_first(job) == ["en/docs/llms.txt"]
    own = Sitemap(pages=(f"{SITE}/en/docs/a", f"{SITE}/blog/b"))
    assert found(job, "en/docs/llms.txt", own, http_status=200) == [(PageKind.PAGE, "en/docs/a")]


@pytest.mark.parametrize(
    ("root", "names"),
    [
        ("", ["llms.txt", "docs/llms.txt", ".well-known/llms.txt", "llms-full.txt"]),
        (
            "en/docs/",
            ["en/docs/llms.txt", "en/llms.txt", "llms.txt", "en/docs/llms-full.txt", "docs/llms.txt",
             ".well-known/llms.txt", "llms-full.txt"],
        ),
    ],
)  # fmt: skip
def test_the_places_are_tried_one_after_the_other(root: str, names: list[str]) -> None:
    job = view(root)
    tried = asked_first(job)
    for _ in range(len(names)):
        tried += [name for _, name in found(job, tried[-1], None, **MISSING)]
    assert tried == names


@pytest.mark.parametrize("listed", [None, Sitemap(), Sitemap(pages=(f"{SITE}/blog/a", "https://x.example/"))])
def test_one_that_names_no_page_of_the_job_is_none(listed: Sitemap | None) -> None:
    assert found(view("docs/"), "docs/llms.txt", listed, http_status=200) == [(PageKind.LLMS, "llms.txt")]


def test_one_that_leads_to_a_page_is_none_and_to_another_is_that_one() -> None:
    job = view("docs/")
    assert found(job, "docs/llms.txt", None, redirected_to=f"{SITE}/login", reason="redirected") == [
        (PageKind.LLMS, "llms.txt")
    ]
    assert found(job, "docs/llms.txt", None, redirected_to=f"{SITE}/x/llms.txt", reason="redirected") == [
        (PageKind.LLMS, "x/llms.txt")
    ]
    assert found(job, "x/llms.txt", None, 1, **MISSING) == []


def test_the_one_that_a_page_names_goes_before_all_others() -> None:
    job = view("docs/")
    assert asked_first(job, llms=f"{SITE}/x/llms.txt") == ["x/llms.txt"]
    assert asked_first(job, llms="https://other.example/llms.txt") == ["docs/llms.txt"]
    assert asked_first(job, llms="https://www.docs.example.org/x/llms.txt") == [
        "https://www.docs.example.org/x/llms.txt"
    ]
    assert found(job, "x/llms.txt", None, **MISSING) == [(PageKind.LLMS, "docs/llms.txt")]


def test_a_list_of_lists_is_followed_where_they_meet_the_section() -> None:
    job = view("docs/")
    names = ("docs/sdk/llms.txt", "blog/llms.txt", "llms.txt", "llms-full.txt")
    listed = Sitemap(pages=tuple(f"{SITE}/{name}" for name in names))
    assert found(job, "llms.txt", listed, http_status=200) == [(PageKind.LLMS, "docs/sdk/llms.txt")]
    assert found(job, "docs/sdk/llms.txt", None, 1, **MISSING) == []
