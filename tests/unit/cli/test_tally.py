"""Updates folded into counts, and what is said of them."""

from __future__ import annotations

import re
import time

from google.protobuf.timestamp_pb2 import Timestamp

from docspasta.cli.causes import causes_of, finders
from docspasta.cli.summary import cut, cut_unasked, failed_share, saved, size_words, summary
from docspasta.cli.tally import Tally, clock, told
from docspasta.v1.jobs_pb2 import (
    Job,
    JobLimit,
    JobSettings,
    JobState,
    Progress,
    ReasonCount,
    Reset,
    Wait,
    WatchJobResponse,
)
from docspasta.v1.page_pb2 import Page, PageReason, PageState


def progress(**counts) -> WatchJobResponse:
    counts.setdefault("version", 1)
    return WatchJobResponse(cursor=f"e-{counts['version']}", progress=Progress(**counts))


def test_the_line_tells_the_newest_counts_and_the_pace():
    tally = Tally()
    tally.take(progress(processed=0, discovered=10), now=100.0)
    tally.take(progress(processed=1200, discovered=3000, failed=2, current_url="https://a/b"), now=110.0)
    assert tally.line(110.0) == "1,200 pages done · 3,000 found · 2 failed · 120.2 pages/s"
    assert tally.at_hand == "https://a/b"


def test_what_holds_a_job_up_is_told_with_the_time_that_is_left():
    tally = Tally()
    tally.take(progress(processed=3, discovered=9, version=2), now=100.0)
    message = "docs.example.org asked us to slow down (HTTP 429)."
    tally.wait = Wait(message=message, until=Timestamp(seconds=int(time.time()) + 29))
    line = tally.line(101.0)
    assert line.startswith(
        "3 pages done · 9 found · docs.example.org asked us to slow down (HTTP 429); next try in "
    )
    assert re.search(r"in 2[89] s$", line)
    assert told(tally.wait, time.time() + 60).endswith("; trying again now")
    assert told(Wait(message="Waiting: 4 of your crawls are running, and this one is next."), 0).endswith(
        "next"
    )
    tally.take(progress(processed=4, discovered=9, version=3), now=102.0)
    assert tally.wait is None and "429" not in tally.line(102.0)


def test_nothing_is_counted_before_the_first_update():
    assert Tally().line(0) == "connecting"


def test_the_pace_forgets_what_is_long_ago():
    tally = Tally()
    for second in range(100):
        tally.take(progress(processed=0 if second < 80 else (second - 79) * 10), now=float(second))
    assert round(tally.pace(99.0)) == 10


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
    assert (tally.cursor, tally.done, tally.pace(2.0)) == ("b-0", 0, 0.0) and not tally.failures


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
        "Stopped at the page limit (--max-pages 10); 37 links were not followed.",
    ]


def test_an_uncut_crawl_says_nothing_of_limits():
    assert cut(Job(progress=Progress(processed=1))) == []


def test_every_limit_has_words():
    for limit in JobLimit.values():
        job = Job(progress=Progress(limit_reached=limit))
        assert bool(cut(job)) == bool(limit), limit


def test_the_share_of_failures():
    assert failed_share(Job()) == 0
    assert failed_share(Job(progress=Progress(processed=9, failed=1, skipped=90))) == 10


def test_dead_links_are_no_failures():
    dead = ReasonCount(state=PageState.PAGE_STATE_FAILED, reason=PageReason.PAGE_REASON_DEAD_LINK, pages=40)
    assert failed_share(Job(progress=Progress(processed=9, failed=41), reasons=[dead])) == 10


def test_a_limit_that_nobody_set_is_told_from_one_that_was():
    stopped = Job(progress=Progress(limit_reached=JobLimit.JOB_LIMIT_PAGES))
    assert cut_unasked(stopped, JobSettings()) and not cut_unasked(stopped, JobSettings(max_pages=5))
    assert not cut_unasked(Job(), JobSettings())


