"""Options that several commands share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from docspasta.cli.connection import Target

CONNECTION = "Connection"

Server = Annotated[
    str,
    typer.Option(
        envvar="DOCSPASTA_SERVER",
        metavar="ADDRESS",
        help="Use a deployed jobs service, HOST:PORT, instead of this machine.",
        rich_help_panel=CONNECTION,
    ),
]
Token = Annotated[
    str,
    typer.Option(
        envvar="DOCSPASTA_TOKEN",
        metavar="T",
        help="With --server: a JWT or an API key.",
        show_envvar=True,
        rich_help_panel=CONNECTION,
    ),
]
Ca = Annotated[
    str,
    typer.Option(
        envvar="DOCSPASTA_CA",
        metavar="FILE",
        help="With --server: the CA to trust, as PEM.",
        rich_help_panel=CONNECTION,
    ),
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        envvar="DOCSPASTA_DATA_DIR",
        metavar="D",
        help="Where the stack on this machine keeps its data.",
        show_default="XDG state home",
        rich_help_panel=CONNECTION,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSON lines on stdout.")]
FileLinks = Annotated[
    Literal["relative", "headings", "wiki"],
    typer.Option(
        "--links",
        help="How files in -o DIR/ link to each other: by path and id, by heading (Obsidian), or as wiki "
        "links, [[page#heading]]. [default: relative]",
        show_default=False,
        rich_help_panel="Output",
    ),
]
JobId = Annotated[str, typer.Argument(metavar="JOB", help="A job's id, the beginning of one, or latest.")]


@dataclass(frozen=True)
class TargetOptions:
    """Where a command finds its jobs service."""

    data_dir: DataDir = None
    server: Server = ""
    token: Token = ""
    ca: Ca = ""

    def target(self) -> Target:
        """The service that is meant."""
        from docspasta.cli.connection import Target

        return Target(self.server, self.token, self.ca, self.data_dir)
