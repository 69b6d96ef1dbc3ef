"""Every address that the gateway answers. openapi.py describes them, and a test holds the two together."""

from __future__ import annotations

import contextlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from docspasta.errors import DocspastaError

from . import document, jobs, keys, local_login, pages, scrape
from .assets import Assets
from .context import answer, caller_of, state_of
from .credentials import cookie_name, put_cookie, set_cookie
from .health import Readiness
from .local_login import LocalLogin
from .login import Login
from .origins import Origins
from .problems import Problem
from .representations import API

JOB = API + "/jobs/{job_id}"
PAGE = JOB + "/pages/{page_id}"


def api_routes() -> list[Route]:
    """REST. The event stream stands before all of this, in app.py."""
    return [
        Route(f"{API}/crawl", jobs.create, methods=["POST"]),
        Route(f"{API}/scrape", scrape.scrape, methods=["POST"]),
        Route(f"{API}/jobs", jobs.list_jobs, methods=["GET"]),
        Route(JOB, jobs.show, methods=["GET"]),
        Route(JOB, jobs.delete, methods=["DELETE"]),
        Route(f"{JOB}/stream", not_a_stream, methods=["GET"]),
        Route(f"{JOB}/status", status, methods=["GET"]),
        Route(f"{JOB}/cancel", jobs.cancel, methods=["POST"]),
        Route(f"{JOB}/pause", jobs.pause, methods=["POST"]),
        Route(f"{JOB}/resume", jobs.resume, methods=["POST"]),
        Route(f"{JOB}/pages", pages.list_pages, methods=["GET"]),
        Route(f"{JOB}/pages.jsonl", document.json_lines, methods=["GET"]),
        Route(PAGE, pages.show, methods=["GET"]),
        Route(f"{PAGE}/markdown", pages.markdown, methods=["GET"]),
        Route(f"{JOB}/outline", pages.outline, methods=["GET"]),
        Route(f"{JOB}/markdown", document.markdown, methods=["GET"]),
        Route(f"{API}/keys", keys.create, methods=["POST"]),
        Route(f"{API}/keys", keys.list_keys, methods=["GET"]),
        Route(f"{API}/keys/{{key_id}}", keys.revoke, methods=["DELETE"]),
    ]


def health_routes(readiness: Readiness) -> list[Route]:
    """What an orchestrator asks."""
    return [
        Route("/healthz", readiness.healthz, methods=["GET"]),
        Route("/readyz", readiness.readyz, methods=["GET"]),
    ]


def page_routes(assets: Assets) -> list[Route]:
    """The web page, for people."""

    async def page(request: Request) -> Response:
        return await welcome(request, await assets.page(request))

    return [
        Route("/", page, methods=["GET"]),
        Route("/jobs/{job_id}", page, methods=["GET"]),
        Route("/docs", page, methods=["GET"]),
        Route("/assets/{version}/{path:path}", assets.asset, methods=["GET"]),
    ]


def login_routes(login: Login | None, local: LocalLogin | None, origins: Origins) -> list[Route]:
    """Signing in, where an issuer is configured or the command line may; signing out always."""

    async def logout(request: Request) -> Response:
        origins.check_change(request, strict=True)
        response = Response(status_code=204, headers={"Cache-Control": "no-store"})
        put_cookie(request, response, cookie_name(request), "", 0)
        return response

    routes = [Route("/logout", logout, methods=["POST"])]
    if local is not None:
        routes.append(Route(local_login.PATH, local.enter, methods=["GET"]))
    if login is not None:
        routes.append(Route("/login", login.begin, methods=["GET"]))
        routes.append(Route("/login/callback", login.finish, methods=["GET"]))
    return routes


async def welcome(request: Request, response: Response) -> Response:
    """The page, with the anonymous cookie for a browser that has none: before its scripts ask in parallel,
    or each question would come from somebody else."""
    with contextlib.suppress(DocspastaError):
        set_cookie(request, response, await state_of(request).credentials.of(request))
    return response


async def status(request: Request) -> Response:
    """GET /jobs/{id}/status without Accept: text/event-stream: one snapshot."""
    caller, _ = await caller_of(request)
    return answer(await jobs.snapshot(request, caller), headers={"Vary": "Accept"})


async def not_a_stream(request: Request) -> Response:
    """Reached only by an address whose job id cannot be one."""
    raise Problem(404, "not-found", "There is no such thing here; look at the address again.")
