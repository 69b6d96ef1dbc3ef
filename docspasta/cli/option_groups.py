"""Options in groups: a command's parameter whose type is a dataclass has an option for each field of it."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, get_type_hints


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """The command as the command line calls it: with each option by its name. Groups must have a default
    for each field."""
    hints = get_type_hints(command, include_extras=True)
    groups = {name: of for name, of in hints.items() if dataclasses.is_dataclass(of) and isinstance(of, type)}
    signature = inspect.signature(command)

    @wraps(command)
    def called(**given: Any) -> None:
        made = {
            name: of(**{field.name: given.pop(field.name) for field in dataclasses.fields(of)})
            for name, of in groups.items()
        }
        command(**given, **made)

    parameters = [
        one
        for parameter in signature.parameters.values()
        for one in (
            options_of(groups[parameter.name])
            if parameter.name in groups
            else [parameter.replace(annotation=hints[parameter.name])]
        )
    ]
    called.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {one.name: one.annotation for one in parameters}
    del called.__wrapped__
    return called


def options_of(group: type[Any]) -> Iterator[inspect.Parameter]:
    """A parameter for each field of a group."""
    hints = get_type_hints(group, include_extras=True)
    for field in dataclasses.fields(group):
        yield inspect.Parameter(
            field.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=field.default,
            annotation=hints[field.name],
        )
