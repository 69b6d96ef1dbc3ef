"""A bounded tail, and runs read past it: nobody who is not older than the floor lacks anything."""

from __future__ import annotations

import random

import pytest

from docspasta.domain.cursor import UNKNOWN, Cursor, parse_cursor
from docspasta.updates.tail import Budget, Tail, run_of


def tail_of(versions, limit=10_000, budget=None, size=10, floor=0):
    tail = Tail(floor, limit, budget or Budget(10**9))
    for version in versions:
        tail.append(version, f"u{version}", size)
    return tail


def test_a_reader_finds_what_is_above_its_version():
    tail = tail_of([3, 4, 7], floor=2)
    assert tail.after(2, 10) == (["u3", "u4", "u7"], 7)
    assert tail.after(4, 10) == (["u7"], 7)
    assert tail.after(5, 10) == (["u7"], 7)
    assert tail.after(7, 10) == ([], 7)
    assert tail.after(99, 10) == ([], 99)
    assert tail.after(2, 2) == (["u3", "u4"], 4)


def test_it_never_goes_backwards():
    tail = tail_of([5])
    for version in (5, 4):
        with pytest.raises(ValueError):
            tail.append(version, "again", 1)


def test_the_floor_rises_and_whoever_reaches_it_lacks_nothing():
    chance = random.Random(7)
    for _ in range(200):
        tail, known = Tail(0, 300, Budget(10**9)), []
        for version in sorted(chance.sample(range(1, 200), 60)):
            tail.append(version, version, chance.randint(1, 50))
            known.append(version)
            for reader in (0, tail.floor, chance.randint(0, 210)):
                if tail.reaches(reader):
                    assert tail.after(reader, 1000)[0] == [v for v in known if v > reader]
        assert tail.floor > 0 and sum(1 for _ in tail.items) < 60


def test_the_budget_of_the_process_bounds_all_tails():
    budget = Budget(1000)
    tails = [tail_of([1], budget=budget, size=100) for _ in range(5)]
    for version in range(2, 100):
        for tail in tails:
            tail.append(version, version, 100)
    assert budget.used <= 1500
    for tail in tails:
        tail.close()
    assert budget.used == 0


def test_a_run_reaches_its_end_only_when_all_of_it_was_taken():
    run = run_of(0, 12, [(3, "a"), (5, "b"), (12, "c")])
    assert run.after(0, 2) == (["a", "b"], 5)
    assert run.after(5, 2) == (["c"], 12)
    assert run.covers(0) and run.covers(11) and not run.covers(12)


def test_cursors():
    assert parse_cursor("") is None
    assert parse_cursor("ab12-7") == Cursor("ab12", 7) and str(Cursor("ab12", 7)) == "ab12-7"
    for text in (
        "7",
        "-7",
        "ab12-",
        "ab12-x",
        "ab12--7",
        "ab12-7\n",
        "ab12-٣",
        "a" * 65 + "-1",
        "e-" + "9" * 19,
    ):
        assert parse_cursor(text) is UNKNOWN
