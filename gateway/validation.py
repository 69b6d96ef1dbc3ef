"""Requests held against their models: every mistake named with its field, up to ten, and never a secret.

Pure; no I/O. What a check costs is bounded, however many fields a client makes up.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import QueryParams

from docspasta.rest.base import Asked, Mistake

from .problems import MAX_FIELDS, Problem, bad_field

M = TypeVar("M", bound=Asked)
FieldMistake = tuple[str, str]
NEAR = 0.8  # how alike a field is that is suggested: `headers` is no misspelt `render`
MAX_SHOWN = 100  # characters of a name or value that are repeated


def checked(model: type[M], values: Mapping[str, Any]) -> M:
    """The object that a JSON body asks for; null is as good as leaving a field out.

    Raises Problem (400) with its mistakes.
    """
    known = model.names()
    unknown = [name for name in values if name not in known]
    given = {name: values[name] for name in known if values.get(name) is not None}
    mistakes = list(unknown_fields(sorted(unknown[:MAX_FIELDS], key=plain), known))
    try:
        found = model.model_validate(given)
    except ValidationError as error:
        mistakes += field_mistakes(model, error, given)
    else:
        if not mistakes:
            return found
    raise invalid(mistakes, len(unknown) - MAX_FIELDS)


def invalid(mistakes: list[FieldMistake], more: int = 0) -> Problem:
    """400 for these mistakes and `more` that are not named."""
    told = mistakes[:MAX_FIELDS]
    more = max(more, 0) + len(mistakes) - len(told)
    detail = "; ".join(f"{field}: {sentence}" for field, sentence in told)
    return Problem(400, "invalid-argument", detail + (f" And {more:,} more." if more else ""), fields=told)


def unknown_fields(names: Iterable[str], known: list[str]) -> Iterator[FieldMistake]:
    """Fields that mean nothing, with the nearest that would; else with all of them, once."""
    rest = f"; known are {', '.join(known)}."
    for name in names:
        near = difflib.get_close_matches(name[:MAX_SHOWN], known, 1, NEAR)
        hint = f"; did you mean {near[0]}?" if near else rest
        yield plain(name), f"There is no such field{hint}"
        rest = rest if near else "."


def query_of(model: type[M], query: QueryParams) -> M:
    """The parameters of a query. A parameter may be repeated, and then counts as one with commas.

    Raises Problem (400) for one that is not right, or means nothing: a misspelt one is not ignored.
    """
    known = model.names()
    for name in query:
        if name not in known:
            hint = f"known here: {', '.join(known)}" if known else "none is known here"
            raise bad_field(plain(name), f"This parameter means nothing; {hint}.")
    given = {name: ",".join(query.getlist(name)) for name in known if name in query}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise invalid(list(field_mistakes(model, error, given))) from error


def field_mistakes(
    model: type[Asked], error: ValidationError, given: Mapping[str, Any]
) -> Iterator[FieldMistake]:
    """One sentence for each field that is not right, in the model's words."""
    seen: set[str] = set()
    for detail in error.errors(include_url=False):
        field, sentence = mistake_in(model, detail["loc"], detail, given)
        if field not in seen:
            seen.add(field)
            yield field, sentence


def mistake_in(
    model: type[Asked], path: Sequence[int | str], detail: ErrorDetails, given: Any
) -> FieldMistake:
    """A mistake and its field; of one in an object within the object `outer.inner`."""
    field = str(path[0]) if path else ""
    value = given.get(field) if isinstance(given, Mapping) else None
    inner = model.inner(field)
    if inner is None or len(path) < 2:
        if detail["type"] == "extra_forbidden":
            return next(unknown_fields([field], model.names()))
        return field, sentence_of(model, field, detail, value)
    below, sentence = mistake_in(inner, path[1:], detail, value)
    return f"{field}.{below}", sentence


def sentence_of(model: type[Asked], field: str, detail: ErrorDetails, value: Any) -> str:
    """What to say about a field's value."""
    said = detail.get("ctx", {}).get("error")
    if isinstance(said, Mistake):
        return str(said)
    words = model.explained(field)
    if words.missing and value in (None, ""):
        return words.missing
    return words.sentence.format(value=shown(value))


def shown(value: Any) -> str:
    """A value as an error may repeat it; of headers and the like nothing, for they are often secrets."""
    return "The value" if isinstance(value, dict | list) else plain(repr(value))


def plain(text: str) -> str:
    """The beginning of a text in printable ASCII."""
    return text[:MAX_SHOWN].encode("ascii", "backslashreplace").decode()
