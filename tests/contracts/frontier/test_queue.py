"""A URL's way through the frontier: added once, leased, handed on, retried, lost and found."""

from __future__ import annotations

import pytest

from docspasta.domain import JobKey, PageKind, Validators
from docspasta.queues.frontier import ALONE_AFTER, ATTEMPTS, LOSSES
from docspasta.queues.messages import WHOLE, Asking, Fetched, JobCrawl, QueuedUrl
from tests.contracts.frontier.driver import Crawl, answer, ids


async def test_a_url_comes_back_as_it_was_added(crawl: Crawl) -> None:
    job = JobKey("ann", "one")
    wish = JobCrawl(delay=0.5, start_origin="http://a.example:8080", headers="sealed", private_origin="x")
    await crawl.queues.frontier.jobs.open(job, wish, traceparent="00-ab-cd-01")
    url = QueuedUrl(job, 7, "http://a.example:8080/x?q=%20y", "tick", PageKind.SITEMAP, 2, "00-ab-cd-01")
    await crawl.queues.frontier.add([url])
    (taken,) = await crawl.take()
    assert (taken.queued, taken.crawl) == (url, wish)
    assert (taken.attempts, taken.losses, taken.alone) == (0, 0, False)


async def test_adding_is_idempotent_in_every_state(crawl: Crawl) -> None:
    frontier, pages = crawl.queues.frontier, crawl.queues.pages
    job = await crawl.job()
    urls = crawl.urls(job, 3)
    assert (await frontier.add(urls)).added == 3
    assert (await frontier.add(urls)).known == 3  # queued
    (taken,) = await crawl.take(1)
    assert (await frontier.add(urls)).known == 3  # leased
    await frontier.retry(taken, Fetched(taken.queued.url, reason="timeout"))
    assert (await frontier.add(urls)).known == 3  # to be retried
    crawl.clock.pass_seconds(60)
    (taken,) = await crawl.take(1)
    await crawl.finish([taken])
    assert (await frontier.add(urls)).known == 3  # waiting for a processor
    held = await pages.claim(1, 1000, 30)
    assert (await frontier.add(urls)).known == 3  # being recorded
    assert await frontier.known(urls) == {1, 2, 3}
    await pages.complete(held)
    assert await frontier.known(urls) == {1, 2, 3} - set(ids(held))


async def test_a_jobs_urls_keep_their_order(crawl: Crawl) -> None:
    job = await crawl.job()
    added = await crawl.add(job, 40)
    assert ids(await crawl.all_taken(10)) == added


async def test_urls_of_no_open_job_are_refused(crawl: Crawl) -> None:
    outcome = await crawl.queues.frontier.add(crawl.urls(JobKey("ann", "never"), 2))
    assert (outcome.added, outcome.known, outcome.refused) == (0, 0, 2)


@pytest.mark.parametrize(
    "bad", [JobKey("a{b", "one"), JobKey("a/b", "one"), JobKey("", "one"), JobKey("a", "x y")]
)
async def test_ids_that_would_break_a_key_are_refused(crawl: Crawl, bad: JobKey) -> None:
    with pytest.raises(ValueError, match="user and job ids"):
        await crawl.queues.frontier.jobs.open(bad, JobCrawl())
    with pytest.raises(ValueError, match="user and job ids"):
        await crawl.queues.frontier.add(crawl.urls(bad, 1))


async def test_a_given_back_url_is_first_again_and_uncharged(crawl: Crawl) -> None:
    job = await crawl.job()
    first, *_ = await crawl.add(job, 3)
    taken = await crawl.take(1)
    await crawl.queues.frontier.release(taken)
    crawl.clock.pass_seconds(0.2)
    (again,) = await crawl.take(1)
    assert (again.queued.page_id, again.attempts, again.losses) == (first, 0, 0)
    await crawl.queues.frontier.release([again], after=5)
    crawl.clock.pass_seconds(4.9)
    assert first not in ids(await crawl.take(2))


async def test_retries_wait_longer_each_time_and_end(crawl: Crawl) -> None:
    job = await crawl.job()
    await crawl.add(job, 1)
    pauses = []
    for attempt in range(1, ATTEMPTS + 1):
        began = crawl.clock.ms
        while not (taken := await crawl.take(1)):
            crawl.clock.pass_seconds(0.05)
        pauses.append(crawl.clock.ms - began)
        failure = Fetched(taken[0].queued.url, http_status=502, reason="http_status", detail=str(attempt))
        assert taken[0].attempts == attempt - 1
        assert await crawl.queues.frontier.retry(taken[0], failure) is (attempt < ATTEMPTS)
    assert pauses[0] == 0 and 1400 <= pauses[1] <= 2700 and 5900 <= pauses[2] <= 10_200
    (page,) = await crawl.queues.pages.claim(10, 10_000, 30)
    assert page.fetched == failure
    crawl.clock.pass_seconds(3600)
    assert not await crawl.take()


async def test_a_lease_that_runs_out_is_taken_by_another(crawl: Crawl) -> None:
    job = await crawl.job()
    await crawl.add(job, 1)
    (lost,) = await crawl.take(1, lease=10)
    crawl.clock.pass_seconds(9)
    assert not await crawl.queues.frontier.renew([lost], 10)
    crawl.clock.pass_seconds(9)
    assert not await crawl.take(1)  # it was renewed
    crawl.clock.pass_seconds(1.1)
    (again,) = await crawl.take(1)
    assert (again.queued.page_id, again.losses, again.attempts) == (lost.queued.page_id, 1, 0)
    assert await crawl.queues.frontier.renew([lost, again], 10) == [lost]
    assert await crawl.queues.frontier.complete([(lost, answer(lost))]) == [False]
    assert not await crawl.queues.frontier.retry(lost, answer(lost))
    await crawl.queues.frontier.release([lost])
    assert await crawl.queues.frontier.complete([(again, answer(again))]) == [True]


