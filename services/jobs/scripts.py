"""Keeps the queues' Lua scripts loaded in Redis: crawler and processor may run them by hash alone.

A Redis that was restarted or replaced has none. Until they are there again, crawlers and processors wait.
"""

from __future__ import annotations

import asyncio

from docspasta.queues.keys import WORK
from docspasta.queues.outage import Outage
from docspasta.queues.scripts import heeding_cancellation
from docspasta.queues.shards import Shards
from docspasta.telemetry.logs import logger

EVERY = 2.0  # seconds
log = logger("scripts")


async def keep_loaded(shards: Shards, outage: Outage) -> None:
    """Look for missing scripts until cancelled, and load them. `outage` learns whether Redis answers."""
    while True:
        try:
            if missing := await shards.scripts.load_missing():
                log.info("scripts loaded", scripts=missing)
                with heeding_cancellation():
                    await shards.client.execute_command("PUBLISH", WORK, "{f00}:")
            outage.over()
        except Exception as error:
            outage.met("loading scripts", error)
        await asyncio.sleep(EVERY)
