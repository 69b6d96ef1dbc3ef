"""A page's requests to its own host, one at a time."""

from __future__ import annotations

from functools import partial

from services.renderer.turns import SLOW, Turns


def test_the_next_begins_when_one_is_over() -> None:
    turns, begun = Turns(), list[str]()
    for name in "abc":
        turns.ask(name, partial(begun.append, name), 0.0)
    assert begun == ["a"]
    turns.ask("a", partial(begun.append, "a again"), 0.1)  # a redirect
    turns.over("b", 0.2)  # given up while it waited
    turns.over("x", 0.2)
    assert begun == ["a", "a again"]
    turns.over("a", 0.3)
    turns.over("c", 0.4)
    turns.ask("d", partial(begun.append, "d"), 0.5)
    assert begun == ["a", "a again", "c", "d"]


def test_a_request_without_end_holds_up_the_others_for_a_moment() -> None:
    turns, begun = Turns(), list[str]()
    turns.ask("stream", partial(begun.append, "stream"), 0.0)
    turns.ask("a", partial(begun.append, "a"), 0.0)
    turns.look(SLOW)
    assert begun == ["stream"]
    turns.look(SLOW + 0.1)
    turns.over("stream", SLOW + 0.2)
    assert begun == ["stream", "a"]
    turns.look(99.0)
    turns.look(99.0)
