"""A timeout while our own loop was late is not the site's: the page is tried again before it counts."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from docspasta.queues.hosts import Pace
from services.crawler import lateness
from services.crawler.answer import Answer, Limits
from services.crawler.exchange import Exchange
from services.crawler.lateness import CHANCES, Lateness
from services.crawler.postponed import Postponed
from services.crawler.requester import NOBODY, Requester

URL = "https://docs.example/"
OUT_OF_TIME = Answer(reason="timeout", passing=True)


class NoWait:
    """Tokens that grant at once."""

    patience = 3.0

    def request(self, host: str) -> Any:
        return self

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...


def exchanging(answer: Answer, held_up: float) -> Exchange:
    """Fetches come to `answer`, and hold the loop up for so many seconds, as a busy machine does."""

    async def fetch(url: str, limits: Limits, requester: Requester) -> Answer:
        time.sleep(held_up)
        return answer

    frontier: Any = SimpleNamespace(pace=Pace())
    egress: Any = SimpleNamespace(check=lambda url, origin: True)
    late = Lateness()
    late.start()
    return Exchange(frontier, egress, SimpleNamespace(fetch=fetch), lateness=late)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def soon_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lateness, "LATE", 0.05)


async def test_a_timeout_while_the_loop_was_late_is_tried_again_and_counts_in_the_end() -> None:
    made = exchanging(OUT_OF_TIME, 0.2)
    for _ in range(CHANCES):
        with pytest.raises(Postponed, match="busy"):
            await made.once(URL, Limits(), NoWait(), NOBODY)  # type: ignore[arg-type]
    assert await made.once(URL, Limits(), NoWait(), NOBODY) == OUT_OF_TIME  # type: ignore[arg-type]
    made._lateness.stop()


@pytest.mark.parametrize(
    ("answer", "held_up"),
    [(OUT_OF_TIME, 0.0), (Answer(200), 0.2), (Answer(reason="tls"), 0.2), (Answer(503, passing=True), 0.2)],
)
async def test_an_answer_and_a_timeout_of_the_sites_count_at_once(
    answer: Answer, held_up: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not held_up:
        monkeypatch.setattr(lateness, "LATE", 60.0)  # whatever else the machine does
    made = exchanging(answer, held_up)
    assert await made.once(URL, Limits(), NoWait(), NOBODY) == answer  # type: ignore[arg-type]
    made._lateness.stop()


async def test_what_is_late_now_is_counted_before_it_is_looked_at() -> None:
    late = Lateness()
    assert late.seconds == 0.0
    late.start()
    before = late.seconds
    time.sleep(lateness.EVERY + 0.1)
    assert late.seconds - before >= 0.09
    late.stop()
