"""Bytes that requests hold: each user's share, all together, and all of it given back."""

from __future__ import annotations

import pytest

from docspasta.errors import ResourceExhausted
from docspasta.serving.room import Room


def test_a_user_s_share_leaves_room_for_others() -> None:
    room = Room(10, 6, "bodies")
    with room.place("a") as first, room.place("a") as second, room.place("b") as other:
        first.grow(4)
        second.grow(2)
        with pytest.raises(ResourceExhausted, match="of yours"):
            second.grow(1)
        other.grow(4)
        with pytest.raises(ResourceExhausted, match="just now"):
            other.grow(1)
    with room.place("a") as again:
        again.grow(6)


def test_what_failed_gives_its_room_back() -> None:
    room = Room(4, 4, "bodies")
    for _ in range(3):
        with pytest.raises(KeyError), room.place("a") as held:
            held.grow(4)
            raise KeyError
