"""`python -m docspasta.sample [--port N]`: serves the sample site until Ctrl-C and prints its address."""

from __future__ import annotations

import argparse
import asyncio
import signal

from docspasta.sample.server import serving


async def run(port: int) -> None:
    """Serve until a signal."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(port) as origin:
        print(f"{origin}/", flush=True)
        await stop.wait()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m docspasta.sample", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    asyncio.run(run(parser.parse_args().port))


if __name__ == "__main__":
    main()
