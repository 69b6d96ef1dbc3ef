"""`docspasta --help` at once, from help.txt beside this file.

To build the text takes the import of typer and of every command's options, several times as long as Python
itself needs to start. After a change of a command: python -m docspasta.cli.help_text > docspasta/cli/help.txt
"""

from __future__ import annotations

import os
import sys

ASKED = (["--help"], ["-h"])
WIDTH = 80  # columns that the kept text needs; a narrower terminal has it wrapped anew
TEXT = os.path.join(os.path.dirname(__file__), "help.txt")


def kept_help(arguments: list[str]) -> str | None:
    """The kept text, when only the help of the whole is asked for and it fits the terminal."""
    if arguments not in ASKED or columns() < WIDTH:
        return None
    with open(TEXT, encoding="utf-8") as file:
        return file.read()


def columns() -> int:
    """How wide the terminal is; without one, as wide as needed."""
    try:
        return int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        pass
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH
    except (AttributeError, ValueError, OSError):
        return WIDTH


def built_help() -> str:
    """The text as the commands describe themselves now."""
    from typer.main import get_command

    from docspasta.cli.app import app

    command = get_command(app)
    context = command.make_context("docspasta", ["crawl"], terminal_width=WIDTH)
    return command.get_help(context) + "\n"


if __name__ == "__main__":
    sys.stdout.write(built_help())
