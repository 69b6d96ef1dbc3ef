"""python -m gateway."""

from __future__ import annotations

import sys

from docspasta.serving.process import run_process
from docspasta.settings import Gateway

from .process import serve


def main() -> int:
    """The exit status."""
    return run_process("gateway", Gateway, serve)


if __name__ == "__main__":
    sys.exit(main())
