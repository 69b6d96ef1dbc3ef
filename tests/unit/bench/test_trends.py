"""Whether browsers that follow one another grow is told from looks at them."""

from __future__ import annotations

import pytest

from bench.trends import MIB, Look, lives, rise, summary


def looks(browsers: int, growth: int) -> list[Look]:
    """A browser grows by 2 MiB a page and is replaced after 100; each begins `growth` MiB higher."""
    return [
        Look(100 * life + page, (7 + life,), 50 * MIB, (300 + 2 * page + growth * life) * MIB)
        for life in range(browsers)
        for page in range(0, 100, 5)
    ]


def test_browsers_that_grow_alike_are_flat_and_ones_that_begin_higher_are_not() -> None:
    for growth, expected in ((0, 0.0), (20, 19 * 20 / (450 + 19 * 10))):
        lines, rises = summary(lives(looks(20, growth)))
        assert rises[0] == pytest.approx(expected) and rises[2] == pytest.approx(0)
        assert len(lines) == 1 + 20 + 3


def test_two_browsers_at_once_are_no_peak_of_either() -> None:
    seen = [
        Look(0, (7,), 1, 90),
        Look(40, (7,), 1, 100),
        Look(99, (7,), 1, 200),
        Look(100, (7, 8), 1, 300),
        Look(101, (8,), 1, 100),
    ]
    first, second = lives(seen)
    assert (first.alone, first.middle, first.most) == ([91, 101, 201], [101], 201)
    assert (second.begun, second.alone, second.most) == (100, [101], 301)


def test_a_line_needs_two_points() -> None:
    assert rise([(0.0, 5.0)]) == 0.0 and rise([(0.0, 1.0), (1.0, 3.0)]) == pytest.approx(1.0)
