"""What travels through Redis: a URL to fetch, a URL that was taken, what was fetched. Pure data.

A message is one JSON header (UTF-8) and, for a fetched page, its body. No field
holds a credential in the clear: a job's request headers are sealed (docspasta.identity.sealing).
"""

from __future__ import annotations

from typing import NamedTuple

from docspasta.domain import NO_VALIDATORS, JobKey, PageKind, Validators


class JobCrawl(NamedTuple):
    """How a job wants its hosts treated: what the crawler may know of a job.

    `delay` seconds between starts, `concurrency` requests at once (0: the operator's defaults).
    `headers` is sealed JSON, '' for none, for `start_origin` only. `private_origin` is the one private
    `scheme://host:port` this job may reach, '' for none. `keep_raw`: bodies are kept, so they are completed
    decoded.
    """

    delay: float = 0.0
    concurrency: int = 0
    respect_robots: bool = True
    start_origin: str = ""
    headers: str = ""
    private_origin: str = ""
    keep_raw: bool = False


class Asking(NamedTuple):
    """How a URL that was fetched before is asked for: only if it changed since it had these validators; or
    `doubted`, whole, to see whether it is true that it did not change. `spared`: not at all, for its site's
    sitemap says that it did not."""

    validators: Validators = NO_VALIDATORS
    doubted: bool = False
    spared: bool = False
    alternates: tuple[str, ...] = ()  # what to ask for beside it (docspasta.alternates), until one answers


WHOLE = Asking()


class QueuedUrl(NamedTuple):
    """An entry of the frontier. `ticket` is an HMAC over user, job, page and URL; no crawler can make one."""

    job: JobKey
    page_id: int
    url: str
    ticket: str
    kind: PageKind = PageKind.PAGE
    redirects: int = 0  # how many redirects led here
    traceparent: str = ""
    again: bool = False  # asked for once more, with the alternates that `asking` names
    asking: Asking = WHOLE  # told to `add`, and comes again with a claim


class LeasedUrl(NamedTuple):
    """A leased entry: complete, retry, renew or release it under `lease`."""

    queued: QueuedUrl
    lease: str
    crawl: JobCrawl
    attempts: int = 0  # the site answered badly so often
    losses: int = 0  # a holder vanished so often
    start_in: float = 0.0  # seconds to wait before the request: the host's next start
    alone: bool = False  # two holders vanished: fetch it while no other request is open


class Fetched(NamedTuple):
    """What came of a fetch. `reason` '' means a body; else a PageReason in lower case.

    `etag` and `last_modified` came with a body. `unchanged`: there is none, for the page is still the one
    that has these validators (HTTP 304); its `reason` is http_status, which is what a processor of an older
    version records.
    `doubted`: it was asked for whole after it had been called unchanged.
    """

    url: str  # as asked
    http_status: int = 0
    content_type: str = ""
    charset: str = ""
    body: bytes = b""
    coding: str = ""  # what the body is still coded with, one of docspasta.codings.CODINGS
    reason: str = ""
    detail: str = ""
    redirected_to: str = ""  # absolute; the processor admits it as a URL of its own
    sitemaps: tuple[str, ...] = ()  # of a robots.txt
    nofollow: bool = False  # X-Robots-Tag
    noindex: bool = False
    bytes_fetched: int = 0
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False
    doubted: bool = False
    alternate: str = ""  # the alternate that answered (docspasta.alternates); its body is `alternate_body`
    alternate_charset: str = ""
    alternate_coding: str = ""  # as `coding`
    alternate_body: bytes = b""
    twin: str = ""  # the page's Markdown that a `Link:` header names, absolute
    llms: str = ""  # the llms.txt that one names, absolute
    untried: tuple[str, ...] = ()  # alternates behind the one that answered

    @property
    def validators(self) -> Validators:
        """What names the representation that was fetched, or that is unchanged."""
        return Validators(self.etag, self.last_modified)

    @property
    def answered(self) -> bool:
        """Whether the host answered well."""
        return self.unchanged or not self.reason


class WaitingPage(NamedTuple):
    """A fetched page taken by a processor under `lease`; `alone` when it must travel alone."""

    queued: QueuedUrl
    lease: str
    fetched: Fetched
    losses: int = 0
    alone: bool = False
