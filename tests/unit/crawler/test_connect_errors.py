"""A connection that no address takes: said in the system's words, whatever addresses were tried."""

from __future__ import annotations

import errno

import pytest

from services.crawler.connect_errors import connect_detail

REFUSED = f"[Errno {errno.ECONNREFUSED}] Connect call failed"
UNREACHABLE = f"[Errno {errno.ENETUNREACH}] Connect call failed"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            f"Multiple exceptions: {REFUSED} ('::1', 1, 0, 0), {REFUSED} ('127.0.0.1', 1)",
            "connection refused",
        ),
        (
            f"Multiple exceptions: {UNREACHABLE} ('::1', 1, 0, 0), {REFUSED} ('127.0.0.1', 1)",
            "network is unreachable, connection refused",
        ),
        ("Connection reset by peer", ""),
    ],
)
def test_causes_of_all_addresses(told: str, words: str) -> None:
    assert connect_detail(OSError(told)) == words


def test_one_address() -> None:
    error = OSError(errno.ECONNREFUSED, "Connect call failed ('127.0.0.1', 1)")
    assert connect_detail(error) == "connection refused"
