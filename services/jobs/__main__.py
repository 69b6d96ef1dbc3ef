"""python -m services.jobs."""

from __future__ import annotations

import sys

from docspasta.serving.process import run_process
from docspasta.settings import Jobs

from .process import serve


def main() -> int:
    """The exit status."""
    return run_process("jobs", Jobs, serve)


if __name__ == "__main__":
    sys.exit(main())
