"""Tickets and sealed headers belong to one user, job and URL, and to one key."""

from __future__ import annotations

import base64
import os

import pytest

from docspasta.identity.sealing import Sealing
from docspasta.identity.tickets import Tickets, decode_key

KEY = os.urandom(32)


def test_a_ticket_is_good_for_its_url_alone() -> None:
    tickets = Tickets(KEY)
    mark = tickets.ticket("u", "j", 7, "k")
    assert tickets.good(mark, "u", "j", 7, "k")
    for user, job, page, key in (
        ("v", "j", 7, "k"),
        ("u", "i", 7, "k"),
        ("u", "j", 8, "k"),
        ("u", "j", 7, "l"),
        ("u\nj", "", 7, "k"),
    ):
        assert not tickets.good(mark, user, job, page, key)
    assert not Tickets(os.urandom(32)).good(mark, "u", "j", 7, "k")
    assert not tickets.good("é", "u", "j", 7, "k")


def test_headers_open_only_for_their_job() -> None:
    sealing = Sealing(KEY)
    sealed = sealing.seal("u", "j", [("Authorization", "Bearer x")])
    assert "Bearer" not in sealed and base64.b64decode(sealed).find(b"Bearer") < 0
    assert sealing.open("u", "j", sealed) == [("Authorization", "Bearer x")]
    assert sealing.seal("u", "j", []) == "" and sealing.open("u", "j", "") == []
    for user, job in (("u", "i"), ("v", "j")):
        with pytest.raises(ValueError, match="sealed"):
            sealing.open(user, job, sealed)


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(b"a" * 32).decode(), "!!"])
def test_a_missing_short_or_example_key_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="THE_SETTING"):
        decode_key("THE_SETTING", text)
