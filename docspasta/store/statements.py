"""Named SQL: a `.sql` file holds statements, each under `-- name --` and a line that says its purpose.

    -- lock_job --
    -- Take the job's row for writing.
    SELECT {Job} FROM crawling_jobs WHERE user_id = :user_id AND job_id = :job_id FOR NO KEY UPDATE

`{Job}` stands for that type's columns. `:user_id` is a parameter; it is given by name, and a name that is
missing or that the statement does not have is a TypeError. Nothing here talks to a database by itself.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from .connection import Connection, Record
from .rows import Shape, select_list, shape_of

T = TypeVar("T")
_NAME = re.compile(r"^-- ([a-z][a-z0-9_]*) --$", re.MULTILINE)
_TYPE = re.compile(r"\{([A-Z]\w*)\}")
# Comments and literals are passed over; `::` is a cast.
_PARAMETER = re.compile(r"--[^\n]*|'(?:[^']|'')*'|(?<!:):([a-z][a-z0-9_]*)")
_UNNEST = re.compile(r"unnest\(([^)]*)\)\s+(WITH ORDINALITY\s+)?AS\s+\w+\s*\(([^)]*)\)", re.IGNORECASE)
_FIRST = ("user_id", "job_id")  # these stand first in every statement that names them


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement. Its `text` has `$1`, `$2` ... for its `parameters`, in order."""

    name: str
    text: str
    parameters: tuple[str, ...]
    _checked: set[type] = field(default_factory=set)

    @classmethod
    def compiled(cls, name: str, text: str) -> Statement:
        """The statement of a text with named parameters."""
        found = [match[1] for match in _PARAMETER.finditer(text) if match[1]]
        named = sorted(dict.fromkeys(found), key=lambda one: _FIRST.index(one) if one in _FIRST else 2)
        place = {one: f"${number}" for number, one in enumerate(named, 1)}
        numbered = _PARAMETER.sub(lambda match: place[match[1]] if match[1] else match[0], text)
        return cls(name, numbered, tuple(named))

    def bind(self, values: dict[str, Any]) -> list[Any]:
        """The values in the order of the parameters. Raises TypeError that names what is missing or odd."""
        if values.keys() != set(self.parameters):
            odd = sorted(values.keys() ^ set(self.parameters))
            raise TypeError(f"{self.name} takes {list(self.parameters)}; missing or unknown: {odd}")
        return [values[name] for name in self.parameters]

    async def execute(self, connection: Connection, /, timeout: float | None = None, **values: Any) -> int:
        """How many rows it wrote or read, 0 for a command without rows. `timeout` is seconds."""
        status = await connection.execute(self.text, *self.bind(values), timeout=timeout)
        rows = status.rpartition(" ")[2]
        return int(rows) if rows.isdigit() else 0

    async def all(self, connection: Connection, of: type[T], /, **values: Any) -> list[T]:
        """Every row, as a type."""
        records = await connection.fetch(self.text, *self.bind(values))
        return self._read(of, records)

    async def one(self, connection: Connection, of: type[T], /, **values: Any) -> T | None:
        """The first row, as a type; None when there is none."""
        record = await connection.fetchrow(self.text, *self.bind(values))
        return None if record is None else self._read(of, [record])[0]

    async def column(self, connection: Connection, of: type[T], /, **values: Any) -> list[T]:
        """The one column of every row. `of` only says its type."""
        records = await connection.fetch(self.text, *self.bind(values))
        return [next(iter(record.values())) for record in records]

    async def value(self, connection: Connection, of: type[T], /, **values: Any) -> T | None:
        """The one column of the first row; None when there is no row. `of` only says its type."""
        found: T | None = await connection.fetchval(self.text, *self.bind(values))
        return found

    async def stream(
        self, connection: Connection, of: type[T], /, prefetch: int, **values: Any
    ) -> AsyncIterator[T]:
        """Every row, as a type, `prefetch` rows at a time; within a transaction."""
        shape: Shape[T] | None = None
        async for record in connection.cursor(self.text, *self.bind(values), prefetch=prefetch):
            if shape is None:
                shape = self._shape(of, record)
            yield shape.make(tuple(record.values()))

    def _read(self, of: type[T], records: Sequence[Record]) -> list[T]:
        if not records:
            return []
        make = self._shape(of, records[0]).make
        return [make(tuple(record.values())) for record in records]

    def _shape(self, of: type[T], record: Record) -> Shape[T]:
        shape = shape_of(of)
        if of not in self._checked:
            shape.check(record, self.name)
            self._checked.add(of)
        return shape


class Statements:
    """The statements of one file, by attribute or by name. An unknown name is an AttributeError."""

    def __init__(self, file: str, texts: dict[str, Statement]) -> None:
        self.file = file
        self.texts = texts

    def __getattr__(self, name: str) -> Statement:
        try:
            return self.texts[name]
        except KeyError:
            raise AttributeError(f"{self.file} has no statement {name!r}") from None

    def __getitem__(self, name: str) -> Statement:
        return self.texts[name]


def parse(file: str, text: str, types: Sequence[type] = ()) -> Statements:
    """The statements of `text`, which may name the columns of `types`.

    Raises ValueError for a name twice, a statement without a purpose, a type that was not given, and for
    columns that are unnested in another order than they are named.
    """
    parts = _NAME.split(text)
    columns = {of.__name__: select_list(of) for of in types}
    texts: dict[str, Statement] = {}
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        if name in texts:
            raise ValueError(f"{file}: statement {name!r} stands there twice")
        if not body.lstrip("\n").startswith("-- "):
            raise ValueError(f"{file}: statement {name!r} has no line that says its purpose")
        whole = body.strip()
        if unknown := [one for one in _TYPE.findall(whole) if one not in columns]:
            raise ValueError(f"{file}: statement {name!r} names a type that load() was not given: {unknown}")
        _check_unnested(file, name, whole)
        texts[name] = Statement.compiled(name, _TYPE.sub(lambda match: columns[match[1]], whole))
    return Statements(file, texts)


def _check_unnested(file: str, name: str, text: str) -> None:
    """Parameters that are unnested stand in the order of the columns that they become."""
    for parameters, numbered, given in _UNNEST.findall(text):
        wanted = [column.strip() for column in given.split(",")]
        found = [match[1] for match in _PARAMETER.finditer(parameters) if match[1]]
        if found and found != (wanted[:-1] if numbered else wanted):
            raise ValueError(f"{file}: statement {name!r} unnests {found} as {wanted}")


@cache
def load(file: str, *types: type) -> Statements:
    """The statements of a file of this package, read once for the types whose columns it names."""
    return parse(file, files("docspasta.store").joinpath(file).read_text(encoding="utf-8"), types)
