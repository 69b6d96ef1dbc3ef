"""Keeps leases while work goes on: errors cost a round, never the renewal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from docspasta.queues.outage import Outage

Lease = TypeVar("Lease")


async def renew_leases(
    held: Callable[[], Sequence[Lease]],
    renew: Callable[[Sequence[Lease]], Awaitable[Sequence[Lease]]],
    lost: Callable[[Sequence[Lease]], None],
    *,
    every: float,
    outage: Outage,
) -> None:
    """Renew what is `held` each `every` seconds until cancelled, and tell `lost` which leases are gone.

    An error costs one round and never ends the renewal: leases outlive several rounds.
    """
    while True:
        await asyncio.sleep(every)
        if not (leases := held()):
            continue
        try:
            gone = await renew(leases)
        except Exception as error:
            outage.met("renewing leases", error)
            continue
        outage.over()
        if gone:
            lost(gone)
