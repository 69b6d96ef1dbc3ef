"""A mistake within an object of a body is told by its own field, in that object's words."""

from __future__ import annotations

from typing import Any

import pytest

from docspasta.rest.base import Asked
from docspasta.rest.requests import CrawlRequest
from docspasta.rest.source_requests import SourceChange, SourceRequest
from gateway.problems import Problem
from gateway.validation import checked

URL = "https://docs.example.org/"
BAD: list[tuple[type[Asked], dict[str, Any], dict[str, str]]] = [
    (CrawlRequest, {"url": URL, "maxPages": "a"}, {"maxPages": "'a' is not a whole number."}),
    (CrawlRequest, {"url": URL, "webhook": {"url": 5}}, {"webhook.url": "5 is not an address."}),
    (SourceRequest, {}, {"settings": "The settings of its runs are needed"}),
    (SourceRequest, {"settings": [URL]}, {"settings": "The value is not an object of a crawl's settings"}),
    (SourceRequest, {"settings": {}}, {"settings.url": "A URL is needed"}),
    (
        SourceRequest,
        {"settings": {"url": URL, "maxPages": "a", "headers": {"A": "b"}}, "schedule": {"cron": 5}},
        {
            "settings.maxPages": "'a' is not a whole number.",
            "settings.headers": "There is no such field",
            "schedule.cron": "5 is not a text.",
        },
    ),
    (SourceChange, {"schedule": 7}, {"schedule": "7 is not a schedule, such as"}),
    (SourceChange, {"schedule": {"every": 7}}, {"schedule.every": "There is no such field"}),
]


@pytest.mark.parametrize(("model", "body", "told"), BAD)
def test_a_mistake_is_told_by_its_own_field(
    model: type[Asked], body: dict[str, Any], told: dict[str, str]
) -> None:
    with pytest.raises(Problem) as problem:
        checked(model, body)
    found = dict(problem.value.fields)
    assert found.keys() == told.keys()
    assert all(found[field].startswith(sentence) for field, sentence in told.items()), found


def test_an_empty_schedule_is_one() -> None:
    assert checked(SourceChange, {"schedule": {}}).request("s").HasField("schedule")
    assert not checked(SourceChange, {"keep": 3}).request("s").HasField("schedule")
