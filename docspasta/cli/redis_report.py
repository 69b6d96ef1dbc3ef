"""`docspasta redis-report`: the keys in Redis and their bytes, by kind.

Redis is the one that DOCSPASTA_REDIS_URL names, else that of this machine's running stack.
"""

from __future__ import annotations

import os
from pathlib import Path

from docspasta.cli.exits import FAILED, OK, CommandError
from docspasta.embedded.directory import DataDirectory, default_directory

REDIS_URL = "DOCSPASTA_REDIS_URL"


async def redis_report(data_dir: Path | None) -> int:
    """Print the table."""
    from redis.exceptions import RedisError

    from docspasta.queues.connect import connect
    from docspasta.queues.report import held, render

    cluster = os.environ.get("DOCSPASTA_REDIS_CLUSTER", "").lower() in ("1", "true", "yes", "on")
    client = connect(redis_url(data_dir), name="report", cluster=cluster)
    try:
        print(render(await held(client)), end="")
    except RedisError as error:
        raise CommandError(f"Redis does not answer: {error}", FAILED) from error
    finally:
        await client.aclose()
    return OK


def redis_url(data_dir: Path | None) -> str:
    """The address of the Redis to look at."""
    if given := os.environ.get(REDIS_URL):
        return given
    directory = DataDirectory(data_dir or default_directory())
    sockets = directory.read_state().get("sockets")
    if not sockets:
        raise CommandError(f"No stack runs on {directory.path}; start one, or set {REDIS_URL}.", FAILED)
    return f"unix://{sockets}/valkey.sock"
