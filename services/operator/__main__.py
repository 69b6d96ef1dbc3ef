"""python -m services.operator."""

from __future__ import annotations

import sys

import uvloop

from docspasta.settings import Operator


def main() -> int:
    """Exit status 0 after SIGTERM or a lost lease, 2 when a setting is wrong, 1 without a cluster."""
    try:
        from kubernetes.aio.config import ConfigException

        from .process import serve
    except ImportError as error:
        print(f"operator: {error}; install docspasta[kubernetes]", file=sys.stderr)
        return 2
    try:
        uvloop.run(serve(Operator()))
    except ConfigException as error:
        print(f"operator: there is no cluster to work in: {error}; give KUBECONFIG", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"operator: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
