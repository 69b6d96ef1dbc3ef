"""PushesService: a delivery of pages, by the caller's credential or by a signature, into the record."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import NamedTuple

from docspasta import codings
from docspasta.domain import JobKey, JobState
from docspasta.errors import (
    DocspastaError,
    FailedPrecondition,
    InvalidArgument,
    ResourceExhausted,
    Unauthenticated,
)
from docspasta.identity import current_caller
from docspasta.identity.caller import share_of
from docspasta.pushes.delivery import MOST_BYTES, BadDelivery, Delivery, Envelope, job_named, reading
from docspasta.pushes.signatures import Forged, is_signed, verify_standard, verify_upstash
from docspasta.queues.pushed import waiting_bytes
from docspasta.reconciler import PASSING
from docspasta.serving.refused_body import pass_over
from docspasta.serving.room import Held
from docspasta.store import pushes as store
from docspasta.store.pushes import Pushed, Refusal, Refused, Taken
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger
from docspasta.turns import in_turns
from docspasta.v1 import pushes_pb2_grpc
from docspasta.v1.pushes_pb2 import PushedPage, PushHeader, PushPagesRequest, PushPagesResponse

from .handler import JOB_ID, Context, Handler, named_job, no_such_job, run_to_end
from .push_secrets import PushSecrets, open_push

log = logger("pushes")
OUTCOMES = {
    Taken.ACCEPTED: PushedPage.OUTCOME_ACCEPTED,
    Taken.KNOWN: PushedPage.OUTCOME_KNOWN,
    Taken.REFUSED: PushedPage.OUTCOME_REFUSED,
}
LOST = "There is no job that this signature could be good for; check jobId, and that it has mode push."
PUSHED_BYTES, PUSHED_BYTES_OF_A_USER = 96 * 1024 * 1024, 24 * 1024 * 1024  # read at once
WAITING_OF_A_SHARE = 16 * 1024 * 1024  # bytes of results in Redis, as packed
MOST_ID = 255  # characters of a message's id
MOST_HEADER = 32 * 1024  # bytes
SIGNED = "(signed)"  # the share of those whom only a signature speaks for; no user has this name


class _Sender(NamedTuple):
    """Who pushes, and the id of what they push: '' for none."""

    user_id: str
    message_id: str


class PushesServicer(Handler, pushes_pb2_grpc.PushesServiceServicer):
    """Deliveries of pages."""

    async def PushPages(
        self, requests: AsyncIterator[PushPagesRequest], context: Context
    ) -> PushPagesResponse:
        try:
            user_id = await self.caller()
            with self.resources.pushes.place(share_of(user_id) if user_id else SIGNED) as held:
                header, raw = await read_delivery(requests, held, signed=not user_id)
                sender, delivery = await self.believed(user_id, header, raw, held)
                key = JobKey(sender.user_id, named_job(delivery.job_id))
                pushed = await run_to_end(self.taken(key, delivery, sender.message_id))
        except DocspastaError as error:
            metrics.pushes.labels(error.reason).inc()
            await pass_over(requests, MOST_BYTES)
            raise
        metrics.pushes.labels("replayed" if pushed.replayed else "taken").inc()
        metrics.pushed_bytes.inc(0 if pushed.replayed else len(raw))
        return answer(key.job_id, pushed)

    async def caller(self) -> str:
        """Who pushes by a credential, '' without one: then a signature must speak for them."""
        try:
            current_caller()
        except Unauthenticated:
            return ""
        return await self.user("write")

    async def believed(
        self, user_id: str, header: PushHeader, raw: bytes, held: Held
    ) -> tuple[_Sender, Delivery]:
        """Whose delivery it is, and what it holds. A signature counts where no credential was sent; it is
        looked at before anything that it signs, but for the job that it names."""
        envelope = Envelope(header.content_type, header.job_id, header.url, header.fetched_at)
        body = await decoded(header, raw, held)
        if user_id:
            return _Sender(user_id, checked_id(header)), await parsed(envelope, body)
        user_id, secrets = await self.secrets_of(await in_turns(job_named(envelope, body)))
        message_id = await asyncio.to_thread(self.verified, secrets, header, raw)
        await self.resources.rate.spend(share_of(user_id))
        return _Sender(user_id, message_id), await parsed(envelope, body)

    async def secrets_of(self, job_id: str) -> tuple[str, PushSecrets]:
        """Whose job it is, and the secrets that sign pushes to it. Raises Unauthenticated."""
        found = await store.signed_job(self.resources.pool, job_id) if JOB_ID.fullmatch(job_id) else None
        if found is None:
            raise Unauthenticated(LOST)
        try:
            return found.user_id, open_push(
                self.resources.sealing, found.user_id, job_id, found.sealed_secrets
            )
        except ValueError as error:
            log.error("the push secrets were sealed under another key", job_id=job_id)
            raise Unauthenticated(LOST) from error

    def verified(self, secrets: PushSecrets, header: PushHeader, raw: bytes) -> str:
        """The id of a delivery whose signature is good; on a thread of its own, for a body is long. Raises
        Unauthenticated."""
        now = int(self.resources.now().timestamp())
        try:
            if header.upstash_signature:
                keys = (secrets.upstash_current_key, secrets.upstash_next_key)
                address = (self.resources.public_url or header.origin) + header.address
                return verify_upstash(keys, header.upstash_signature, address, raw, now)
            return verify_standard(secrets.secret, signed_headers(header), raw, now)
        except Forged as error:
            raise Unauthenticated(str(error), reason="bad-signature") from error

    async def check_share(self, user_id: str) -> None:
        """Raise Refused while much waits in Redis of the user, or of the anonymous users of the same address.
        With Redis away the record has bounds of its own."""
        with contextlib.suppress(*PASSING):
            shards = self.resources.reconciler.frontier.shards
            if await waiting_bytes(shards, share_of(user_id)) > WAITING_OF_A_SHARE:
                raise Refused(Refusal.BUSY)

    async def taken(self, key: JobKey, delivery: Delivery, message_id: str) -> Pushed:
        """Write it, then tell the processors. Maintenance tells them what this can't."""
        try:
            await self.check_share(key.user_id)
            pushed = await store.take(self.resources.pool, key, delivery, message_id, self.resources.now())
        except Refused as refused:
            raise refusal(refused) from refused
        if pushed.rows and pushed.state in (JobState.RUNNING, JobState.PAUSED):
            reconciler = self.resources.reconciler
            await reconciler.patiently(key, reconciler.give(key, pushed.rows))
        return pushed


