"""python -m services.operator."""

from __future__ import annotations

import sys

from docspasta.serving.process import run_process
from docspasta.settings import Operator


def main() -> int:
    """The exit status; 0 when the lease is lost, too."""
    try:
        from .process import serve
    except ImportError as error:
        print(f"operator: {error}; install docspasta[kubernetes]", file=sys.stderr)
        return 2
    return run_process("operator", Operator, serve)


if __name__ == "__main__":
    sys.exit(main())
