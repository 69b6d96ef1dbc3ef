"""Help in sections: options and commands stand under the panel that they name, in the order of definition."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from docspasta.cli.exits import USAGE, CommandError
from docspasta.cli.wrong_values import wrong_value

LONGEST = 200  # characters of a command in the list of commands: its sentence is never cut


class SectionedCommand(TyperCommand):
    """A command whose options stand in sections, and which says itself what is wrong with a value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            if told := told_of(error):
                print(f"docspasta: {told}", file=sys.stderr, flush=True)
                raise typer.Exit(USAGE) from error
            raise

    def invoke(self, ctx: Any) -> Any:
        """A value that only the command itself looks into is refused with a sentence, too."""
        try:
            return super().invoke(ctx)
        except CommandError as error:
            print(f"docspasta: {error.message}", file=sys.stderr, flush=True)
            raise typer.Exit(error.status) from error

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """`JOB` for an argument that is needed, `[URL]` for one that is not."""
        return [re.sub("[{}]", "", piece) for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        write_sections(formatter, option_sections(self, ctx))

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Examples keep their lines."""
        if self.epilog:
            formatter.write(f"\n{self.epilog}\n")


class SectionedGroup(TyperGroup):
    """A group whose commands stand in sections."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        commands: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                panel = getattr(command, "rich_help_panel", None)
                commands[panel if isinstance(panel, str) else "Commands"].append(
                    (name, command.get_short_help_str(LONGEST))
                )
        write_sections(formatter, {**commands, **option_sections(self, ctx)})

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Examples keep their lines."""
        if self.epilog:
            formatter.write(f"\n{self.epilog}\n")


def told_of(error: typer.BadParameter) -> str:
    """The sentence for a value that an option refused, '' where it has one of its own."""
    found = getattr(error.__cause__, "errors", None)
    option: Any = error.param
    if found is None or option is None:
        return ""
    name = option.opts[-1] if option.param_type_name == "option" else option.metavar or option.name
    return wrong_value(name, found()[0]["input"], option.type_descriptor.annotation, option.min, option.max)


def option_sections(command: Any, ctx: Any) -> dict[str, list[tuple[str, str]]]:
    """The help of each parameter by section; options of no section last."""
    sections: dict[str, list[tuple[str, str]]] = {"Arguments": []}
    rest = []
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        panel = getattr(parameter, "rich_help_panel", None)
        if record is None:
            continue
        if parameter.param_type_name == "argument":
            sections["Arguments"].append((record[0].partition(" <")[0], record[1]))
        elif isinstance(panel, str):
            sections.setdefault(panel, []).append(record)
        else:
            rest.append(record)
    return {**sections, "Options": rest}


def write_sections(formatter: Any, sections: dict[str, list[tuple[str, str]]]) -> None:
    """Write every section that has a row."""
    for title, rows in sections.items():
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)
