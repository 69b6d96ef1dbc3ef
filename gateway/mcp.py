"""The Model Context Protocol at /mcp (streamable HTTP, without sessions: any replica answers any request).

A translation: tools are docspasta/mcp's, the protocol is the SDK's, callers are REST's. Only a bearer
credential counts, never a cookie, so that no page that a browser visits can ask in its visitor's name.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import AsyncIterator, Iterable
from typing import Any

import grpc
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from docspasta.errors import DocspastaError, Unauthenticated
from docspasta.identity.build import believed_issuers
from docspasta.mcp.jobs import service_of
from docspasta.mcp.server import build
from docspasta.settings import Gateway
from docspasta.v1 import jobs_pb2 as pb

from .asgi import App, Receive, Scope, Send
from .bodies import MAX_BODY
from .context import AppState, call_context
from .problems import Problem, problem_of, problem_response
from .services import Caller, Services

PATH, METADATA = "/mcp", "/.well-known/oauth-protected-resource/mcp"
CALLER = "docspasta.caller"  # in a request's scope


class CallerJobs:
    """The jobs service on behalf of one caller."""

    def __init__(self, services: Services, caller: Caller) -> None:
        self._services, self._caller = services, caller

    async def ask(self, method: str, request: Any) -> Any:
        """The answer of a unary RPC. Raises grpc.aio.AioRpcError."""
        stub = getattr(self._services, service_of(method))
        return await self._services.ask(getattr(stub, method), request, self._caller)

    async def stream(self, method: str, request: Any) -> AsyncIterator[Any]:
        """The answers of a streaming RPC. Raises grpc.aio.AioRpcError."""
        call = self._services.stream(getattr(self._services.jobs, method), request, self._caller)
        try:
            async for answer in call:
                yield answer
        finally:
            call.cancel()


class Protocol:
    """The SDK's server, loaded when the first agent comes: it costs 40 MB that most gateways never need."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._starting: asyncio.Task[Any] | None = None
        self._stopping = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    async def app(self, streamed: bool) -> App:
        """What answers requests, with progress on the way if answers may be `streamed`.

        Raises Problem (501) where the SDK is not installed.
        """
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        try:
            managers = await asyncio.shield(self._starting)
        except ImportError as error:
            self._starting = None
            detail = "This gateway has no MCP: it was installed without the extra docspasta[mcp]."
            raise Problem(501, "no-mcp", detail) from error
        handler: App = managers[streamed].handle_request
        return handler

    async def _start(self) -> Any:
        for name in ("mcp.server.lowlevel", "mcp.server.streamable_http_manager"):
            await asyncio.to_thread(importlib.import_module, name)
        http = importlib.import_module("mcp.server.streamable_http_manager")
        security = importlib.import_module("mcp.server.transport_security")
        rebinding = security.TransportSecuritySettings(enable_dns_rebinding_protection=False)
        managers = {
            streamed: http.StreamableHTTPSessionManager(
                build(self._jobs_of),
                json_response=not streamed,
                stateless=True,
                security_settings=rebinding,
                max_request_body_size=MAX_BODY,
            )
            for streamed in (True, False)
        }
        started = asyncio.Event()
        self._serving = asyncio.create_task(self._run(managers.values(), started))
        await started.wait()
        return managers

    async def _run(self, managers: Iterable[Any], started: asyncio.Event) -> None:
        async with contextlib.AsyncExitStack() as stack:
            for manager in managers:
                await stack.enter_async_context(manager.run())
            started.set()
            await self._stopping.wait()

    async def _jobs_of(self, context: Any) -> CallerJobs:
        return CallerJobs(self._services, context.request.scope[CALLER])

    async def close(self) -> None:
        """End what still goes on."""
        self._stopping.set()
        for task in filter(None, (self._starting, self._serving)):
            await asyncio.wait([task], timeout=5)


class McpEndpoint:
    """/mcp and what tells of it; everything else goes to `rest`."""

    def __init__(self, rest: App, state: AppState, protocol: Protocol) -> None:
        self._rest, self._state, self._protocol = rest, state, protocol

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in (PATH, METADATA):
            return await self._rest(scope, receive, send)
        app: App
        try:
            app = await self._app(Request(scope))
        except (DocspastaError, Problem, grpc.aio.AioRpcError) as error:
            app = self._refusal(Request(scope), error)
        await app(scope, receive, send)

    async def _app(self, request: Request) -> App:
        if request.url.path == METADATA:
            return metadata(self._state.settings, str(request.base_url))
        if request.method != "POST":
            raise Problem(405, "method", "MCP takes POST; there are no sessions.", headers={"Allow": "POST"})
        self._state.origins.check_change(request, strict=False)
        if "authorization" not in request.headers:
            raise Unauthenticated("Send `Authorization: Bearer <token or API key>`.")
        credential = await self._state.credentials.of(request)
        caller = Caller(await self._state.credentials.token(credential), call_context(request))
        await self._believed(caller)
        request.scope[CALLER] = caller
        return await self._protocol.app("text/event-stream" in request.headers.get("accept", ""))

    async def _believed(self, caller: Caller) -> None:
        """Raise Unauthenticated for a credential that the jobs service does not believe: an agent then signs
        in anew, which it would not do for a tool's error."""
        asked = pb.CheckAccessRequest(checks=[pb.AccessCheck(credential=caller.token, job_id="none")])
        services = self._state.services
        (told,) = (await services.ask(services.jobs.CheckAccess, asked, caller)).results
        if told.access == pb.CheckAccessResponse.ACCESS_UNAUTHENTICATED:
            raise Unauthenticated("The credential is not good, or may not read.")

    def _refusal(self, request: Request, error: Exception) -> Response:
        response = problem_response(problem_of(error), request.scope.get("request_id", ""))
        if response.status_code == 401:
            where = public_url(self._state.settings, str(request.base_url)) + METADATA
            response.headers["WWW-Authenticate"] = f'Bearer realm="docspasta", resource_metadata="{where}"'
        return response


def metadata(settings: Gateway, base_url: str) -> Response:
    """Protected resource metadata (RFC 9728): whose tokens are taken here."""
    issuers = believed_issuers(settings).values()
    return JSONResponse(
        {
            "resource": public_url(settings, base_url) + PATH,
            "resource_name": "Docspasta",
            "authorization_servers": [issuer.issuer for issuer in issuers if issuer.kind == "oidc"],
            "bearer_methods_supported": ["header"],
            "scopes_supported": ["read", "write"],
        },
        headers={"Cache-Control": "max-age=300"},
    )


def public_url(settings: Gateway, base_url: str) -> str:
    """This gateway's address as clients see it, without a slash at the end."""
    return (settings.gateway_public_url or base_url).rstrip("/")
