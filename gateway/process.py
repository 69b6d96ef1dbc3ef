"""Builds the gateway process: channels, credentials, hub, application, server; ends them in order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import NamedTuple

from docspasta import gc_tuning
from docspasta.identity.build import believed_issuers, build_verifier
from docspasta.identity.installation import ANONYMOUS_ISSUER, BROWSER_ISSUER
from docspasta.identity.requests import IssuerRequests
from docspasta.identity.tokens import Signer
from docspasta.serving.room import Room
from docspasta.serving.server import until_stopped
from docspasta.settings import Gateway

from .app import build_app
from .asgi import App
from .context import AppState
from .cookies import Cookies
from .credentials import Credentials
from .health import Readiness
from .hub import Hub
from .local_login import LocalLogin
from .login import Login
from .mcp import Protocol
from .monitoring import monitored
from .origins import Origins
from .pushes import PUSHED_BYTES, PUSHED_BYTES_OF_A_CLIENT
from .rate_limit import RateLimiter
from .scrape_limits import ScrapeLimits
from .server import HttpServer, build_server
from .services import Services
from .stream import EventStreams

LAST_ANSWER = 1.0  # seconds that a connection in use has to get its last answer
SPREAD = 0.8  # of the grace: over it streams are ended; the rest is for those that do not read


async def serve(settings: Gateway) -> None:
    """Run until SIGTERM; then send the streams away, spread over the grace."""
    async with running(settings) as (server, serving):
        gc_tuning.collect_in_steps()
        stopping = asyncio.create_task(until_stopped())
        await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        server.stop_accepting()


@contextlib.asynccontextmanager
async def running(settings: Gateway) -> AsyncIterator[tuple[HttpServer, asyncio.Task[None]]]:
    """The server and the task in which it serves; drained when the block ends."""
    built = build(settings)
    server = build_server(
        built.app,
        settings.gateway_listen,
        settings.gateway_trusted_proxies,
        websockets=settings.gateway_firecrawl,
    )
    built.hub.start()
    serving = asyncio.create_task(server.serve())
    try:
        async with monitored(settings, built.readiness, built.hub):
            yield server, serving
            built.readiness.draining = built.streams.draining = True
            await built.hub.drain(settings.grace * SPREAD)
            await server.until_left(min(LAST_ANSWER, settings.grace * 0.1))
    finally:
        server.should_exit = True
        await asyncio.wait([serving])
        await built.protocol.close()
        await built.hub.close()
        await built.services.close()


class Built(NamedTuple):
    """The parts of a gateway. Nothing of it runs yet."""

    services: Services
    hub: Hub
    streams: EventStreams
    readiness: Readiness
    protocol: Protocol
    app: App


def build(settings: Gateway) -> Built:
    """Every part of a gateway. Raises ValueError for a setting that is missing or wrong."""
    services = Services(settings)
    cookies = Cookies(settings.gateway_public_url)
    credentials = Credentials(services, build_verifier(settings), anonymous_signer(settings), cookies)
    hub = Hub(services, credentials, settings.gateway_heartbeat)
    limiter = RateLimiter(settings.gateway_requests_per_second)
    per_address = settings.gateway_streams_per_address
    streams = EventStreams(hub, credentials, limiter, settings.gateway_streams, per_address)
    readiness = Readiness(services.jobs_channel)
    state = app_state(settings, services, credentials, cookies)
    login, local = login_of(settings, cookies), local_login_of(settings, cookies)
    protocol = Protocol(services)
    app = build_app(state, streams, limiter, readiness, login, local, protocol)
    return Built(services, hub, streams, readiness, protocol, app)


def app_state(settings: Gateway, services: Services, credentials: Credentials, cookies: Cookies) -> AppState:
    """What the operations share."""
    origins = Origins(settings.gateway_public_url, settings.gateway_cors_origins)
    scrapes = ScrapeLimits(
        settings.gateway_scrapes, settings.gateway_scrapes_per_user, settings.gateway_scrapes_per_address
    )
    pushes = Room(PUSHED_BYTES, PUSHED_BYTES_OF_A_CLIENT, "pushed pages")
    return AppState(settings, services, credentials, cookies, origins, scrapes, pushes)


def anonymous_signer(settings: Gateway) -> Signer | None:
    """Signs anonymous cookies; None when they are off."""
    pem = settings.anonymous_key.get_secret_value() if settings.gateway_anonymous else ""
    return Signer.from_pem(pem, ANONYMOUS_ISSUER, settings.identity_audience) if pem else None


def login_of(settings: Gateway, cookies: Cookies) -> Login | None:
    """Signing in; None when no issuer is configured. Raises ValueError when its settings are not whole."""
    if not settings.login_issuer:
        return None
    pem = settings.browser_key.get_secret_value()
    if not pem or not settings.login_client_id:
        raise ValueError("DOCSPASTA_LOGIN_ISSUER needs DOCSPASTA_LOGIN_CLIENT_ID and DOCSPASTA_BROWSER_KEY")
    signer = Signer.from_pem(pem, BROWSER_ISSUER, settings.identity_audience)
    return Login(settings, signer, IssuerRequests(settings), cookies)


def local_login_of(settings: Gateway, cookies: Cookies) -> LocalLogin | None:
    """Signing in by the command line's link; None but on one machine, whose person holds the local key."""
    pem = settings.browser_key.get_secret_value()
    issuers = believed_issuers(settings).values()
    local = next((issuer for issuer in issuers if issuer.kind == "local"), None)
    if not (settings.embedded and local and pem):
        return None
    return LocalLogin(local, Signer.from_pem(pem, BROWSER_ISSUER, settings.identity_audience), cookies)
