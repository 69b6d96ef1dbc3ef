"""Random Markdown as conversion writes it, with the facts of its headings."""

from __future__ import annotations

import random

Headings = list[tuple[int, str, str, int]]
WORDS = "alpha beta gamma delta naïve 日本語 `code` [link](https://x.test/a) zeta eta".split()


def page(rng: random.Random, blocks: int = 12) -> tuple[bytes, Headings]:
    """A page's Markdown and its headings' facts."""
    text, headings = b"", []
    for number in range(blocks):
        kind = rng.randrange(7)
        if kind == 0 or number == 0:
            level = 1 if number == 0 else rng.randint(2, 4)
            headings.append(
                (level, f"Heading {number}", f"h{number}" if rng.random() < 0.7 else "", len(text))
            )
            text += f"{'#' * level} Heading {number}\n\n".encode()
        else:
            text += "\n".join(block(rng, kind)).encode() + b"\n\n"
    return text.rstrip(b"\n") + b"\n", headings


def block(rng: random.Random, kind: int) -> list[str]:
    """The lines of a block."""
    size = rng.choice((1, 3, 40))
    if kind == 1:
        return ["- " + sentence(rng) + ("\n  - " + sentence(rng)) * rng.randrange(2) for _ in range(size)]
    if kind == 2:
        rows = [f"| {number} | {sentence(rng)} |" for number in range(size)]
        return ["| a | b |", "| --- | --- |", *rows]
    if kind == 3:
        return [
            "```py",
            *(f"x{number} = {number}" + "\n" * rng.randrange(2) for number in range(size)),
            "```",
        ]
    if kind == 4:
        return ["> " + sentence(rng) for _ in range(size)]
    if kind == 5:
        return [
            f"1. {sentence(rng)}\n\n   ```sh\n   run {number}\n\n   more\n   ```" for number in range(size)
        ]
    return [sentence(rng) * size]


def sentence(rng: random.Random) -> str:
    """Some words."""
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 12))) + ". "
