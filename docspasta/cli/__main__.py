"""`docspasta` and `python -m docspasta.cli`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line."""
    open_closed_streams()
    refuse_a_removed_directory()
    from docspasta.cli.help_text import kept_help

    if (text := kept_help(sys.argv[1:])) is not None:
        sys.stdout.write(text)
        return
    from docspasta.cli.app import app

    app(prog_name="docspasta")


def open_closed_streams() -> None:
    """Give stdin, stdout and stderr that the shell has closed (`2>&-`) to /dev/null.

    Otherwise the next file that is opened gets their number, and children would write their output into it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # in the order of their numbers
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - open until the process ends


def refuse_a_removed_directory() -> None:
    """Exit with 2 where the current directory no longer exists: no relative path means anything there."""
    try:
        os.getcwd()
    except FileNotFoundError:
        print("docspasta: the current directory was removed; change to one that exists", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