def test_causes_are_grouped_and_keep_an_example():
    status, tls = PageReason.PAGE_REASON_HTTP_STATUS, PageReason.PAGE_REASON_TLS
    pages = [Page(url=f"https://a/{n}", reason=status, http_status=404, detail="HTTP 404") for n in range(3)]
    pages.append(Page(url="https://a/x", reason=status, http_status=500))
    pages.append(Page(url="https://b/", reason=tls, detail="certificate\x1b[2J has expired"))
    assert causes_of(pages) == {
        status: ["HTTP 404 (3 pages, such as https://a/0)", "HTTP 500 (https://a/x)"],
        tls: ["certificate[2J has expired (https://b/)"],
    }
    linked = Page(url="https://a/x", reason=status, http_status=404, found_on="7")
    assert finders([linked, *pages]) == {"7"}
    assert causes_of([linked], {"7": "https://a/"})[status] == [
        "HTTP 404 (https://a/x, linked from https://a/)"
    ]
    lines = summary(JOB, causes_of(pages))
    assert lines[3] == "      HTTP 404 (3 pages, such as https://a/0)"


def test_a_wall_is_told_first():
    wall = ReasonCount(state=PageState.PAGE_STATE_FAILED, reason=PageReason.PAGE_REASON_CHALLENGE, pages=1)
    job = Job(progress=Progress(processed=9, failed=1), reasons=[wall])
    assert summary(job)[0] == "Not the whole site: it showed something else in place of 1 page (challenge)."


def test_what_holds_a_crawl_up_is_said():
    tally = Tally()
    tally.take(progress(state=JobState.JOB_STATE_QUEUED, discovered=100), now=0)
    assert tally.line(1).endswith("waiting: your other crawls come first")
    tally.take(progress(state=JobState.JOB_STATE_RUNNING, discovered=100, processed=10, queued=90), now=5)
    assert tally.line(5).endswith("2.0 pages/s · about 45 s left") and tally.share() == 0.1
    assert tally.line(200).endswith("0.1 pages/s · about 30 min left"), "the pace ages"
    tally.progress.discovering = 1
    assert tally.line(5).endswith("at least 45 s left") and tally.share() is None
    tally.lost = True
    assert tally.line(200).endswith("connection lost, trying again")


def test_sizes():
    assert [size_words(n) for n in (0, 999, 1000, 1_500_000, 2e9)] == [
        "0 bytes",
        "999 bytes",
        "1.0 kB",
        "1.5 MB",
        "2.0 GB",
    ]


def test_the_summary_of_a_run_says_what_was_unchanged_and_that_a_site_was_wrong():
    told = saved(Job(progress=Progress(processed=1169, unchanged=1154)))
    assert told == ["1,154 of 1,169 pages unchanged."]
    assert saved(Job(progress=Progress(processed=9))) == []
    assert saved(Job(progress=Progress(processed=1, unchanged=2))) == ["1 of 1 page unchanged."]
    (wrong,) = saved(Job(progress=Progress(processed=9, contradicted=1)))
    assert wrong.startswith("The site called 1 page unchanged that had changed")


def test_a_share_is_told_only_when_no_more_pages_are_found_and_never_falls():
    tally, told = Tally(), []
    steps = [(0, 1), (1, 30), (20, 60), (40, 100), *((done, 100) for done in range(60, 91, 3))]
    steps += [(91, 400), *((done, 400) for done in range(120, 401, 20))]
    for second, (done, found) in enumerate(steps):
        tally.take(progress(processed=done, discovered=found), now=3.0 * second)
        told.append(tally.share())
    known = [share for share in told if share is not None]
    assert told[:4] == [None] * 4 and known == sorted(known) and known[-1] == 1.0
    late = steps.index((91, 400))
    assert told[late - 1] == 0.9 and told[late : late + 10] == [None] * 10, "many are found late"


def test_time_goes_on_from_what_the_job_ran_before():
    tally = Tally(before=70.0)
    assert clock(tally.elapsed(5.0)) == "1:10"
    tally.take(progress(processed=1), now=100.0)
    assert clock(tally.elapsed(112.9)) == "1:22" and clock(3723) == "1:02:03"
