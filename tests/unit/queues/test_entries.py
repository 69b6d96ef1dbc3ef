"""How URLs and results are written in Redis."""

from __future__ import annotations

import pytest
import zstandard

from docspasta.codings import decoded
from docspasta.compression import unpack
from docspasta.domain import JobKey, PageKind, Validators
from docspasta.queues import entries
from docspasta.queues.messages import WHOLE, Asking, Fetched, JobCrawl, QueuedUrl

JOB = JobKey("ann", "one")


@pytest.mark.parametrize(
    "url",
    [
        "https://docs.example/",
        "http://docs.example:8080/a/b?c=d%20e&f",
        "https://[2001:db8::1]:8443/x",
        "https://xn--mnchen-3ya.example/%C3%BC",
        "https://h.example/a b?".replace(" ", "%20"),
    ],
)
@pytest.mark.parametrize("kind", list(PageKind))
def test_a_url_survives(url: str, kind: PageKind) -> None:
    queued = QueuedUrl(JOB, 2**53 - 1, url, "t-_=", kind, 5)
    host, entry = entries.pack_entry(queued)
    assert entries.unpack_entry(JOB, host, entry) == queued
    assert host not in entry


def test_an_entry_without_a_ticket_survives() -> None:
    queued = QueuedUrl(JOB, 1, "https://docs.example/", "")
    assert entries.unpack_entry(JOB, *entries.pack_entry(queued)) == queued


@pytest.mark.parametrize("url", ["https://docs.example", "HTTPS://docs.example/"])
def test_a_url_that_is_not_canonical_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not a canonical URL"):
        entries.pack_entry(QueuedUrl(JOB, 1, url, "t"))


def test_results_survive_and_say_only_what_is_not_usual() -> None:
    plain = Fetched("https://docs.example/", reason="robots")
    assert len(entries.pack_result(plain)) < 80
    whole = Fetched(
        "https://docs.example/", 200, "text/html", "utf-8", b"\x00\xff" * 999, "", "", "déta\nil", "https://x/",
        ("s",), True, True, 77, 'W/"tag"', "Sun, 01 Nov 2026 10:00:00 GMT", True, True,
    )  # fmt: skip
    for fetched in (plain, whole):
        assert entries.unpack_result(entries.pack_result(fetched), "unused") == fetched


def test_a_body_that_was_packed_stays_so_until_somebody_with_memory_of_their_own_reads_it() -> None:
    """64 bodies that shrink a thousandfold are claimed at once."""
    body = b"<p>page" * 1_000_000
    fetched = Fetched("https://docs.example/", 200, body=body)
    read = entries.unpack_result(entries.pack_result(fetched), "unused")
    assert read.coding == "zstd" and len(read.body) < len(body) / 100
    assert decoded(read.body, read.coding, len(body)) == unpack(read.body, len(body)) == body
    assert read._replace(body=body, coding="") == fetched


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_body_that_is_still_coded_travels_as_it_is(coding: str) -> None:
    body = zstandard.compress(b"<p>as the site coded it" * 9999)
    fetched = Fetched("https://docs.example/", 200, body=body, coding=coding)
    data = entries.pack_result(fetched)
    assert data.endswith(body)
    assert entries.unpack_result(data, "unused") == fetched


def test_a_result_without_a_url_gets_the_queued_one() -> None:
    data = entries.pack_result(Fetched("", reason="worker_lost"))
    assert entries.unpack_result(data, "https://a.example/").url == "https://a.example/"


def test_a_jobs_wishes_survive_and_unknown_ones_are_left_out() -> None:
    crawl = JobCrawl(1.5, 3, False, "https://a", "sealed", "http://10.0.0.1:80", True)
    text = entries.pack_crawl(crawl)
    assert entries.unpack_crawl(text) == crawl
    assert entries.unpack_crawl(text[:-1] + ',"new":1}') == crawl
    assert entries.unpack_crawl("") == JobCrawl()


@pytest.mark.parametrize(
    "asking",
    [
        WHOLE,
        Asking(doubted=True),
        Asking(Validators("a", ""), spared=True),
        Asking(Validators('W/"é\n"', "Sun")),
    ],
)
def test_how_a_url_is_asked_for_survives_in_one_line(asking: Asking) -> None:
    text = entries.pack_asking(asking)
    assert entries.unpack_asking(text) == asking
    assert "\n" not in text
