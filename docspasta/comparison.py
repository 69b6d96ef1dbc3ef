"""Two texts of a page, line by line: how many lines came and went, and a unified diff. Pure.

The shortest edit script (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986) is looked for as
long as that is affordable: difflib takes minutes for some texts of 2,000 lines. Beyond it lines are counted
by how often each occurs. No call of C takes long here, for no other thread can interrupt it: a text of more
than MOST_LINES lines is not compared, and counts as replaced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MOST_EDITS, MOST_STEPS = 600, 10_000_000  # what is remembered of them takes some 20 MB at most
CONTEXT = 3  # lines around a change
SHOWN, LONGEST = 400, 2_000  # lines of a diff, and characters of one
MOST_LINES = 50_000
Text = Sequence[str]
Blocks = list[tuple[int, int, int]]  # place in the old text, in the new one, lines that are alike


class Lines(NamedTuple):
    """How many lines came and went."""

    added: int
    removed: int


def count_lines(old: str, new: str) -> Lines:
    """How many lines a text has gained and lost."""
    if old == new:
        return Lines(0, 0)
    before, after = lines_of(old), lines_of(new)
    if before is None or after is None:
        return Lines(number_of_lines(new), number_of_lines(old))
    blocks = alike(before, after)
    if blocks is None:
        common = (Counter(before) & Counter(after)).total()
    else:
        common = sum(size for _, _, size in blocks)
    return Lines(len(after) - common, len(before) - common)


def diff_lines(old: str, new: str) -> Iterator[str]:
    """A unified diff without its two header lines, at most SHOWN lines of it; one line that says so for texts
    of which too much changed."""
    before, after = lines_of(old), lines_of(new)
    blocks = None if before is None or after is None else alike(before, after)
    if before is None or after is None or blocks is None:
        counted = count_lines(old, new)
        yield f"@@ too much changed to be shown: {counted.added:,} lines came, {counted.removed:,} went @@"
        return
    found = list(_unified(before, after, blocks))
    yield from (line if len(line) <= LONGEST else f"{line[:LONGEST]} …" for line in found[:SHOWN])
    if len(found) > SHOWN:
        yield f"@@ {len(found) - SHOWN:,} more lines @@"


def lines_of(text: str) -> list[str] | None:
    """A text's lines, None when they are too many."""
    if number_of_lines(text) > MOST_LINES:
        return None
    return text.removesuffix("\n").split("\n") if text else []


def number_of_lines(text: str) -> int:
    """How many lines a text has; the last one may end without its mark."""
    return text.count("\n") + (not text.endswith("\n") and bool(text))


def alike(before: Text, after: Text) -> Blocks | None:
    """The lines that stay, as blocks in order; None when finding the fewest edits would take too long."""
    least = min(len(before), len(after))
    first = next((at for at in range(least) if before[at] != after[at]), least)
    left = least - first
    last = next((at for at in range(left) if before[-1 - at] != after[-1 - at]), left)
    old_end, new_end = len(before) - last, len(after) - last
    middle = _shortest(before[first:old_end], after[first:new_end])
    if middle is None:
        return None
    inside = [(old + first, new + first, size) for old, new, size in middle]
    return [block for block in [(0, 0, first), *inside, (old_end, new_end, last)] if block[2]]


def _shortest(before: Text, after: Text) -> Blocks | None:
    """The blocks of the shortest edit script. `reached` is how far each diagonal got with so many edits."""
    if not before or not after:
        return []
    many = len(before) + len(after)
    reached, trace = {1: 0}, list[dict[int, int]]()
    for edits in range(min(many, MOST_EDITS, MOST_STEPS // max(many, 1)) + 1):
        trace.append(dict(reached))
        for diagonal in range(-edits, edits + 1, 2):
            old = _stepped(reached, diagonal, edits)
            while old < len(before) and old - diagonal < len(after) and before[old] == after[old - diagonal]:
                old += 1
            reached[diagonal] = old
            if old >= len(before) and old - diagonal >= len(after):
                return _walked_back(trace, len(before), len(after))
    return None


def _stepped(reached: dict[int, int], diagonal: int, edits: int) -> int:
    """Where a diagonal begins with its next edit: a line that came, or one that went."""
    if diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1]):
        return reached[diagonal + 1]
    return reached[diagonal - 1] + 1


def _walked_back(trace: list[dict[int, int]], old: int, new: int) -> Blocks:
    blocks: Blocks = []
    for edits in range(len(trace) - 1, -1, -1):
        begun = _stepped(trace[edits], old - new, edits)
        if old > begun:
            blocks.append((begun, begun - (old - new), old - begun))
        diagonal = old - new
        came = diagonal == -edits or (
            diagonal != edits and trace[edits][diagonal - 1] < trace[edits][diagonal + 1]
        )
        old, new = (begun, begun - diagonal - 1) if came else (begun - 1, begun - diagonal)
    return blocks[::-1]


class _Known(SequenceMatcher[str]):
    """A comparison whose blocks are known, for its grouping into hunks."""

    def __init__(self, before: Text, after: Text, blocks: Blocks) -> None:
        super().__init__(None, "", "", autojunk=False)
        self.opcodes = list(_opcodes(blocks, len(before), len(after)))


def _opcodes(blocks: Blocks, old_end: int, new_end: int) -> Iterator[tuple[str, int, int, int, int]]:
    old = new = 0
    for old_at, new_at, size in [*blocks, (old_end, new_end, 0)]:
        if old < old_at or new < new_at:
            tag = "replace" if old < old_at and new < new_at else "delete" if old < old_at else "insert"
            yield tag, old, old_at, new, new_at
        if size:
            yield "equal", old_at, old_at + size, new_at, new_at + size
        old, new = old_at + size, new_at + size


def _unified(before: Text, after: Text, blocks: Blocks) -> Iterator[str]:
    for group in _Known(before, after, blocks).get_grouped_opcodes(CONTEXT):
        (_, old, _, new, _), (_, _, old_end, _, new_end) = group[0], group[-1]
        yield f"@@ -{_range(old, old_end)} +{_range(new, new_end)} @@"
        for tag, old, old_end, new, new_end in group:
            if tag == "equal":
                yield from (f" {line}" for line in before[old:old_end])
                continue
            yield from (f"-{line}" for line in before[old:old_end])
            yield from (f"+{line}" for line in after[new:new_end])


def _range(first: int, end: int) -> str:
    """Lines as a hunk names them: from 1, without a length of one; an empty one by the line before it."""
    size = end - first
    return str(first + 1) if size == 1 else f"{first + 1 if size else first},{size}"
