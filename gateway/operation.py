"""One operation of REST: its route, its checks and its part of the OpenAPI document, from one description."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import grpc
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from docspasta.rest.base import Answer, Asked

from .bodies import read_object
from .context import AppState, call_context, caller_of, identifier, state_of
from .credentials import Credential
from .queries import NoQuery
from .services import Answered, Caller, Services
from .services import Asked as Sent
from .validation import checked, query_of

Q = TypeVar("Q", bound=Asked)
B = TypeVar("B", bound=Asked | None)
Schema = dict[str, Any]
SIGNATURES = ("webhook-id", "webhook-timestamp", "webhook-signature", "upstash-signature")


@dataclass(frozen=True, slots=True)
class Call(Generic[Q, B]):
    """A request whose caller is known and whose query and body are checked."""

    request: Request
    state: AppState
    caller: Caller
    credential: Credential
    query: Q
    body: B

    @property
    def services(self) -> Services:
        """The stubs."""
        return self.state.services

    def id(self, name: str) -> str:
        """An id from the path. Raises Problem (404) for what cannot be one."""
        return identifier(self.request, name)

    async def ask(self, method: grpc.aio.UnaryUnaryMultiCallable[Sent, Answered], request: Sent) -> Answered:
        """One answer of a service on the caller's behalf. Raises grpc.aio.AioRpcError."""
        return await self.services.ask(method, request, self.caller)

    def stream(
        self, method: grpc.aio.UnaryStreamMultiCallable[Sent, Answered], request: Sent
    ) -> grpc.aio.UnaryStreamCall[Sent, Answered]:
        """A stream of answers on the caller's behalf."""
        return self.services.stream(method, request, self.caller)


@dataclass(frozen=True, slots=True)
class Says:
    """A successful answer. `content` has a model, or a schema, for each media type."""

    status: int
    description: str
    content: Mapping[str, type[Answer] | Schema] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def is_signed(request: Request) -> bool:
    """Whether a request has a signature and no credential."""
    named = any(name in request.headers for name in SIGNATURES[2:])
    return named and "authorization" not in request.headers


def signer_of(request: Request) -> tuple[Caller, Credential]:
    """Nobody: the service that is called finds who signed."""
    return Caller("", call_context(request)), Credential("signature", "")


Endpoint = Callable[[Call[Any, Any]], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`endpoint` is None for an operation that the event streams answer before any route is looked for.

    `problems` are the statuses of its errors, beside those that every operation may answer with; `headers`
    the request headers that mean something to it. `bodies` are what its endpoint reads itself, by media type;
    `signed`: a signature may stand for a credential.
    """

    name: str
    method: str
    path: str
    summary: str
    endpoint: Endpoint | None
    answers: tuple[Says, ...]
    problems: tuple[int, ...] = ()
    query: type[Asked] = NoQuery
    body: type[Asked] | None = None
    headers: tuple[Schema, ...] = ()
    bodies: Mapping[str, type[Asked] | Schema] = field(default_factory=dict)
    signed: bool = False

    def route(self, endpoint: Endpoint) -> Route:
        """Starlette's route of it: the query is checked first, then the caller, then the body."""

        async def serve(request: Request) -> Response:
            query = query_of(self.query, request.query_params)
            by_signature = self.signed and is_signed(request)
            caller, credential = signer_of(request) if by_signature else await caller_of(request)
            body = checked(self.body, await read_object(request)) if self.body else None
            return await endpoint(Call(request, state_of(request), caller, credential, query, body))

        return Route(self.path, serve, methods=[self.method], name=self.name)
