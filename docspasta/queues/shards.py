"""The shards of an installation: which holds a host, how its scripts are run, what time it is there.

Frontier and pages queue are built on one of these. It chooses keys and sends scripts; it knows no job and
no host's record.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

from docspasta.queues.keys import shard_of
from docspasta.queues.scripts import Call, Client, Scripts


class Shards:
    """`count` shards behind one client.

    `clock` gives milliseconds and replaces the server's time: for tests.
    """

    def __init__(
        self,
        client: Client,
        count: int,
        clock: Callable[[], int] | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self.client: Any = client
        self.scripts = Scripts(client)
        self.count = count
        self.clock = clock
        self.rng = rng or random.Random(secrets.randbits(64))  # noqa: S311

    def of(self, host: str) -> int:
        """The shard of a host, or of a resolved address."""
        return shard_of(host, self.count)

    def each(self) -> range:
        """All shards."""
        return range(self.count)

    def now(self) -> str:
        """`now_ms` of a script: empty, the server's time, unless a test gives a clock."""
        return "" if self.clock is None else str(self.clock())

    def local(self) -> float:
        """Milliseconds of this process, to know when to ask again."""
        return time.monotonic() * 1000 if self.clock is None else float(self.clock())

    def token(self) -> str:
        """A name that no other lease, lock or request has."""
        return f"{self.rng.getrandbits(64):016x}."

    async def run(self, script: str, keys: Sequence[str], args: Sequence[Any]) -> Any:
        """One script; see Scripts."""
        return await self.scripts.run(script, keys, args)

    async def run_all(self, calls: Sequence[Call]) -> list[Any]:
        """Scripts of several shards, in one round trip; see Scripts."""
        return await self.scripts.run_all(calls)
