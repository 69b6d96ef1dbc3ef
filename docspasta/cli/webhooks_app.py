"""`docspasta webhooks …` and its options."""

from __future__ import annotations

from typing import Annotated

import typer

from docspasta.cli.options import Ca, DataDir, Json, Server, Token
from docspasta.cli.sections import SectionedCommand, SectionedGroup
from docspasta.deliveries.events import SUBSCRIBED

webhooks_app = typer.Typer(
    cls=SectionedGroup,
    help="Manage webhooks: signed messages about jobs and pages.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
KNOWN = ", ".join(SUBSCRIBED)
Id = Annotated[str, typer.Argument(metavar="WEBHOOK", help="The webhook's id.")]
DeliveryId = Annotated[str, typer.Argument(metavar="DELIVERY", help="The delivery's id.")]
Secret = Annotated[
    str,
    typer.Option(
        envvar="DOCSPASTA_WEBHOOK_SECRET",
        metavar="S",
        help="A secret of your own, like whsec_…",
        show_envvar=True,
    ),
]


@webhooks_app.command(cls=SectionedCommand)
def create(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where events are sent, https://….")],
    event: Annotated[
        list[str] | None,
        typer.Option(metavar="EVENT", help=f"{KNOWN}; repeatable. [default: all but those of pages]"),
    ] = None,
    scheme: Annotated[str, typer.Option(metavar="S", help="standard, firecrawl or upstash.")] = "standard",
    secret: Secret = "",
    description: Annotated[str, typer.Option(metavar="TEXT", help="What it is for.")] = "",
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Send events to an address. The secret goes to stdout and is shown only once."""
    from docspasta.cli import webhooks
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(webhooks.create(Target(server, token, ca, data_dir), url, event or [], scheme, secret, description))


@webhooks_app.command("list", cls=SectionedCommand)
def list_(
    job: Annotated[str, typer.Option(metavar="JOB", help="Only those of this job.")] = "",
    json_lines: Json = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """List your webhooks; those of a job or a source only while deliveries fail."""
    from docspasta.cli import webhooks
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(webhooks.list_webhooks(Target(server, token, ca, data_dir), job, json_lines))


@webhooks_app.command(cls=SectionedCommand)
def show(
    webhook: Id,
    delivery: Annotated[str, typer.Argument(metavar="[DELIVERY]", help="One of its deliveries.")] = "",
    json_lines: Json = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Show a webhook, or one of its deliveries and each attempt."""
    from docspasta.cli import webhooks
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(webhooks.show(Target(server, token, ca, data_dir), webhook, delivery, json_lines))


@webhooks_app.command(cls=SectionedCommand)
def deliveries(
    webhook: Id,
    state: Annotated[
        list[str] | None, typer.Option(metavar="STATE", help="pending, delivered, failed.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most N deliveries.")] = 100,
    json_lines: Json = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """List what was or will be sent to a webhook, newest first."""
    from docspasta.cli import webhooks
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(webhooks.deliveries(Target(server, token, ca, data_dir), webhook, state or [], limit, json_lines))


@webhooks_app.command(cls=SectionedCommand)
def retry(
    webhook: Id,
    delivery: DeliveryId,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Send a delivery again."""
    from docspasta.cli import webhooks
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(webhooks.retry(Target(server, token, ca, data_dir), webhook, delivery))


@webhooks_app.command(cls=SectionedCommand)
def recover(
    webhook: Id,
    since: Annotated[str, typer.Option(metavar="TIME", help="Like 2026-01-31T12:00:00Z.")],
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Send again what has failed since a point in time."""
    from docspasta.cli import webhooks
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(webhooks.recover(Target(server, token, ca, data_dir), webhook, since))


@webhooks_app.command(cls=SectionedCommand)
def test(webhook: Id, data_dir: DataDir = None, server: Server = "", token: Token = "", ca: Ca = "") -> None:
    """Send a test event, webhook.test."""
    from docspasta.cli import webhooks
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(webhooks.test(Target(server, token, ca, data_dir), webhook))


@webhooks_app.command(cls=SectionedCommand)
def rotate(
    webhook: Id,
    secret: Secret = "",
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Make a new secret; the old one stays valid for a day."""
    from docspasta.cli import webhooks
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(webhooks.rotate(Target(server, token, ca, data_dir), webhook, secret))


@webhooks_app.command(cls=SectionedCommand)
def enable(
    webhook: Id, data_dir: DataDir = None, server: Server = "", token: Token = "", ca: Ca = ""
) -> None:
    """Enable a webhook again; pending deliveries are sent first."""
    from docspasta.cli import webhooks
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(webhooks.enable(Target(server, token, ca, data_dir), webhook, True))


@webhooks_app.command(cls=SectionedCommand)
def disable(
    webhook: Id, data_dir: DataDir = None, server: Server = "", token: Token = "", ca: Ca = ""
) -> None:
    """Disable a webhook until it is enabled again."""
    from docspasta.cli import webhooks
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(webhooks.enable(Target(server, token, ca, data_dir), webhook, False))


@webhooks_app.command(cls=SectionedCommand)
def delete(
    webhook: Id, data_dir: DataDir = None, server: Server = "", token: Token = "", ca: Ca = ""
) -> None:
    """Delete a webhook and its deliveries."""
    from docspasta.cli import webhooks
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(webhooks.delete(Target(server, token, ca, data_dir), webhook))
