"""Pages that are fetched whole though their site calls them unchanged: one in a hundred, few of its bytes."""

from __future__ import annotations

import random

import pytest

from services.processor.doubts import Doubts


def sample(sizes: list[int], seed: int) -> set[int]:
    """What is chosen of pages that come in batches, in any order."""
    rng, doubts = random.Random(seed), Doubts()
    order, chosen = list(range(len(sizes))), set[int]()
    rng.shuffle(order)
    while order:
        many = rng.choice((1, 5, 16, 64))
        chosen |= doubts.choose({n: sizes[n] for n in order[:many]}, rng)
        order = order[many:]
    assert doubts.pages == len(chosen) >= 1
    return chosen


@pytest.mark.parametrize(
    "sizes",
    [[10_000] * 600, [100 * n for n in range(1, 600)], [10_000] * 600 + [3_000_000, 6_000_000]],
    ids=["even", "growing", "two giants"],
)
def test_the_sample_is_a_hundredth_of_the_pages_and_never_two_of_the_bytes(sizes: list[int]) -> None:
    samples = [sample(sizes, seed) for seed in range(40)]
    pages = sum(map(len, samples)) / len(samples) / len(sizes)
    assert 0.007 < pages < 0.02
    for chosen in samples:
        assert sum(sizes[n] for n in chosen if sizes[n] < 1_000_000) < 0.02 * sum(sizes)


def test_one_of_the_very_first_pages_is_looked_at_however_large() -> None:
    assert Doubts().choose({7: 10**9}, random.Random(1)) == {7}
    assert Doubts().choose({}, random.Random(1)) == set()


def test_a_large_page_is_seldom_chosen_and_never_skipped_for_good() -> None:
    """Of 300,000 looks at a page of ten times the usual size 30 are expected, as there is no room for it."""
    rng, doubts = random.Random(5), Doubts(pages=1, bytes=10**9, seen=10**9, seen_bytes=10**12)
    doubts.bytes = 10**11  # beyond a hundredth
    chosen = sum(bool(doubts.choose({1: 10_000}, rng)) for _ in range(300_000))
    assert 5 < chosen < 90
