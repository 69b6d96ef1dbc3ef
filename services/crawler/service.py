"""CrawlerService. FetchPages: the worker's visits, asked for by hand, with the same policy, robots and pace.

What SendDelivery does is in deliveries.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc

from docspasta.alternates import MOST, read_alternate
from docspasta.domain import PageReason
from docspasta.errors import InvalidArgument
from docspasta.identity.caller import current_caller, share_of
from docspasta.proto_enums import page_reason_value
from docspasta.queues.frontier import Frontier
from docspasta.queues.messages import Asking, Fetched
from docspasta.request_headers import header_mistakes
from docspasta.serving.limits import CHUNK_BYTES
from docspasta.serving.places import Places
from docspasta.telemetry.logs import logger
from docspasta.urls import BadUrl, addressed, canonical, origin
from docspasta.v1 import crawler_pb2, crawler_pb2_grpc

from .body_room import FairSlots
from .cookies import Jar
from .deliveries import Deliveries
from .exchange import MAX_REDIRECTS, ByHand
from .postponed import Postponed
from .requester import NO_HEADERS, OwnHeaders, Requester
from .visit import Visit, Visitor

log = logger("rpc")
MAX_URLS = 100
AT_ONCE = 8  # visits of one call; finished bodies wait for the reader, so this also bounds memory
ALL_AT_ONCE = 32  # visits of all calls, shared fairly between users

Request = crawler_pb2.FetchPagesRequest
Response = crawler_pb2.FetchPagesResponse


class CrawlerService(crawler_pb2_grpc.CrawlerServiceServicer):
    """Fetches for a caller who has the scope `write`: it costs requests to other people's hosts."""

    def __init__(self, frontier: Frontier, visitor: Visitor, places: Places, deliveries: Deliveries) -> None:
        self._frontier, self._visitor, self._places = frontier, visitor, places
        self._deliveries = deliveries
        self._slots = FairSlots(ALL_AT_ONCE)

    async def FetchPages(
        self, request: Request, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[Response]:
        """Stream what was fetched, in the order in which it is ready.

        Raises InvalidArgument; ResourceExhausted for a call too many at once.
        """
        current_caller().require("write")
        user = share_of(current_caller().user_id)
        visits = checked(request, user)
        with self._places.place(user, cost=len(visits)):
            async for message in self._fetched(visits):
                yield message

    async def SendDelivery(
        self, request: crawler_pb2.SendDeliveryRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> crawler_pb2.SendDeliveryResponse:
        """One try of a webhook's delivery. Raises Unauthenticated, ResourceExhausted."""
        return await self._deliveries.answer(request)

    async def _fetched(self, visits: list[Visit]) -> AsyncIterator[Response]:
        slots = asyncio.Semaphore(AT_ONCE)
        ready: asyncio.Queue[tuple[int, Fetched]] = asyncio.Queue()
        tasks = [asyncio.create_task(self._visit(i, v, slots, ready)) for i, v in enumerate(visits)]
        try:
            for _ in tasks:
                index, fetched = await ready.get()
                for message in messages(index, visits[index].url, fetched):
                    yield message
                slots.release()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _visit(
        self, index: int, visit: Visit, slots: asyncio.Semaphore, ready: asyncio.Queue[tuple[int, Fetched]]
    ) -> None:
        """One visit; its slot is free again once its answer was streamed."""
        await slots.acquire()
        try:
            async with self._slots.slot(visit.requester.user):
                fetched = await self._followed(visit)
        except Postponed as postponed:
            fetched = Fetched(visit.url, reason="timeout", detail=str(postponed))
        except Exception:
            log.exception("a visit by hand failed")
            fetched = Fetched(visit.url, reason="internal")
        await ready.put((index, fetched))

    async def _followed(self, visit: Visit) -> Fetched:
        """A visit and what it redirects to, MAX_REDIRECTS times: nobody else would admit the target."""
        for _ in range(MAX_REDIRECTS + 1):
            async with ByHand(self._frontier) as tokens:
                fetched = (await self._visitor.visit(visit, tokens)).fetched
            if not fetched.redirected_to:
                return fetched
            visit = visit._replace(url=addressed(fetched.redirected_to))
        return fetched._replace(reason="redirect_limit", detail=f"more than {MAX_REDIRECTS} redirects")


def checked(request: Request, user: str) -> list[Visit]:
    """The visits of a request. Raises InvalidArgument that names each bad field."""
    wrong: list[tuple[str, str]] = []
    if not 0 < len(request.urls) <= MAX_URLS:
        wrong.append(("urls", f"give 1 to {MAX_URLS} URLs; there are {len(request.urls)}"))
    wrong += header_mistakes(request.headers)
    urls = []
    for index, text in enumerate(request.urls[:MAX_URLS]):
        try:
            urls.append(canonical(text))
        except BadUrl as error:
            wrong.append((f"urls[{index}]", str(error)))
    if request.alternates and len(request.urls) > 1:
        wrong.append(("alternates", "give one URL with them"))
    if len(request.alternates) > MOST or not all(map(read_alternate, request.alternates)):
        wrong.append(("alternates", f"give at most {MOST}, each as `kind url`"))
    if wrong:
        raise InvalidArgument(wrong)
    own = (
        OwnHeaders(origin(urls[0]), [(h.name, h.value) for h in request.headers])
        if request.headers
        else NO_HEADERS
    )
    respect = request.respect_robots if request.HasField("respect_robots") else True
    requester = Requester(user, own=own, cookies=Jar())
    asking = Asking(alternates=tuple(request.alternates))
    return [Visit(url, respect_robots=respect, requester=requester, asking=asking) for url in urls]


def messages(index: int, asked: str, fetched: Fetched) -> list[Response]:
    """The stream's messages for one URL: head, chunks, end."""
    read = fetched.alternate_body if fetched.alternate else fetched.body
    head = crawler_pb2.FetchedHead(
        url=asked,
        final_url=fetched.redirected_to or fetched.url,
        http_status=fetched.http_status,
        content_type=fetched.content_type,
        charset=fetched.alternate_charset if fetched.alternate else fetched.charset,
        body_bytes=len(read),
        alternate=fetched.alternate,
        reason=page_reason_value(PageReason(fetched.reason)),
        detail=fetched.detail,
    )
    body = memoryview(read)
    chunks = [bytes(body[start : start + CHUNK_BYTES]) for start in range(0, len(body), CHUNK_BYTES)]
    return [
        Response(index=index, head=head),
        *(Response(index=index, chunk=chunk) for chunk in chunks),
        Response(index=index, end=True),
    ]
