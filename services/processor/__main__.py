"""Starts the processor: python -m services.processor."""

from __future__ import annotations

import sys

import uvloop

from docspasta.serving.server import WorkEnded
from docspasta.settings import Processor

from .process import serve


def main() -> None:
    """Read the settings and serve. Exit status 0 after a drain, 2 when a setting is missing or wrong, 1 when
    the worker ended by itself."""
    try:
        uvloop.run(serve(Processor()))
    except ValueError as error:  # a setting that is missing or wrong
        print(f"processor: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except WorkEnded as error:
        print(f"processor: {error}", file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
