"""python -m services.processor."""

from __future__ import annotations

import sys

from docspasta.serving.process import run_process
from docspasta.settings import Processor

from .process import serve


def main() -> int:
    """The exit status."""
    return run_process("processor", Processor, serve)


if __name__ == "__main__":
    sys.exit(main())
