"""CrawlerService.SendDelivery: one POST of a webhook, through the same egress policy as every fetch.

What is sent was signed and sealed by jobs: this process holds no endpoint's secret, and nobody but jobs can
make it send. No redirect is followed, for nobody signed for another address.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import aiohttp

from docspasta.deliveries.handover import Handover, bound_to
from docspasta.deliveries.schedule import MAX_RETRY_AFTER
from docspasta.deliveries.tries import ANSWER_BYTES, HEAD_BYTES, TRY_SECONDS, Tried
from docspasta.egress.policy import ForbiddenTarget
from docspasta.egress.sessions import Egress
from docspasta.errors import Unauthenticated
from docspasta.identity.caller import share_of
from docspasta.identity.sealing import Sealing
from docspasta.serving.places import Places
from docspasta.v1.crawler_pb2 import SendDeliveryRequest, SendDeliveryResponse

from .fetch import failure, retry_after

REFUSED = "this is no delivery of this installation's jobs service, or it came too late"
UNBOUNDED = aiohttp.ClientTimeout(total=None)  # the try itself is bounded


class Deliveries:
    """Sends deliveries. `places` bounds how many at once, `seconds` each; `now` is the clock."""

    def __init__(
        self,
        egress: Egress,
        sealing: Sealing,
        places: Places,
        seconds: float = TRY_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._egress, self._sealing, self._places = egress, sealing, places
        self._seconds, self._now = seconds, now

    async def answer(self, request: SendDeliveryRequest) -> SendDeliveryResponse:
        """What came of the one try. Raises Unauthenticated for what jobs did not seal, ResourceExhausted."""
        handover = self._opened(request)
        share = share_of(request.user_id)
        with self._places.place(share):
            tried = await self.send(handover, share)
        return SendDeliveryResponse(
            http_status=tried.status,
            milliseconds=tried.milliseconds,
            error=tried.error,
            detail=tried.detail,
            head=tried.head,
            retry_after=tried.retry_after,
        )

    def _opened(self, request: SendDeliveryRequest) -> Handover:
        """Raises Unauthenticated."""
        try:
            pairs = self._sealing.open(request.user_id, bound_to(request.delivery_id), request.sealed)
            handover = Handover.of_pairs(pairs)
        except (ValueError, TypeError) as error:
            raise Unauthenticated(REFUSED) from error
        if handover.until < self._now():
            raise Unauthenticated(REFUSED)
        return handover

    async def send(self, handover: Handover, share: str) -> Tried:
        """POST it; every failure is a Tried."""
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._seconds):
                tried = await self._exchange(handover, share)
        except TimeoutError:
            tried = Tried(error="timeout", detail=f"no whole answer within {self._seconds:g} s")
        except (ForbiddenTarget, aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            found = failure(error)  # uvloop raises RuntimeError
            tried = Tried(error=found.reason, detail=found.detail)
        return tried._replace(milliseconds=int((time.monotonic() - started) * 1000))

    async def _exchange(self, handover: Handover, share: str) -> Tried:
        await self._egress.judge_name(handover.url, share)
        opening = self._egress.open(handover.url)
        async with opening.session.post(
            opening.target,
            data=handover.body.encode(),
            headers=[*handover.headers, ("Accept-Encoding", "identity"), ("Connection", "close")],
            proxy=opening.proxy,
            allow_redirects=False,
            timeout=UNBOUNDED,
        ) as response:
            head = await _head_of(response)
            asked = retry_after(response.headers, MAX_RETRY_AFTER) if response.status >= 400 else None
            return Tried(status=response.status, head=head, retry_after=asked or 0.0)


async def _head_of(response: aiohttp.ClientResponse) -> str:
    """The first bytes of an answer, as text that Postgres can keep; no more than 64 KiB of it are read."""
    head, read = bytearray(), 0
    async for chunk in response.content.iter_any():
        head += chunk[: HEAD_BYTES - len(head)]
        read += len(chunk)
        if read >= ANSWER_BYTES:
            response.close()
            break
    return bytes(head).decode("utf-8", "replace").replace("\0", "\ufffd")
