"""Around every RPC: who calls, how long it may take, what is logged, what an error becomes.

`OPEN_PREFIXES` are those that need no token: the token exchange, sealed requests, health and reflection.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import grpc
import structlog

from docspasta.errors import DocspastaError, Unauthenticated
from docspasta.identity import Verifier
from docspasta.identity.caller import set_caller
from docspasta.telemetry import metrics, tracing
from docspasta.telemetry.logs import bind_request, logger

from . import limits, status
from .limits import REQUEST_BYTES, REQUEST_BYTES_OF
from .requests import read, read_all

OPEN_PREFIXES = (
    "/grpc.health.",
    "/grpc.reflection.",
    "/docspasta.v1.IdentityService/ExchangeToken",
    "/docspasta.v1.CrawlerService/SendDelivery",  # its request is sealed, and that is its credential
    "/docspasta.v1.RendererService/RenderPage",  # who may reach it is decided below (renderer.proto)
)
SIGNED = frozenset(("/docspasta.v1.PushesService/PushPages",))  # a signature may stand for a token
log = logger("rpc")
Handler = Any
Reads = Callable[[Any], Any]  # what was sent, as the method's messages
Context = grpc.aio.ServicerContext[Any, Any]


class Around(grpc.aio.ServerInterceptor):
    """The one interceptor of every docspasta server."""

    def __init__(self, verifier: Verifier, max_connection_age: float) -> None:
        self._verifier, self._age = verifier, max_connection_age
        self.calls: set[asyncio.Task[Any]] = set()  # those that have not ended

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        details: grpc.HandlerCallDetails,
    ) -> Handler:
        handler = await continuation(details)
        if handler is None or details.method.startswith(OPEN_PREFIXES[:2]):
            return handler
        return self._wrap(handler, details.method)

    def _wrap(self, handler: Handler, method: str) -> Handler:
        """The handler with all that goes around it. Its messages are read here, after the credential."""
        codec = {"request_deserializer": None, "response_serializer": handler.response_serializer}
        most = REQUEST_BYTES_OF.get(method, REQUEST_BYTES)
        reads = read_all if handler.request_streaming else partial(read, most=most)
        arguments = method, partial(reads, parse=handler.request_deserializer)
        if handler.response_streaming:
            outer = self._streaming(handler.stream_stream or handler.unary_stream, *arguments)
            make = (
                grpc.stream_stream_rpc_method_handler
                if handler.request_streaming
                else grpc.unary_stream_rpc_method_handler
            )
            return make(outer, **codec)
        make = (
            grpc.stream_unary_rpc_method_handler
            if handler.request_streaming
            else grpc.unary_unary_rpc_method_handler
        )
        return make(self._unary(handler.stream_unary or handler.unary_unary, *arguments), **codec)

    def _unary(self, inner: Callable[[Any, Context], Awaitable[Any]], method: str, reads: Reads) -> Any:
        async def call(request: Any, context: Context) -> Any:
            async with self._around(context, method, streaming=False):
                return await inner(reads(request), context)

        return call

    def _streaming(
        self, inner: Callable[[Any, Context], AsyncIterator[Any]], method: str, reads: Reads
    ) -> Any:
        async def call(request: Any, context: Context) -> AsyncIterator[Any]:
            async with self._around(context, method, streaming=True):
                answers = inner(reads(request), context)
                try:
                    async for message in answers:
                        yield message
                finally:
                    await answers.aclose()  # type: ignore[attr-defined]

        return call

    @contextlib.asynccontextmanager
    async def _around(self, context: Context, method: str, streaming: bool) -> AsyncIterator[None]:
        self._note_call()
        started, code = time.perf_counter(), grpc.StatusCode.OK
        metadata = {k: v for k, v in context.invocation_metadata() or () if isinstance(v, str)}
        bind_request(metadata)
        try:
            with tracing.server_span(method, metadata):
                async with asyncio.timeout(limits.seconds(method, streaming, self._age)):
                    await self._identify(metadata, method)
                    yield
        except DocspastaError as error:
            code = status.code_of(error)
            await _abort(context, error)
        except TimeoutError:
            code = grpc.StatusCode.UNAVAILABLE if streaming else grpc.StatusCode.DEADLINE_EXCEEDED
            await context.abort(code, "the call took too long; ask again")
        except (asyncio.CancelledError, GeneratorExit):
            code = grpc.StatusCode.CANCELLED
            raise
        except grpc.aio.AbortError:
            code = context.code() or grpc.StatusCode.UNKNOWN
            raise
        except Exception:
            code = grpc.StatusCode.INTERNAL
            log.exception("rpc failed", method=method)
            await context.abort(code, "something went wrong on our side; the log has the details")
        finally:
            took = time.perf_counter() - started
            metrics.rpcs.labels(method.rsplit("/", 1)[1], code.name).observe(took)
            log.debug("rpc", method=method, code=code.name, seconds=round(took, 4))
            structlog.contextvars.clear_contextvars()

    def _note_call(self) -> None:
        if task := asyncio.current_task():
            self.calls.add(task)
            task.add_done_callback(self.calls.discard)

    async def _identify(self, metadata: dict[str, str], method: str) -> None:
        set_caller(None)
        if method.startswith(OPEN_PREFIXES) or (method in SIGNED and "authorization" not in metadata):
            return
        scheme, _, token = metadata.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("no credential was sent; send `authorization: Bearer <token>`")
        caller = await self._verifier.verify(token.strip())
        set_caller(caller)
        structlog.contextvars.bind_contextvars(user=metrics.hashed(caller.user_id))


async def _abort(context: Context, error: DocspastaError) -> None:
    trailing = ((status.DETAILS_KEY, status.details_of(error)),)
    await context.abort(status.code_of(error), error.message, trailing_metadata=trailing)
