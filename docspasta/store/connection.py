"""What the store uses of asyncpg, as types.

asyncpg ships no type information, and its separate stubs follow one release of it. These few methods are all
that is used, so they are written down here and mypy holds every caller to them.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol


class Record(Protocol):
    """One row of an answer. Only `docspasta.store.rows` looks into it."""

    def __getitem__(self, column: str) -> Any: ...

    def keys(self) -> Iterator[str]: ...

    def values(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection to PostgreSQL. Statements of `docspasta.store.statements` take it."""

    async def execute(self, query: str, *given: object, timeout: float | None = None) -> str: ...

    async def fetch(self, query: str, *given: object) -> list[Record]: ...

    async def fetchrow(self, query: str, *given: object) -> Record | None: ...

    async def fetchval(self, query: str, *given: object) -> Any: ...

    def cursor(self, query: str, *given: object, prefetch: int) -> AsyncIterable[Record]: ...

    def transaction(self) -> AbstractAsyncContextManager[object]: ...

    async def close(self) -> None: ...

    def terminate(self) -> None: ...


class Connections(Protocol):
    """A pool of connections."""

    def acquire(self) -> AbstractAsyncContextManager[Connection]: ...

    async def close(self) -> None: ...

    def get_size(self) -> int: ...

    def get_idle_size(self) -> int: ...

    def get_max_size(self) -> int: ...
