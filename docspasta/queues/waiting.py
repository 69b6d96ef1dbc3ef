"""How much waits for processors, and whose URLs are passed over until less does. Pure: no I/O.

A share (a user, or all anonymous users of an address) may have a quarter of the bound waiting, and never more
than is left of half of it: however many fill their shares, there is room for one more. The other half is for
what was under way when a share became crowded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

SHARE = 4  # a share has at most one part of so many of the bound
MEMORY = 2  # nothing is fetched while so many times the bound waits, whatever it is
SPARE = 2  # the bound divided by this is shared out
LITTLE = 64  # whatever was under way: who has less than one part of so many of all that is left goes on


class WaitingBytes:
    """Bytes of results that wait in Redis, by shard and share, as far as this process knows."""

    def __init__(self, shards: int, bound: int) -> None:
        self.bound = bound
        self._of: list[Counter[str]] = [Counter() for _ in range(shards)]

    def learn(self, shard: int, reply: Sequence[bytes | int]) -> None:
        """What a shard says: share and bytes of each that has something waiting there."""
        pairs = zip(reply[::2], reply[1::2], strict=True)
        self._of[shard] = Counter({_text(share): int(size) for share, size in pairs})

    def add(self, shard: int, share: str, size: int) -> None:
        """A result of this process joined those that wait."""
        self._of[shard][share] += size

    @property
    def beyond(self) -> bool:
        """Whether nothing more may be fetched for anybody."""
        shares = self._shares()
        return self._counted(shares) >= self.bound or shares.total() >= MEMORY * self.bound

    def crowded(self) -> frozenset[str]:
        """The shares that have as much waiting as they may."""
        shares = self._shares()
        total = self._counted(shares)
        if total * LITTLE < self.bound:
            return frozenset()
        left = self.bound - total
        allowed = max(left // LITTLE, min(self.bound // SHARE, self.bound // SPARE - total))
        return frozenset(share for share, size in shares.items() if size >= allowed)

    def _shares(self) -> Counter[str]:
        shares: Counter[str] = Counter()
        for shard in self._of:
            if shard:
                shares.update(shard)
        return shares

    def _counted(self, shares: Counter[str]) -> int:
        """What waits, of nobody more than they may have: what is pushed beyond that hinders no others."""
        most = self.bound // SHARE
        return sum(min(size, most) for size in shares.values())


def _text(share: bytes | int) -> str:
    return share.decode() if isinstance(share, bytes) else str(share)