async def read_delivery(
    requests: AsyncIterator[PushPagesRequest], held: Held, *, signed: bool
) -> tuple[PushHeader, bytes]:
    """The header and the whole body as it was sent; `signed`: it must have a signature, or nothing is read.
    Raises InvalidArgument, ResourceExhausted, Unauthenticated."""
    header, body = None, bytearray()
    async for request in requests:
        if request.HasField("header"):
            if header is not None:
                raise InvalidArgument([("header", "It is sent once, before the body.")])
            header = request.header
            if header.ByteSize() > MOST_HEADER:
                raise InvalidArgument([("header", f"It is larger than {MOST_HEADER // 1024} KiB.")])
            if signed and not is_signed(signed_headers(header)):
                current_caller()  # says that there is none
        held.grow(len(request.chunk))
        body += request.chunk
        if header is None:
            raise InvalidArgument([("header", "It is sent first; what came is a piece of the body.")])
        if len(body) > MOST_BYTES:
            raise InvalidArgument([("body", "It is larger than 10 MiB; push fewer pages at once.")])
    if header is None:
        raise InvalidArgument([("header", "It is sent first; nothing came.")])
    return header, bytes(body)


def signed_headers(header: PushHeader) -> dict[str, str]:
    """The headers of a signature that were sent, by their lower-case names."""
    named = {
        "webhook-id": header.webhook_id,
        "webhook-timestamp": header.webhook_timestamp,
        "webhook-signature": header.webhook_signature,
        "upstash-signature": header.upstash_signature,
    }
    return {name: value for name, value in named.items() if value}


def checked_id(header: PushHeader) -> str:
    """The id that a caller gave their delivery. Raises InvalidArgument."""
    message_id = header.message_id or header.webhook_id
    if len(message_id) > MOST_ID or not message_id.isprintable():
        raise InvalidArgument([("webhook-id", f"Give at most {MOST_ID} printable characters.")])
    return message_id


async def decoded(header: PushHeader, raw: bytes, held: Held) -> bytes:
    """The body without its Content-Encoding. Raises InvalidArgument, ResourceExhausted."""
    asked = header.content_encoding.strip().lower()
    if asked not in codings.CODINGS | {"identity"}:
        raise InvalidArgument([("Content-Encoding", "Use one of gzip, deflate, br and zstd, once; or none.")])
    if asked in ("", "identity"):
        return raw
    try:
        body = await asyncio.to_thread(codings.decoded, raw, asked, MOST_BYTES)
    except codings.BadCoding as error:
        raise InvalidArgument([("body", f"{str(error)[:1].upper()}{str(error)[1:]}.")]) from error
    held.grow(len(body))
    return body


async def parsed(envelope: Envelope, body: bytes) -> Delivery:
    """The pages of a delivery. Raises InvalidArgument."""
    try:
        return await in_turns(reading(envelope, body))
    except BadDelivery as error:
        raise InvalidArgument(error.violations) from error


def refusal(refused: Refused) -> DocspastaError:
    """What is said of a delivery that was refused whole."""
    reason = str(refused.why)
    match refused.why:
        case Refusal.NO_SUCH_JOB:
            return no_such_job()
        case Refusal.CRAWLS:
            said = "This job crawls; push to one that was made with mode push."
        case Refusal.ENDED:
            said = f"The job has ended ({refused.state}); make a new one with mode push, and push to it."
        case Refusal.FINISHED:
            said = "The job was finished and takes no more pages; make a new one with mode push."
        case Refusal.OTHER_MESSAGE:
            said = "Another delivery had this message id; give each a new one."
        case Refusal.OTHER_PAGE:
            said = f"{refused.url} was pushed before with other content; push it to a new job."
        case Refusal.BUSY:
            said = "Too many of your pushed pages wait to be converted; push this again in a moment."
            return ResourceExhausted(said, reason=reason, retry_after=2.0)
    return FailedPrecondition(said, reason=reason)


def answer(job_id: str, pushed: Pushed) -> PushPagesResponse:
    """What is answered to a delivery that was taken."""
    pages = [
        PushedPage(url=page.url, page_id=str(page.page_id or ""), outcome=OUTCOMES[page.taken])
        for page in pushed.pages
    ]
    return PushPagesResponse(job_id=job_id, pages=pages, replayed=pushed.replayed)
