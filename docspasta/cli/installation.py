"""`docspasta migrate` and `docspasta epoch`: what is done to a database by hand, as its owner.

The database is the one that DOCSPASTA_POSTGRES_OWNER_DSN names, else this machine's embedded one.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from docspasta.cli.exits import FAILED, OK, CommandError
from docspasta.embedded.directory import DataDirectory, DirectoryHeld, default_directory

OWNER_DSN = "DOCSPASTA_POSTGRES_OWNER_DSN"


@asynccontextmanager
async def owner_dsn(data_dir: Path | None) -> AsyncIterator[str]:
    """The owner's address of the database; the embedded server is started for the block when it must be."""
    if given := os.environ.get(OWNER_DSN):
        yield given
        return
    directory = DataDirectory(data_dir or default_directory())
    try:
        directory.open("migrate")
    except DirectoryHeld:
        sockets = directory.read_state().get("sockets", "")
        yield f"postgresql://docspasta_owner@/docspasta?host={sockets}"
        return
    async with started(directory) as dsn:
        yield dsn


@asynccontextmanager
async def started(directory: DataDirectory) -> AsyncIterator[str]:
    """The embedded Postgres alone, on an opened data directory."""
    from docspasta.embedded.children import Children
    from docspasta.embedded.postgres import EmbeddedPostgres

    children = Children()
    server = EmbeddedPostgres(directory.postgres, directory.sockets, directory.log("postgres"))
    try:
        server.make(children)
        server.start(children)
        await server.ready()
        await server.make_roles()
        yield server.dsn("docspasta_owner")
    finally:
        server.stop(children)
        children.close()
        directory.close()


async def migrate(data_dir: Path | None, check_only: bool) -> int:
    """Bring the schema up to date, or say what is pending (exit status 1)."""
    from docspasta.store.migrate import check
    from docspasta.store.migrate import migrate as apply

    with told():
        async with owner_dsn(data_dir) as dsn:
            names = await (check(dsn) if check_only else apply(dsn))
    word = "pending" if check_only else "applied"
    print("\n".join(f"{word} {name}" for name in names) or "the schema is up to date")
    return FAILED if check_only and names else OK


async def epoch(data_dir: Path | None, new: bool) -> int:
    """Print the epoch; with `new` begin one, so that no cursor of before a restored dump is believed."""
    from docspasta.store.epoch import epoch as read

    with told():
        async with owner_dsn(data_dir) as dsn:
            print(await read(dsn, new=new))
    return OK


@contextmanager
def told() -> Iterator[None]:
    """What the database refuses, as a sentence."""
    import asyncpg

    from docspasta.store.migrate import MigrationError

    try:
        yield
    except (MigrationError, asyncpg.PostgresError) as error:
        raise CommandError(f"The database refuses: {error}", FAILED) from error