async def test_lost_too_often_a_url_fails_as_worker_lost(crawl: Crawl) -> None:
    job = await crawl.job()
    await crawl.add(job, 1)
    for losses in range(LOSSES):
        (taken,) = await crawl.take(1, lease=10)
        assert (taken.losses, taken.alone) == (losses, losses >= ALONE_AFTER)
        crawl.clock.pass_seconds(11)
    assert not await crawl.take()
    (page,) = await crawl.queues.pages.claim(10, 10_000, 30)
    assert (page.fetched.reason, page.fetched.url) == ("worker_lost", taken.queued.url)


async def test_a_waiting_page_has_no_timer(crawl: Crawl) -> None:
    job = await crawl.job()
    await crawl.add(job, 1)
    await crawl.finish(await crawl.take())
    crawl.clock.pass_seconds(24 * 3600)
    assert not await crawl.take() and await crawl.queues.pages.expire() == 0
    (page,) = await crawl.queues.pages.claim(10, 10_000, 30)
    assert (page.losses, page.fetched.body) == (0, b"<p>")


async def test_counts_say_where_urls_stand(crawl: Crawl) -> None:
    job = await crawl.job()
    await crawl.add(job, 2, "a.example")
    await crawl.add(job, 2, "b.example")
    one, two = await crawl.take(2)
    await crawl.finish([one])
    counts = await crawl.queues.frontier.jobs.counts(job)
    assert (counts.queued, counts.taken, counts.waiting, counts.state) == (2, 1, 1, "open")
    await crawl.queues.frontier.retry(two, answer(two))
    counts = await crawl.queues.frontier.jobs.counts(job)
    assert (counts.queued, counts.taken, counts.waiting, counts.total) == (3, 0, 1, 4)
    await crawl.record()
    assert (await crawl.queues.frontier.jobs.counts(job)).total == 3


async def test_results_are_handed_on_together_and_a_lost_lease_drops_only_its_own(crawl: Crawl) -> None:
    frontier, job, other = crawl.queues.frontier, await crawl.job(), await crawl.job("bob/one")
    for name in crawl.hosts(4):
        await crawl.add(job, 1, name)
    await crawl.add(other, 1)
    taken = await crawl.take()
    lost = next(one for one in taken if one.queued.job == job)
    await frontier.release([lost])
    kept = await frontier.complete([(one, answer(one)) for one in taken])
    assert kept == [one is not lost for one in taken]
    assert sorted(await crawl.record()) == sorted(set(ids(taken)) - {lost.queued.page_id})
    assert await crawl.leases() == 0
    crawl.clock.pass_seconds(1)
    assert ids(await crawl.take()) == [lost.queued.page_id]


async def test_a_url_given_back_untried_has_no_record_a_tried_one_keeps_its_own(crawl: Crawl) -> None:
    frontier, job = crawl.queues.frontier, await crawl.job()
    await crawl.add(job, 1)
    for attempts, records in ((0, 0), (1, 1)):
        (taken,) = await crawl.take()
        assert taken.attempts == attempts
        await frontier.release([taken])
        assert sum("tries" in name for name in crawl.server.names()) == records
        crawl.clock.pass_seconds(1)
        (taken,) = await crawl.take()
        assert taken.attempts == attempts
        await frontier.retry(taken, answer(taken), after=0.0, slow=False)
        crawl.clock.pass_seconds(1)


async def test_urls_of_one_host_given_back_together_free_all_its_places(crawl: Crawl) -> None:
    frontier, job = crawl.queues.frontier, await crawl.job()
    await crawl.add(job, 4)
    taken = await crawl.take()
    crawl.clock.pass_seconds(0.2)
    taken += await crawl.take()
    assert len(taken) == 2
    await frontier.release(taken, after=1.0)
    crawl.clock.pass_seconds(1.2)
    again = await crawl.take()
    crawl.clock.pass_seconds(0.2)
    again += await crawl.take()
    assert len(again) == 2


async def test_how_a_url_is_asked_for_is_kept_until_it_is_recorded(crawl: Crawl) -> None:
    frontier, pages = crawl.queues.frontier, crawl.queues.pages
    job = await crawl.job()
    asking = Asking(Validators('W/"one"', "Sun, 01 Nov 2026 10:00:00 GMT"))
    (url,) = crawl.urls(job, 1)
    assert (await frontier.add([url._replace(asking=asking)])).added == 1
    assert await frontier.known([url]) == {1}
    (taken,) = await crawl.take()
    assert taken.queued.asking == asking
    await frontier.retry(taken, Fetched(url.url, reason="timeout"))
    crawl.clock.pass_seconds(60)
    (taken,) = await crawl.take()
    assert taken.queued.asking == asking
    await crawl.finish([taken])
    (page,) = await pages.claim(1, 1000, 30)
    assert page.queued == url
    await pages.complete([page])
    assert (await frontier.add([url])).added == 1
    crawl.clock.pass_seconds(60)
    (taken,) = await crawl.take()
    assert taken.queued.asking == WHOLE
