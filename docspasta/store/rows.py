"""The one place where rows become types: a type's fields are the columns that a statement selects.

`{Job}` in a statement stands for the columns of `Job`, written from its fields, so there is no second list.
A statement that gives other columns than its type has fields is refused at its first row.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from docspasta.domain import JobSettings, PageReason, PageState, ReasonCount

from .connection import Record

T = TypeVar("T")
PLAIN = (str, int, float, bool, bytes, datetime, UUID, object, Any)
# Fields whose column has another name, or is no column.
SOURCES = {
    "version": "state_version AS version",
    "read_at": "now() AS read_at",
    "scoped": "scope IS NOT NULL AS scoped",
    "pushed": "settings @> '{\"push\": true}' AS pushed",
    # A source's current run is kept, unless nobody may ever come back for it.
    "kept": (
        "(source_id IS NOT NULL AND state = 'completed' AND NOT suspect AND NOT starts_with(user_id, 'anon-')"
        " AND NOT EXISTS (SELECT FROM crawling_jobs AS newer WHERE newer.user_id = crawling_jobs.user_id"
        " AND newer.source_id = crawling_jobs.source_id AND newer.state = 'completed' AND NOT newer.suspect"
        " AND (newer.created_at, newer.job_id) > (crawling_jobs.created_at, crawling_jobs.job_id))) AS kept"
    ),
    "tells_pages": (
        "EXISTS (SELECT FROM webhook_endpoints AS hook WHERE hook.user_id = crawling_jobs.user_id"
        " AND hook.disabled_at IS NULL AND hook.job_id IN ('', crawling_jobs.job_id)"
        " AND hook.source_id IN ('', coalesce(crawling_jobs.source_id, ''))"
        " AND hook.events && ARRAY['page.processed', 'page.failed']) AS tells_pages"
    ),
}


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """How a type is read: the names of its columns in order, and what makes it of their values."""

    columns: tuple[str, ...]
    make: Callable[[Sequence[Any]], T]

    def check(self, record: Record, statement: str) -> None:
        """Raise TypeError unless the row has exactly these columns, in this order."""
        given = tuple(record.keys())
        if given != self.columns:
            odd = sorted(set(given) ^ set(self.columns)) or ["their order"]
            raise TypeError(f"{statement}: its columns are not those of the type it is read as: {odd}")


_SHAPES: dict[Any, Shape[Any]] = {}


def shape_of(of: type[T]) -> Shape[T]:
    """The shape of a dataclass or a NamedTuple; its fields may be of such a type in turn.

    Raises TypeError for a field of a type that no column can be read as.
    """
    if of not in _SHAPES:
        _SHAPES[of] = _found_shape(of)
    return _SHAPES[of]


def _found_shape(of: type[T]) -> Shape[T]:
    columns: list[str] = []
    parts: list[tuple[int, int, Callable[[Any], Any] | None]] = []
    for name, kind in _fields(of):
        convert = _converter(of, name, kind)
        if isinstance(convert, Shape):
            parts.append((len(columns), len(convert.columns), convert.make))
            columns += convert.columns
        else:
            parts.append((len(columns), 0, convert))
            columns.append(name)
    return Shape(tuple(columns), _maker(of, parts))


def select_list(of: type[Any]) -> str:
    """The columns of a type as a SELECT or RETURNING names them."""
    return ", ".join(SOURCES.get(name, name) for name in shape_of(of).columns)


def columns_of(rows: Sequence[tuple[Any, ...]], of: type[Any]) -> dict[str, Any]:
    """NamedTuples of one type as parameters: the field's name, and that field of each row."""
    return dict(zip(of._fields, zip(*rows, strict=True), strict=True))


def _fields(of: type[Any]) -> list[tuple[str, Any]]:
    hints = get_type_hints(of)
    named = [field.name for field in dataclasses.fields(of)] if dataclasses.is_dataclass(of) else of._fields
    return [(name, hints[name]) for name in named]


def _maker(of: type[T], parts: list[tuple[int, int, Callable[[Any], Any] | None]]) -> Callable[[Any], T]:
    if all(convert is None for _, _, convert in parts):
        return lambda values: of(*values)
    converted = [(at, convert) for at, wide, convert in parts if convert is not None and not wide]
    nested = [(at, at + wide, convert) for at, wide, convert in parts if convert is not None and wide]

    def make(values: Sequence[Any]) -> T:
        """Convert in place, then put nested types together, the last one first, so that places stay right."""
        given = list(values)
        for at, convert in converted:
            given[at] = convert(given[at])
        for at, end, convert in reversed(nested):
            given[at:end] = [convert(given[at:end])]
        return of(*given)

    return make


def _converter(of: type[Any], name: str, kind: Any) -> Any:
    """None for a value that asyncpg gives as it is wanted, a Shape for a nested type, else a function."""
    if kind in _CONVERT:
        return _CONVERT[kind]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {member.value: member for member in kind}.__getitem__  # a third of calling the type
    nested = get_origin(kind) or kind
    if isinstance(nested, type) and (dataclasses.is_dataclass(nested) or hasattr(nested, "_fields")):
        return shape_of(nested)
    some = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    if all(one in PLAIN or one is type(None) or isinstance(one, TypeVar) for one in some):
        return None
    raise TypeError(f"{of.__name__}.{name}: no column can be read as {kind}")


def _reasons(text: str) -> tuple[ReasonCount, ...]:
    """The column is {"failed:http_status": 3}; in order of the words."""
    parts = [(*name.split(":", 1), pages) for name, pages in sorted(json.loads(text).items())]
    return tuple(ReasonCount(PageState(state), PageReason(reason), pages) for state, reason, pages in parts)


_CONVERT: dict[Any, Callable[[Any], Any]] = {
    list[str]: list,
    list[int]: list,
    JobSettings: JobSettings.from_json,
    tuple[ReasonCount, ...]: _reasons,
    tuple[str, ...]: tuple,
    dict[str, Any]: json.loads,
}
