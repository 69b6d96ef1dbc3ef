"""Starts the renderer: python -m services.renderer. Everything it uses is built here, once."""

from __future__ import annotations

import sys

from docspasta.chromium import HOW, find
from docspasta.egress.build import egress_settings, user_agent
from docspasta.egress.sessions import Egress
from docspasta.identity.tokens import Verifier
from docspasta.serving.process import run_process
from docspasta.serving.server import CannotStart, GrpcServer, until_stopped
from docspasta.settings import Renderer as Settings
from docspasta.telemetry.logs import logger
from docspasta.v1 import renderer_pb2_grpc

from .authorities import HOW as TRUST
from .authorities import can_trust, certificates
from .browser import Browser, Browsers, NoBrowser, Program
from .service import RendererServicer

SERVICE = "docspasta.v1.RendererService"
SANDBOXES = ("required", "none")
log = logger("renderer")


def program(settings: Settings) -> Program:
    """Which browser is started. Raises ValueError that says how to get one."""
    if settings.renderer_sandbox not in SANDBOXES:
        raise ValueError("DOCSPASTA_RENDERER_SANDBOX is `required` or `none`")
    path = find(settings.renderer_chromium)
    if not path:
        raise ValueError(f"no browser is installed: {HOW}, or name one with DOCSPASTA_RENDERER_CHROMIUM")
    known = certificates(settings.ca_bundle) if settings.ca_bundle else []
    if known and not can_trust():
        log.warning("pages behind authorities of DOCSPASTA_CA_BUNDLE are not drawn", what_to_do=TRUST)
        known = []
    sandbox = settings.renderer_sandbox == "required"
    return Program(path, user_agent(settings.crawler_contact), sandbox, tuple(known))


async def run(settings: Settings) -> None:
    """Serve until SIGTERM. Raises CannotStart when no browser starts, with its sandbox."""
    chosen, egress = program(settings), Egress(egress_settings(settings))
    browsers = Browsers(
        lambda: Browser.start(chosen),
        pages=settings.renderer_browser_pages,
        seconds=settings.renderer_browser_seconds,
        most_bytes=settings.renderer_browser_bytes,
    )
    if not chosen.sandbox:
        log.warning("pages are drawn in a browser without a sandbox, as DOCSPASTA_RENDERER_SANDBOX says")
    if not settings.embedded:  # on one machine it starts with the first page that needs it
        await _try_one(browsers)
    server = GrpcServer(settings.renderer_listen, [SERVICE], settings, Verifier({}))
    servicer = RendererServicer(
        browsers,
        egress,
        pages=settings.renderer_pages,
        waiting=settings.renderer_waiting,
        seconds=settings.renderer_page_seconds,
    )
    renderer_pb2_grpc.add_RendererServiceServicer_to_server(servicer, server.server)
    try:
        await server.start()
        await server.ready(True)
        await until_stopped()
    finally:
        await server.stop()
        await browsers.close()
        await egress.close()


async def _try_one(browsers: Browsers) -> None:
    try:
        await browsers.give_back(await browsers.take())
    except NoBrowser as error:
        raise CannotStart(str(error)) from error


def main() -> int:
    """The exit status."""
    return run_process("renderer", Settings, run)


if __name__ == "__main__":
    sys.exit(main())
