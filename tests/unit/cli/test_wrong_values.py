"""A value that an option can't have is told in our words, with the option's name and what it may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
import typer
from typer.main import get_command

from docspasta.cli.app import app
from docspasta.cli.wrong_values import NUMBERS, option_of, plain, words_of, wrong_value


def options() -> Iterator[Any]:
    """Each option that is a number or one of some words: the path of its command, that, and the option."""
    todo = [((), get_command(app))]
    while todo:
        path, command = todo.pop()
        todo += [((*path, name), one) for name, one in getattr(command, "commands", {}).items()]
        for parameter in command.params:
            kind = plain(parameter.type_descriptor.annotation)
            if parameter.param_type_name == "option" and (kind in NUMBERS or words_of(kind)):
                yield pytest.param(path, command, parameter, id=" ".join((*path, parameter.opts[-1])))


def said(capsys: pytest.CaptureFixture[str], path: tuple[str, ...], command: Any, typed: list[str]) -> str:
    """What the command says of these words before it ends with 2."""
    needed = ["word" for one in command.params if one.param_type_name == "argument" and one.required]
    with pytest.raises(typer.Exit) as ended:
        command.make_context(path[-1], [*needed, *typed])
    assert ended.value.exit_code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(("path", "command", "option"), list(options()))
def test_every_option_says_what_it_takes(
    path: tuple[str, ...], command: Any, option: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    name = option.opts[-1]
    tries = ["nonsense"]
    tries += [f"{option.min - 1}"] if option.min is not None else []
    tries += [f"{option.max + 1}"] if option.max is not None else []
    for value in tries:
        told = said(capsys, path, command, [f"{name}={value}"])
        assert told.startswith(f"docspasta: {name} {value!r}"), told
        assert ": give " in told or " is none of " in told
        assert "nput should" not in told and "\n" not in told.strip()


def test_there_are_many() -> None:
    assert len(list(options())) > 10


def test_a_range_is_said_as_people_say_it() -> None:
    assert wrong_value("--n", "x", int | None, 1, None) == "--n 'x': give a whole number, 1 or more"
    assert wrong_value("--n", "7", int, 0, 6) == "--n '7': give a whole number from 0 to 6"
    assert wrong_value("--n", "7", float, None, 6) == "--n '7': give a number, 6 or less"
    assert wrong_value("--n", "x", list[int], None, None) == "--n 'x': give a whole number"
    assert wrong_value("--n", "x", str, None, None) == ""


def test_a_word_that_is_nearly_right_is_offered() -> None:
    told = wrong_value("--render", "alwys", Literal["never", "always"] | None, None, None)
    assert told == "--render 'alwys' is none of never, always; did you mean always?"


def test_what_the_service_refuses_is_named_as_it_was_typed() -> None:
    named = [option_of(field) for field in ("max_pages", "include[0]", "settings.respect_robots", "url")]
    assert named == ["--max-pages", "--include", "--ignore-robots", "url"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("sources add docs.example.org --every 5", "--every '5' is no time; write 90m, 12h, 2d or 1w"),
        ("sources add docs.example.org --every 1h --start-within soon", "--start-within 'soon' is no time"),
    ],
)
def test_what_a_command_itself_refuses_is_a_sentence_too(arguments, sentence, capsys):
    with pytest.raises(SystemExit) as ended:
        get_command(app).main(arguments.split(), prog_name="docspasta")
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith(f"docspasta: {sentence}")
