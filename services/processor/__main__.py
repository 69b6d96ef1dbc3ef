"""Starts the processor: python -m services.processor."""

from __future__ import annotations

import sys

import uvloop

from docspasta.settings import Processor

from .process import serve


def main() -> None:
    """Read the settings and serve. Exit status 0 after a drain, 2 when a setting is missing or wrong."""
    try:
        uvloop.run(serve(Processor()))
    except ValueError as error:  # a setting that is missing or wrong
        print(f"processor: {error}", file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
