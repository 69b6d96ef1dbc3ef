"""`python -m docspasta.embedded --data-dir D`: the stack without the command line, until SIGTERM or Ctrl-C.

It prints one line of JSON, what `stack.json` holds, when the stack is ready.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from docspasta.embedded.directory import DataDirectory, default_directory
from docspasta.embedded.environment import Choices
from docspasta.embedded.stack import Stack


async def run(data_directory: Path, port: int, allow: tuple[str, ...]) -> None:
    """Run the stack until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    directory = DataDirectory(data_directory)
    directory.open("up")
    stack = Stack(directory, Choices(allow=allow), port=port, kind="up", say=say)
    try:
        await stack.start()
        print(json.dumps(directory.read_state()), flush=True)
        await stop.wait()
    finally:
        await stack.stop()


def say(text: str) -> None:
    """Print a message to stderr."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m docspasta.embedded", description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=default_directory())
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--allow", action="append", default=[])
    arguments = parser.parse_args()
    asyncio.run(run(arguments.data_dir, arguments.port, tuple(arguments.allow)))


if __name__ == "__main__":
    main()
