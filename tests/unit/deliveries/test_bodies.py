"""Bodies: below 20 kB whatever a site calls its pages, the same bytes each time, absolute counts."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from docspasta.deliveries.bodies import MAX_BODY, PAGES_AT_MOST, Receiver, body_of, in_messages
from docspasta.deliveries.events import BY_DEFAULT, OF_A_JOB, Event, Message, Scheme

METADATA = {"run": "\u2028" * 330, "é": '"'}  # 2 KiB of it as JSON
AT = datetime(2030, 1, 1, 12, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "url": "https://docs.example.org/" + "ä" * 1000,
    "title": "\u0000\u2028" * 4000,
    "state": "failed",
    "error": 'No page "was" processed. ' * 900,
    "counts": {"discovered": 7, "processed": 3, "bytes_fetched": 9, "limit_reached": "pages"},
}


def message(event: Event, **facts: Any) -> Message:
    return Message("msg_1", event, "job1", 41, facts, AT)


def told(event: Event, scheme: Scheme = Scheme.STANDARD, **facts: Any) -> dict[str, Any]:
    body = body_of(message(event, **facts), Receiver("wh1", scheme), "https://docs.paste")
    assert len(body) < MAX_BODY
    found: dict[str, Any] = json.loads(body)
    return found


def test_the_standard_body() -> None:
    found = told(Event.JOB_FAILED, **FACTS)
    assert (found["type"], found["timestamp"]) == ("job.failed", "2030-01-01T12:00:00.000Z")
    data = found["data"]
    assert (data["jobId"], data["sequence"], data["webhookId"]) == ("job1", 41, "wh1")
    assert data["counts"]["processed"] == 3 and data["counts"]["queued"] == 0
    assert data["counts"]["bytesFetched"] == 9 and data["limitReached"] == "pages"
    assert data["url"] == FACTS["url"] and len(data["error"]) <= 300
    assert data["links"]["self"] == "https://docs.paste/api/v5/jobs/job1"


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("event", Event)
def test_every_event_in_every_scheme_is_small_and_stays_the_same(event: Event, scheme: Scheme) -> None:
    receiver = Receiver("wh1", scheme, METADATA)
    once = body_of(message(event, **FACTS), receiver)
    assert once == body_of(message(event, **FACTS), receiver) and len(once) < MAX_BODY


def test_firecrawls_words() -> None:
    found = told(Event.JOB_COMPLETED, Scheme.FIRECRAWL, **FACTS)
    assert (found["success"], found["type"], found["id"]) == (True, "crawl.completed", "job1")
    page = {"pageId": "1", "url": "https://a.example/", "httpStatus": 200}
    found = told(Event.PAGE_PROCESSED, Scheme.FIRECRAWL, pages=[page])
    assert found["type"] == "crawl.page"
    assert found["data"][0]["metadata"]["sourceURL"] == "https://a.example/"
    assert told(Event.PAGE_FAILED, Scheme.FIRECRAWL, pages=[page])["success"] is False
    cancelled = told(Event.JOB_CANCELLED, Scheme.FIRECRAWL, **FACTS)
    assert (cancelled["success"], cancelled["type"]) == (False, "crawl.failed")


def test_a_batch_has_firecrawls_words_for_it() -> None:
    events = (
        Event.JOB_STARTED,
        Event.PAGE_PROCESSED,
        Event.JOB_COMPLETED,
        Event.JOB_FAILED,
        Event.SOURCE_CHANGED,
    )
    batch = Receiver("wh1", Scheme.FIRECRAWL, of_batch=True)
    types = [json.loads(body_of(message(event), batch))["type"] for event in events]
    words = ["started", "page", "completed", "failed"]
    assert types == [*(f"batch_scrape.{word}" for word in words), "source.changed"]


def test_the_users_metadata_comes_back() -> None:
    mine = {"order": "17", "sequence": "mine"}
    for scheme in Scheme:
        found = json.loads(body_of(message(Event.JOB_COMPLETED, **FACTS), Receiver("wh1", scheme, mine)))
        told = found["metadata"] if scheme is Scheme.FIRECRAWL else found["data"]["metadata"]
        assert {name: told[name] for name in mine} == mine
    assert (
        "metadata"
        not in json.loads(body_of(message(Event.JOB_COMPLETED), Receiver("w", Scheme.STANDARD)))["data"]
    )


def test_pages_are_cut_into_messages_in_order() -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"SEED={seed}")
    draw = random.Random(seed)
    pages = [
        {
            "pageId": str(n),
            "url": "https://a.example/" + "x" * draw.choice((0, 9, 2000)),
            "title": "\u2028" * 900,
        }
        for n in range(400)
    ]
    groups = list(in_messages(pages))
    assert [page["pageId"] for group in groups for page in group] == [page["pageId"] for page in pages]
    assert max(map(len, groups)) <= PAGES_AT_MOST
    for group in groups:
        for scheme in Scheme:
            receiver = Receiver("wh1", scheme, METADATA)
            assert len(body_of(message(Event.PAGE_PROCESSED, pages=group), receiver, "https://d")) < MAX_BODY
    assert list(in_messages([])) == []


def test_pages_are_sent_to_those_who_ask() -> None:
    assert Event.PAGE_PROCESSED not in BY_DEFAULT and Event.JOB_COMPLETED in BY_DEFAULT
    assert Event.TEST not in BY_DEFAULT and Event.WEBHOOK_DISABLED not in OF_A_JOB
