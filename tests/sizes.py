"""One table of proof sizes: what `make test` runs, and what the promise states and `make test-full` runs.

tests/README.md shows this table; a test holds the two together.
"""

from __future__ import annotations

import os

FULL = os.environ.get("DOCSPASTA_TEST_FULL") == "1"

# name -> (small, full, what is counted)
SIZES: dict[str, tuple[int, int, str]] = {
    "kills of each process in mid-crawl": (1, 2, "rounds"),
    "starts that are timed": (1, 9, "commands"),
    "kills while the stack starts": (8, 80, "moments of a start-up"),
    "cuts of a recorded stream": (300, 20_000, "bytes after which a client is cut"),
    "cuts of a large stream": (60, 500, "connections cut while the job grows"),
    "pages past a stalled client": (3_000, 20_000, "pages that end while a client does not read"),
    "clients of a gateway that stops": (200, 2_000, "open event streams"),
    "forbidden targets": (1_000, 5_000, "spellings, each through every door of the crawler"),
    "public addresses": (100, 1_000, "addresses and names that must not be refused"),
    "pages at a host's pace": (10, 120, "pages of one host, by three crawlers"),
    "crawlers killed": (3, 20, "crawler processes ended in mid-crawl"),
    "a compression bomb": (64, 2_048, "MiB that a small body stands for"),
    "orders of arrival": (12, 150, "random sites, each crawled three times in random orders"),
    "seeds of the record": (25, 300, "random runs of concurrent batches, pauses and cancels"),
    "seeds of content": (2, 40, "random jobs of the same pages, recorded and deleted side by side"),
    "a long document": (20, 200, "MB of Markdown that a slow reader takes"),
    "a large export": (3, 30, "MB of Markdown in each format"),
    "URLs of one paced host": (2_000, 10_000, "queued URLs that need no second crawler"),
    "clients of a rolling upgrade": (0, 200, "event streams while each process is replaced, twice"),
    "steps of the oracle": (15, 400, "random commits, kills, restarts, losses"),
    "seconds of silence": (0, 60, "seconds in which nothing changes"),
    "pages that a hundred catch up with": (1_500, 5_000, "pages of the job that 100 clients watch"),
    "streams opened and cut": (0, 1_000, "streams after which nothing is left over"),
    "random steering": (60, 600, "steps by each of 6 who steer at once"),
    "pages of a host on the simulated web": (3, 20, "pages on each of 1,000 hosts"),
    "pages of five jobs on one host": (300, 2000, "pages"),
    "kills of crawlers and processors on the simulated web": (12, 40, "kills"),
    "jobs of one user beside another's single page": (300, 1000, "jobs that hold every crawler"),
    "entries of a lone sitemap": (500, 500, "pages that only a sitemap names"),
    "losses of Redis in a crawl": (4, 4, "times that Redis is emptied, killed, or loses a key"),
    "ticks of a schedule": (6, 1_000, "ticks at which three replicas look, each begins one run"),
    "pages of a large comparison": (0, 100_000, "pages of each of two runs that are compared"),
    "histories of a followed source": (
        25,
        200,
        "random histories of a source, followed by readers that die",
    ),
    "runs of a source": (2, 12, "runs of a site that changes at random, each beside a fresh crawl"),
    "kills in runs of a source": (
        0,
        4,
        "of those runs, in each of which a process is killed, or Redis is lost",
    ),
    "kills in a crawl": (4, 20, "processes killed at random"),
    "pages of a large job": (10_000, 50_000, "pages that the page lists and filters"),
    "rolling upgrades": (0, 2, "times that all four processes are replaced"),
    "pages of a rolling upgrade": (0, 1_500, "pages of the crawl meanwhile"),
    "messages to each RPC": (25, 400, "random messages, three services"),
    "examples to each route": (8, 60, "requests by schemathesis for each operation and phase"),
    "jobs of a user who crowds": (60, 1_000, "queued jobs beside which another's single page is crawled"),
    "bytes of the largest page": (1_280_000, 10_240_000, "bytes to which a page is doubled from 10 KB"),
    "pages made of noise": (400, 20_000, "random and damaged pages that the conversion must survive"),
    "pages with characters that nobody sees": (500, 10_000, "read as the same pages without them"),
    "endpoints beside a dead and a slow one": (8, 50, "webhooks that have all they are owed"),
    "deliveries beside a dead and a slow one": (200, 10_000, "deliveries to those webhooks"),
    "webhooks through kills": (60, 1_000, "events while sender, crawler and receiver are killed"),
    "kills while webhooks are sent": (24, 200, "kills at random moments, with a clock of their own"),
    "webhooks through real kills": (12, 1_000, "events of running processes"),
    "real kills while webhooks are sent": (2, 200, "processes of all kinds and receivers ended by SIGKILL"),
    "pushes through real kills": (3, 120, "deliveries to each of three jobs meanwhile"),
    "jobs whose ends are told": (40, 300, "rounds of three random steps on jobs with a webhook"),
    "pages of a cancelled job": (10_000, 50_000, "pages of a job that is cancelled, half of them queued"),
    "shapes of code": (300, 10_000, "random blocks of code, as highlighters write them"),
    "hostile pages": (60, 3_000, "documents in which one stands between innocent ones"),
    "steps of random pushes": (60, 900, "deliveries, lost Redises and processors that die, three at once"),
    "pages of a pushed folder": (15, 300, "files, each linked by every spelling of its address"),
    "pages by the short and the long way": (400, 20_000, "random pages, written both ways"),
    "kills of an operator": (6, 40, "kills, API servers restarted and second replicas, on a real API server"),
    "operator histories": (60, 5_000, "random lives of resources, with kills and both services away"),
}


def size(name: str) -> int:
    """The size at which the proof `name` runs now."""
    small, full, _ = SIZES[name]
    return full if FULL else small
