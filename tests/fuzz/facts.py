"""The fuzz target of stored facts: whatever a parser says, the links are those that the processor wrote.

python -m tests.fuzz.facts [seconds] [seed]
"""

from __future__ import annotations

import json
import random

from docspasta.document.facts import decode, links_in

from .loop import main

KEYS = ["p", "h", "a", "o", "s", "e", "l", "z", "x"]
VALUES: list[object] = [
    *(0, -1, 10**30, 1.5, True, None, "", "x", "\ud800", "a" * 40, [], {}, [[]], [[1, 2]], [[0, 3, "u", ""]]),
    *([[1, "T", "t", 0]], [["t", 5]], [[["", 0, 1]], [["#", 0, 1]]], [["nohash", -5, 10**9]]),
]


def made(rng: random.Random) -> bytes:
    """Facts, more or less, with the links that the processor adds behind them."""
    facts = {rng.choice(KEYS): rng.choice(VALUES) for _ in range(rng.randrange(6))}
    text = json.dumps(facts).encode()
    return text[:-1] + (b"," if facts else b"") + b'"e":[[],[]],"l":"' + b"ab" * 32 + b'","z":""}'


def target(data: bytes) -> None:
    """Read `data`: the links are those that stand at its end, whatever stands before."""
    assert links_in(data) == ([("ab" * 16)] * 2, [])
    try:
        facts = decode(data)
    except (ValueError, TypeError, KeyError):
        return
    assert (facts.links, facts.level_links) == links_in(data)


if __name__ == "__main__":
    main(made, target)
