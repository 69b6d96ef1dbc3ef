"""Costly calls at once: bounded for a user and for the process, and free again however a call ends."""

from __future__ import annotations

import contextlib

import pytest

from docspasta.errors import ResourceExhausted
from docspasta.serving.places import Places


def test_a_user_and_the_process_have_so_many_places() -> None:
    places = Places(process=3, user=2, what="documents are read")
    with contextlib.ExitStack() as held:
        for user in ("alice", "alice", "bob"):
            held.enter_context(places.place(user))
        with pytest.raises(ResourceExhausted, match="At most 2 documents are read at once") as refused:
            held.enter_context(places.place("alice"))
        assert (refused.value.reason, refused.value.retry_after) == ("too-many-at-once", 2.0)
        with pytest.raises(ResourceExhausted, match="Too many documents are read just now"):
            held.enter_context(places.place("carol"))
    with places.place("alice"), places.place("alice"), places.place("carol"):
        pass


def test_a_call_that_fails_gives_its_place_back() -> None:
    places = Places(process=1, user=1, what="calls go on")
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), places.place("alice"):
            raise ZeroDivisionError
    with places.place("alice"):
        pass


def test_what_a_user_s_calls_cost_in_a_second_is_bounded() -> None:
    """One call may cost more than is left; then the next waits until that is paid."""
    places = Places(process=9, user=9, what="calls go on", a_second=10.0)
    with places.place("alice", cost=100):
        pass
    with pytest.raises(ResourceExhausted, match="in a second") as refused, places.place("alice"):
        pass
    assert refused.value.reason == "too-many-requests"
    assert 7.0 < (refused.value.retry_after or 0) < 9.0
    with places.place("bob", cost=100):
        pass
