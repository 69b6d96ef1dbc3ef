"""python -m services.jobs."""

from __future__ import annotations

import sys

import asyncpg
import uvloop

from docspasta.serving.server import WorkEnded
from docspasta.settings import Jobs

from .process import serve


def main() -> int:
    """Exit status 0 after a drain, 2 when a setting is missing or wrong, 1 without Postgres or
    when maintenance ended by itself."""
    try:
        uvloop.run(serve(Jobs()))
    except ValueError as error:
        print(f"jobs: {error}", file=sys.stderr)
        return 2
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        print(
            f"jobs: Postgres cannot be reached: {error}; start it, or correct DOCSPASTA_POSTGRES_DSN",
            file=sys.stderr,
        )
        return 1
    except WorkEnded as error:
        print(f"jobs: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
