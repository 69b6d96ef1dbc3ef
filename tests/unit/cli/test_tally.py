"""Updates folded into counts, and what is said of them."""

from __future__ import annotations

from docspasta.cli.summary import cut, failed_share, size_words, summary
from docspasta.cli.tally import Tally
from docspasta.v1.jobs_pb2 import Job, JobLimit, JobSettings, Progress, ReasonCount, Reset, WatchJobResponse
from docspasta.v1.page_pb2 import Page, PageReason, PageState


def progress(**counts) -> WatchJobResponse:
    return WatchJobResponse(cursor=f"e-{counts.get('version', 1)}", progress=Progress(**counts))


def test_the_line_tells_the_newest_counts_and_the_pace():
    tally = Tally()
    tally.take(progress(processed=0, discovered=10), now=100.0)
    tally.take(progress(processed=1200, discovered=3000, failed=2, current_url="https://a/b"), now=110.0)
    assert tally.line() == "1,200 pages done · 3,000 found · 2 failed · 120.2 pages/s"
    assert tally.at_hand == "https://a/b"


def test_the_pace_forgets_what_is_long_ago():
    tally = Tally()
    for second in range(100):
        tally.take(progress(processed=0 if second < 80 else (second - 79) * 10), now=float(second))
    assert round(tally.pace()) == 10


def test_the_cursor_is_the_last_that_was_given():
    tally = Tally()
    tally.take(WatchJobResponse(cursor="e-5", page=Page(url="https://a/")), now=0)
    tally.take(WatchJobResponse(progress=Progress(processed=1)), now=1)
    assert tally.cursor == "e-5"


def test_a_reset_drops_everything():
    tally = Tally()
    failed = Page(state=PageState.PAGE_STATE_FAILED, reason=PageReason.PAGE_REASON_DNS)
    tally.take(WatchJobResponse(cursor="a-7", page=failed), now=0)
    tally.take(progress(processed=9, version=9), now=1)
    tally.take(WatchJobResponse(cursor="b-0", reset=Reset()), now=2)
    assert (tally.cursor, tally.done, tally.pace()) == ("b-0", 0, 0.0) and not tally.failures


def test_finished_ends_it():
    tally = Tally()
    tally.take(
        WatchJobResponse(cursor="a-9", finished=Job(job_id="j", progress=Progress(processed=3))), now=0
    )
    assert tally.finished is not None and tally.done == 3


JOB = Job(
    settings=JobSettings(url="https://a/", max_pages=10, max_depth=2),
    progress=Progress(
        processed=1000,
        failed=3,
        skipped=1,
        words=50_000,
        tokens=70_000,
        markdown_bytes=281_234,
        limit_reached=JobLimit.JOB_LIMIT_PAGES,
        not_admitted=37,
    ),
    running_seconds=20.0,
    reasons=[
        ReasonCount(state=PageState.PAGE_STATE_FAILED, reason=PageReason.PAGE_REASON_TIMEOUT, pages=1),
        ReasonCount(state=PageState.PAGE_STATE_FAILED, reason=PageReason.PAGE_REASON_HTTP_STATUS, pages=2),
        ReasonCount(state=PageState.PAGE_STATE_SKIPPED, reason=PageReason.PAGE_REASON_ROBOTS, pages=1),
    ],
)


def test_the_summary_names_every_reason_and_what_a_limit_cut():
    assert summary(JOB) == [
        "1,000 pages, 50,000 words, ≈ 70,000 tokens, 281.2 kB of Markdown in 20.0 s (50.0 pages/s)",
        "3 failed:",
        "  2 http_status: The server answered with an error status.",
        "  1 timeout: The server did not answer in time.",
        "1 skipped:",
        "  1 robots: The site's robots.txt does not allow this page.",
        "Cut by the page limit (--max-pages 10): 37 links were not followed.",
    ]


def test_an_uncut_crawl_says_nothing_of_limits():
    assert cut(Job(progress=Progress(processed=1))) == []


def test_every_limit_has_words():
    for limit in JobLimit.values():
        job = Job(progress=Progress(limit_reached=limit))
        assert bool(cut(job)) == bool(limit), limit


def test_the_share_of_failures():
    assert failed_share(Progress()) == 0
    assert failed_share(Progress(processed=9, failed=1, skipped=90)) == 10


def test_sizes():
    assert [size_words(n) for n in (0, 999, 1000, 1_500_000, 2e9)] == [
        "0 bytes",
        "999 bytes",
        "1.0 kB",
        "1.5 MB",
        "2.0 GB",
    ]
