"""Which failures say that a host has too much to do: only those make everybody ask it less often."""

from __future__ import annotations

import pytest

from docspasta.queues.messages import Fetched
from services.crawler.worker import _is_overload


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (429, "http_status", True),
        (503, "http_status", True),
        (0, "timeout", True),
        (0, "connection", True),
        (500, "http_status", False),
        (502, "http_status", False),
        (200, "timeout", False),  # the host answered; this body trickles
        (0, "dns", False),
        (0, "internal", False),
    ],
)
def test_only_overload_slows_a_host(status: int, reason: str, expected: bool) -> None:
    assert _is_overload(Fetched("https://a.example/", http_status=status, reason=reason)) is expected
