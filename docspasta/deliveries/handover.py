"""A signed request on its way from jobs to the crawler: sealed, so that the crawler sends for nobody else.

It is sealed under the key that jobs and the crawler share (`docspasta.identity.sealing`), bound to its user
and delivery, and good for a minute.
"""

from __future__ import annotations

from typing import NamedTuple

GOOD_FOR = 60.0  # seconds
Pairs = list[tuple[str, str]]


class Handover(NamedTuple):
    """One POST. `until` is epoch seconds; `body` is UTF-8 JSON."""

    url: str
    body: str
    headers: Pairs
    until: float

    def to_pairs(self) -> Pairs:
        """As `Sealing` takes it."""
        return [("url", self.url), ("body", self.body), ("until", str(self.until)), *self.headers]

    @classmethod
    def of_pairs(cls, pairs: Pairs) -> Handover:
        """What `to_pairs` gave. Raises ValueError for anything else."""
        if [name for name, _ in pairs[:3]] != ["url", "body", "until"]:
            raise ValueError("this is no delivery")
        (_, url), (_, body), (_, until), *headers = pairs
        return cls(url, body, headers, float(until))


def bound_to(delivery: str) -> str:
    """What a handover is sealed for, beside its user."""
    return f"delivery {delivery}"
