"""A job's request headers, opened for the one origin they are meant for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from docspasta.domain import JobKey
from docspasta.identity.sealing import Sealing
from docspasta.queues.messages import JobCrawl, LeasedUrl
from docspasta.urls import origin

from .requester import NO_HEADERS, OwnHeaders

KEPT = 1024


def sealed_headers(sealing: Sealing) -> Callable[[LeasedUrl], OwnHeaders]:
    """A function from a taken URL to its job's headers; each job's box is opened once.

    It raises ValueError for a box that was not sealed for the job: then nothing is sent.
    """
    opened: OrderedDict[tuple[JobKey, JobCrawl], OwnHeaders] = OrderedDict()

    def headers(taken: LeasedUrl) -> OwnHeaders:
        crawl, job = taken.crawl, taken.queued.job
        if not crawl.headers or origin(taken.queued.url) != crawl.start_origin:
            return NO_HEADERS
        own = opened.get((job, crawl))
        if own is None:
            own = OwnHeaders(crawl.start_origin, sealing.open(job.user_id, job.job_id, crawl.headers))
            opened[job, crawl] = own
            if len(opened) > KEPT:
                opened.popitem(last=False)
        return own

    return headers
