"""`docspasta up`: keeps the whole stack running until Ctrl-C."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from docspasta.cli.exits import OK, CommandError
from docspasta.cli.run import complain


async def up(data_dir: Path | None, port: int, allow: list[str], log_level: str) -> int:
    """Run the stack; the exit status when a signal has stopped it in order."""
    from docspasta.embedded.directory import DataDirectory, DirectoryHeld, default_directory
    from docspasta.embedded.environment import Choices
    from docspasta.embedded.stack import Stack

    directory = DataDirectory(data_dir or default_directory())
    try:
        directory.open("up")
    except DirectoryHeld as held:
        raise CommandError(f"Process {held.process} already runs a stack on {directory.path}.") from held
    stack = Stack(directory, Choices(tuple(allow), log_level), port=port, kind="up", say=complain)
    try:
        await stack.start()
        print(f"http://{stack.addresses.gateway}", flush=True)
        print(
            f"Docspasta is running; data and logs are in {directory.path}. Ctrl-C stops it.", file=sys.stderr
        )
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("Stopping …", file=sys.stderr)
    finally:
        await stack.stop()
    return OK
