"""`docspasta up`: keeps the whole stack running until Ctrl-C."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from docspasta.cli.exits import OK, CommandError
from docspasta.cli.run import complain
from docspasta.cli.saying import say, say_link

if TYPE_CHECKING:
    from docspasta.embedded.directory import DataDirectory
    from docspasta.embedded.stack import Stack

SAMPLE_PORT = 8412  # tried first; the one before it is that of `crawl --sample`


async def up(
    data_dir: Path | None, host: str, port: int, allow: list[str], log_level: str, open_browser: bool = False
) -> int:
    """Run the stack; the exit status when a signal has stopped it in order."""
    from docspasta.cli.crawling import sample_site
    from docspasta.embedded.directory import DataDirectory, DirectoryHeld, default_directory
    from docspasta.embedded.environment import Choices
    from docspasta.embedded.stack import Stack

    directory = DataDirectory(data_dir or default_directory())
    try:
        directory.open("up")
    except DirectoryHeld as held:
        return show_running(directory, held.process, open_browser)
    print("Starting PostgreSQL, Valkey and the four services …", file=sys.stderr, flush=True)
    async with sample_site(SAMPLE_PORT) as sample:
        choices = Choices(
            (*allow, sample.removeprefix("http://")),
            log_level,
            {"DOCSPASTA_GATEWAY_SAMPLE": f"{sample}/"},
            host,
        )
        stack = Stack(directory, choices, port=port, kind="up", say=complain)
        await keep(stack, open_browser)
    return OK


async def keep(stack: Stack, open_browser: bool) -> None:
    """Run a stack until a signal, and stop it in order."""
    try:
        await stack.start()
        print(f"http://{stack.addresses.gateway}", flush=True)
        say(f"Docspasta is running; data and logs are in {stack.directory.path}. Ctrl-C stops it.")
        invite(stack.keys.sign_in_link(f"http://{stack.addresses.gateway}"), open_browser)
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("Stopping …", file=sys.stderr)
    finally:
        await stack.stop()


def invite(link: str, open_browser: bool) -> None:
    """Let a browser become the same person as this command line: by opening it, else by a link to open."""
    import webbrowser

    if open_browser and webbrowser.open(link):
        print("Opened it in your browser.", file=sys.stderr, flush=True)
        return
    missing = "There is no browser to open here. " if open_browser else ""
    say(f"{missing}Open this within an hour to see the jobs of this command line in a browser:")
    say_link(link)


def show_running(directory: DataDirectory, process: int, open_browser: bool = False) -> int:
    """The address of a running `up` and a new link into it. Raises CommandError for any other command."""
    from docspasta.embedded.keys import load_keys

    state = directory.read_state()
    if state.get("kind") != "up" or not state.get("ready"):
        raise CommandError(
            f"Process {process} ({state.get('kind') or 'another command'}) is using {directory.path}. "
            "Wait for it, or name another --data-dir."
        )
    print(state["gateway"], flush=True)
    link = load_keys(directory.keys).sign_in_link(state["gateway"])
    print(f"Docspasta is running already (process {process}).", file=sys.stderr)
    invite(link, open_browser)
    return OK
