"""Whose URLs are passed over while how much waits: whatever some do, others go on, and the bound holds."""

from __future__ import annotations

import random
from collections import Counter

from docspasta.queues.waiting import WaitingBytes

MIB = 1024 * 1024


def filled(shares: dict[str, int], bound: int = 64 * MIB, shards: int = 16) -> WaitingBytes:
    waiting = WaitingBytes(shards, bound)
    for at, (share, size) in enumerate(shares.items()):
        waiting.add(at % shards, share, size)
    return waiting


def test_a_share_alone_has_a_quarter_of_the_bound() -> None:
    assert filled({"ann": 16 * MIB - 1}).crowded() == frozenset()
    assert filled({"ann": 16 * MIB}).crowded() == {"ann"}


def test_what_waits_in_several_shards_is_one_sum() -> None:
    waiting = WaitingBytes(16, 64 * MIB)
    for shard in range(16):
        waiting.learn(shard, [b"ann", MIB, b"bob", 1])
    assert waiting.crowded() == {"ann"}
    waiting.learn(3, [])
    assert waiting.crowded() == frozenset()
    waiting.add(3, "ann", MIB)
    assert waiting.crowded() == {"ann"}


def test_nothing_waits_and_nobody_is_passed_over() -> None:
    assert filled({}).crowded() == frozenset() and not filled({}).beyond


def test_what_one_share_has_too_much_is_not_held_against_others() -> None:
    waiting = filled({"mallory": 100 * MIB, "bob": 8 * MIB - 1})
    assert waiting.crowded() == {"mallory"} and not waiting.beyond


def test_the_bound_holds_for_many_and_twice_the_bound_for_anybody() -> None:
    assert filled({"mallory": 128 * MIB}).beyond and not filled({"mallory": 128 * MIB - 1}).beyond
    assert filled({f"m{number}": 16 * MIB for number in range(4)}).beyond


def test_however_many_fill_their_shares_one_more_has_room() -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for _ in range(2):
        held: Counter[str] = Counter()
        greedy = [f"m{number}" for number in range(rng.randint(1, 60))]
        while open_to := [name for name in greedy if name not in filled(held).crowded()]:
            held[rng.choice(open_to)] += rng.randint(MIB // 4, MIB)
        waiting = filled(held | {"new": 0})
        assert "new" not in waiting.crowded() and not waiting.beyond, held
