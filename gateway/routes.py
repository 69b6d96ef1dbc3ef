"""Every address that the gateway answers: REST's from operations.py, and those of people and probes."""

from __future__ import annotations

import contextlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from docspasta.errors import DocspastaError

from . import local_login
from .alternates import with_alternates
from .assets import Assets
from .context import state_of
from .cookies import Cookies
from .credentials import Credential
from .health import Readiness
from .local_login import LocalLogin
from .login import Login
from .operations import OPERATIONS
from .origins import Origins


def api_routes() -> list[Route]:
    """REST. app.py hands event streams over before these routes are asked."""
    return [operation.route(operation.endpoint) for operation in OPERATIONS if operation.endpoint]


def health_routes(readiness: Readiness) -> list[Route]:
    """What an orchestrator asks."""
    return [
        Route("/healthz", readiness.healthz, methods=["GET"]),
        Route("/readyz", readiness.readyz, methods=["GET"]),
    ]


def page_routes(assets: Assets) -> list[Route]:
    """The web page, for people."""

    async def page(request: Request) -> Response:
        credentials = state_of(request).credentials
        credential: Credential | None = None
        with contextlib.suppress(DocspastaError):
            credential = await credentials.of(request)
        response = await assets.page(request, credential.shown_name() if credential else "")
        return with_cookie(request, response, credential)

    return [
        Route("/", page, methods=["GET"]),
        Route("/jobs/{job_id}", with_alternates(page), methods=["GET"]),
        Route("/docs", page, methods=["GET"]),
        Route("/assets/{version}/{path:path}", assets.asset, methods=["GET"]),
    ]


def login_routes(
    login: Login | None, local: LocalLogin | None, cookies: Cookies, origins: Origins
) -> list[Route]:
    """Signing in, where an issuer is configured or the command line may; signing out always."""

    async def logout(request: Request) -> Response:
        origins.check_change(request, strict=True)
        response = Response(status_code=204, headers={"Cache-Control": "no-store"})
        cookies.put(request, response, "", 0)
        return response

    routes = [Route("/logout", logout, methods=["POST"])]
    if local is not None:
        routes.append(Route(local_login.PATH, local.enter, methods=["GET"]))
    if login is not None:
        routes.append(Route("/login", login.begin, methods=["GET"]))
        routes.append(Route("/login/callback", login.finish, methods=["GET"]))
    return routes


def with_cookie(request: Request, response: Response, credential: Credential | None) -> Response:
    """The page, with the anonymous cookie for a browser that has none: before its scripts ask in parallel,
    or each question would come from somebody else. No cache may give one browser's cookie to another."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers.add_vary_header("Cookie")
    if credential is not None:
        state_of(request).credentials.give_cookie(request, response, credential)
    return response
