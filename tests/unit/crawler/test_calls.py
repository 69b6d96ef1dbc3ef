"""FetchPages holds a place of its user's while it lasts; anonymous users of one address share theirs."""

from __future__ import annotations

from typing import Any

import pytest

from docspasta.errors import ResourceExhausted
from docspasta.identity.caller import Caller, set_caller
from docspasta.queues.messages import Fetched
from docspasta.serving.places import Places
from docspasta.v1.crawler_pb2 import FetchPagesRequest
from services.crawler.service import CrawlerService
from services.crawler.visit import Visit


class Quick(CrawlerService):
    async def _followed(self, visit: Visit) -> Fetched:
        return Fetched(visit.url)


async def test_a_call_too_many_of_a_user_is_refused() -> None:
    places = Places(process=9, user=1, what="calls of FetchPages go on")
    nothing: Any = None
    service, asked = (
        Quick(nothing, nothing, places, nothing),
        FetchPagesRequest(urls=["https://docs.example.org/"]),
    )
    set_caller(Caller("alice", frozenset(("write",)), "", 0))
    with places.place("alice"), pytest.raises(ResourceExhausted, match="FetchPages"):
        await anext(service.FetchPages(asked, nothing))
    with places.place("bob"):
        assert [part.end async for part in service.FetchPages(asked, nothing)] == [False, True]
    with places.place("alice"):
        pass
