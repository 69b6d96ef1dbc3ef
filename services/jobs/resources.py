"""What the handlers and maintenance share; built once, in `__main__`. It holds things and does nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from docspasta.identity.sealing import Sealing
from docspasta.identity.tokens import Signer, Verifier
from docspasta.reconciler import Reconciler
from docspasta.serving.places import Places
from docspasta.serving.room import Room
from docspasta.settings import IndexRuns
from docspasta.store.pool import Pool

from .address_share import AddressShare
from .admission import Bounds
from .documents.exports import Exports
from .documents.searches import Searches
from .documents.stored import StoredDocuments
from .request_rate import RequestRate


@dataclass(frozen=True, slots=True)
class Limits:
    """What one user may have, and how long an ended job is kept (seconds; 0: without end)."""

    running: int
    open: int
    pages_a_day: int  # 0: no limit
    bytes_a_day: int  # fetched; 0: no limit
    keep_seconds: float
    webhooks: int  # endpoints
    sources: int


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Resources:
    """`now` is the clock; `attention` is set when there is something for maintenance to do at once."""

    pool: Pool
    reconciler: Reconciler
    rate: RequestRate
    sealing: Sealing
    verifier: Verifier
    signer: Signer | None
    bounds: Bounds
    limits: Limits
    addresses: AddressShare
    documents: Places
    pushes: Room
    stored_documents: StoredDocuments
    exports: Exports
    searches: Searches
    idempotency_secret: bytes
    index_runs: IndexRuns = "never"
    public_url: str = ""  # https://… of this installation, '' when it is not known
    now: Callable[[], datetime] = utc_now
    attention: asyncio.Event = field(default_factory=asyncio.Event)
