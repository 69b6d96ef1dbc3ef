"""Calls a fuzz target with made-up input until time is up, and says which input broke a promise."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable


def run(
    make: Callable[[random.Random], bytes],
    target: Callable[[bytes], None],
    count: int,
    seed: int,
    until: float = float("inf"),
) -> int:
    """Try `count` inputs, or until the monotonic time `until`; the number tried."""
    rng = random.Random(seed)
    for number in range(count):
        if time.monotonic() > until:
            return number
        data = make(rng)
        try:
            target(data)
        except BaseException:
            print(f"seed {seed}, input {number}: {data!r}", file=sys.stderr)
            raise
    return count


def main(make: Callable[[random.Random], bytes], target: Callable[[bytes], None]) -> None:
    """The command line of a target: [seconds] [seed]."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32)
    print(f"seed {seed}")
    print(run(make, target, 10**9, seed, time.monotonic() + seconds), "inputs survived")
