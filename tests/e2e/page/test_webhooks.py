"""The line on the front page about a webhook that was switched off."""

from __future__ import annotations

import json
from typing import Any

from tests.stack import RunningStack

from .conftest import shot

OFF = {"webhookId": "w1", "url": "https://hooks.example.org/a", "disabledAt": "2026-01-31T12:00:00Z"}
HOOKS = [
    OFF | {"disabledBecause": "failing", "jobId": None, "sourceId": None},
    OFF | {"webhookId": "w2", "disabledBecause": "gone", "jobId": None, "sourceId": "s1"},
    OFF | {"webhookId": "w3", "disabledBecause": "user", "jobId": None, "sourceId": None},
    OFF | {"webhookId": "w4", "disabledBecause": None, "disabledAt": None, "jobId": None, "sourceId": None},
]


def test_a_webhook_that_was_switched_off_is_told_and_can_be_switched_on(
    tab: Any, running: RunningStack
) -> None:
    """Those that somebody switched off themselves are no news."""
    changed: list[tuple[str, Any]] = []

    def answer(route: Any) -> None:
        if route.request.method == "PATCH":
            changed.append((route.request.url.rpartition("/")[2], route.request.post_data_json))
        route.fulfill(body=json.dumps({"webhooks": HOOKS}), content_type="application/json")

    tab.route("**/api/v5/webhooks**", answer)
    tab.goto(running.gateway)
    lines = tab.locator(".off")
    lines.nth(1).wait_for()
    assert [line.partition(".\n")[0].strip() for line in lines.locator("span").all_inner_texts()] == [
        "The webhook to https://hooks.example.org/a was switched off: "
        "nothing has arrived there for five days.",
        "The webhook of a source to https://hooks.example.org/a was switched off: "
        "the receiver says that it is gone (HTTP 410).",
    ]
    shot(tab, "webhook-switched-off")
    lines.first.get_by_role("button", name="Switch on again").click()
    tab.wait_for_function("() => document.querySelectorAll('.off').length === 1")
    assert changed == [("w1", {"enabled": True})]
