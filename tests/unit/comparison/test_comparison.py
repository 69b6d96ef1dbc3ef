"""Lines that came and went: as many as a patch needs, whatever the texts, and never for long."""

from __future__ import annotations

import random
import time

import pytest

from docspasta.comparison import MOST_LINES, SHOWN, count_lines, diff_lines, lines_of


def longest(old: list[str], new: list[str]) -> int:
    """The length of the longest common subsequence, as in the books."""
    row = [0] * (len(new) + 1)
    for line in old:
        before = row[:]
        for at, other in enumerate(new):
            row[at + 1] = before[at] + 1 if line == other else max(before[at + 1], row[at])
    return row[-1]


def patched(old: list[str], diff: list[str]) -> list[str]:
    """A text with a unified diff applied, which has to fit."""
    new: list[str] = []
    at = 0
    for line in diff:
        if line.startswith("@@"):
            first, _, size = line.split()[1][1:].partition(",")
            begins = int(first) - (size != "0")
            new, at = new + old[at:begins], begins
            continue
        if line[0] in " -":
            assert old[at] == line[1:]
            at += 1
        if line[0] in " +":
            new.append(line[1:])
    return new + old[at:]


def test_random_texts_are_counted_as_their_diff_says() -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for _ in range(300):
        old = [rng.choice("abc") for _ in range(rng.randint(0, 12))]
        new = list(old)
        for _ in range(rng.randint(0, 4)):
            at = rng.randint(0, len(new))
            new[at : at + rng.randint(0, 2)] = [rng.choice("abcd") for _ in range(rng.randint(0, 2))]
        counted = count_lines("\n".join(old), "\n".join(new))
        assert counted.added - counted.removed == len(new) - len(old), seed
        assert (counted == (0, 0)) == (old == new), seed
        assert counted.added + counted.removed == len(old) + len(new) - 2 * longest(old, new), seed
        shown = list(diff_lines("\n".join(old), "\n".join(new)))
        assert sum(line.startswith("+") for line in shown) == counted.added, seed
        assert sum(line.startswith("-") for line in shown) == counted.removed, seed
        assert patched(old, shown) == new, (seed, old, new, shown)


def test_a_diff_is_unified_and_cut() -> None:
    assert list(diff_lines("a\nb\nc", "a\nx\nc")) == ["@@ -1,3 +1,3 @@", " a", "-b", "+x", " c"]
    assert list(diff_lines("same", "same")) == []
    long = list(diff_lines("", "\n".join(map(str, range(1_000)))))
    assert len(long) == SHOWN + 1 and long[-1] == "@@ 601 more lines @@"


def test_large_texts_take_no_long_time() -> None:
    begun = time.process_time()
    old = "\n".join(f"old {n}" for n in range(50_000))
    new = "\n".join(f"new {n}" if n % 2 else f"old {n}" for n in range(50_000))
    assert count_lines(old, new) == (25_000, 25_000)
    assert list(diff_lines(old, new)) == [
        "@@ too much changed to be shown: 25,000 lines came, 25,000 went @@"
    ]
    periodic = ["\n".join("ab" * 1_000), "\n".join("aab" * 660)]  # difflib's worst case: two minutes
    assert count_lines(*periodic).added < 500 and list(diff_lines(*periodic))
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("text", ["\n" * 5_000_000, "\v" * 5_000_000, "a\n" * 60_000, "a " * 2_000_000])
def test_no_call_of_c_is_long(text: str) -> None:
    """Compared in a thread, a text of newlines would hold the event loop up all the same."""
    lines = lines_of(text)
    assert lines is None or len(lines) <= MOST_LINES
    assert count_lines(text, "b") == (1, max(text.count("\n"), 1))
    assert sum(map(len, diff_lines(text, "b"))) < 5_000
