"""python -m gateway."""

from __future__ import annotations

import sys

import uvloop

from docspasta.settings import Gateway

from .process import serve


def main() -> int:
    """Exit status 0 after a drain, 2 when a setting is missing or wrong."""
    try:
        uvloop.run(serve(Gateway()))
    except ValueError as error:
        print(f"gateway: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
