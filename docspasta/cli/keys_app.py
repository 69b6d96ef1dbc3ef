"""`docspasta keys …` and its options."""

from __future__ import annotations

from typing import Annotated

import typer

from docspasta.cli.options import Ca, DataDir, Json, Server, Token
from docspasta.cli.sections import SectionedCommand, SectionedGroup

keys_app = typer.Typer(
    cls=SectionedGroup, help="Create, list and revoke API keys.", no_args_is_help=True, rich_markup_mode=None
)


@keys_app.command(cls=SectionedCommand)
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is for.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SCOPE",
            help="read, write or admin; repeatable. [default: read and write]",
            show_default=False,
        ),
    ] = None,
    days: Annotated[float, typer.Option(min=0, metavar="N", help="Days until it expires; 0 for never.")] = 0,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Create an API key. Its secret goes to stdout and is shown only once."""
    from docspasta.cli import keys
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    scopes = scope or ["read", "write"]
    run(keys.create_key(Target(server, token, ca, data_dir), name, scopes, int(days * 86400)))


@keys_app.command("list", cls=SectionedCommand)
def list_(
    json_lines: Json = False, data_dir: DataDir = None, server: Server = "", token: Token = "", ca: Ca = ""
) -> None:
    """List your API keys."""
    from docspasta.cli import keys
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(keys.list_keys(Target(server, token, ca, data_dir), json_lines))


@keys_app.command(cls=SectionedCommand)
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key's id.")],
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Revoke an API key."""
    from docspasta.cli import keys
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(keys.revoke_key(Target(server, token, ca, data_dir), key))
