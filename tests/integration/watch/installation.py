"""Real jobs and gateway processes over a database and a Valkey of a test's own; the test commits the rows.

No crawler and no processor: what they would record, a `Crawl` records through the store, bell and all.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docspasta.domain import JobKey, JobSettings, PageKind, PageReason, PageState
from docspasta.identity.installation import LOCAL_ISSUER, fresh_keys
from docspasta.identity.tokens import Signer
from docspasta.queues.connect import Queues, open_queues
from docspasta.store import jobs as store
from docspasta.store.ending import CANCELLED, end_job
from docspasta.store.pool import Pool, open_pool
from docspasta.store.record import record_batch
from docspasta.store.results import PageResult
from tests import stack as stacks
from tests.integration.store.crawls import failed, processed
from tests.ports import free_port

SITE = "https://docs.example.org/"


def metric(port: int, name: str) -> float:
    """A metric's value, as Prometheus would read it."""
    text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60).read().decode()
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    assert found, f"there is no metric {name}"
    return float(found[1])


@dataclass
class Service:
    """A process of ours that can be killed and started again at the same address."""

    module: str
    environment: dict[str, str]
    log: Path
    address: str
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; `ready` waits."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """As a power cut would."""
        self.stop(signal.SIGKILL)

    def stop(self, number: signal.Signals = signal.SIGTERM, within: float = 30) -> int:
        """Signal it and wait for its end; its exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(within)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid


@dataclass
class Installation:
    """`jobs` and `gateways` processes; `settings` are DOCSPASTA_* names without their prefix."""

    directory: Path
    database: stacks.Database
    redis_url: str
    jobs: list[Service] = field(default_factory=list)
    gateways: list[Service] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=fresh_keys)
    metrics: int = 0  # port of the metrics of the first jobs process, when a test asked for them

    def add_jobs(self, **settings: str) -> Service:
        """A jobs process at a socket of its own."""
        address = f"unix:{self.directory}/jobs-{len(self.jobs)}.sock"
        own = {
            "JOBS_LISTEN": address,
            "POSTGRES_DSN": self.database.app_dsn,
            "POSTGRES_MAINTENANCE_DSN": self.database.maintenance_dsn,
            "POSTGRES_POOL": "4",
            "REDIS_URL": self.redis_url,
            "FRONTIER_SHARDS": "1",
            "JOBS_MAINTENANCE_INTERVAL": "3600",
            "JOBS_REQUESTS_PER_SECOND": "100000",
            "GRACE": "3",
            **settings,
        }
        secret = ("SIGNING_KEY", "SEALING_KEY", "TICKET_KEY")
        service = self._service("services.jobs", f"jobs-{len(self.jobs)}", address, own, secret)
        self.jobs.append(service)
        return service

    def add_gateway(self, jobs: Service | None = None, **settings: str) -> Service:
        """A gateway on a free port, over one jobs process (the first)."""
        address = f"127.0.0.1:{free_port()}"
        own = {
            "GATEWAY_LISTEN": address,
            "JOBS_ADDRESS": (jobs or self.jobs[0]).address,
            "GATEWAY_REQUESTS_PER_SECOND": "0",
            "GATEWAY_STREAMS_PER_ADDRESS": "20000",
            "GRACE": "3",
            **settings,
        }
        service = self._service("gateway", f"gateway-{len(self.gateways)}", address, own, ("ANONYMOUS_KEY",))
        self.gateways.append(service)
        return service

    def _service(
        self, module: str, name: str, address: str, own: dict[str, str], secret: tuple[str, ...]
    ) -> Service:
        environment = {f"DOCSPASTA_{key}": value for key, value in own.items()}
        environment |= {f"DOCSPASTA_{key}": self.keys[f"DOCSPASTA_{key}"] for key in secret}
        environment["DOCSPASTA_IDENTITY_ISSUERS"] = self.keys["DOCSPASTA_IDENTITY_ISSUERS"]
        service = Service(module, environment, self.directory / f"{name}.log", address)
        service.start()
        return service

    def ready(self, within: float = 150) -> None:
        """Wait until every gateway has spoken with its jobs process."""
        until = time.monotonic() + within
        for gateway in self.gateways:
            while self.get(gateway, "/readyz")[0] != 200:
                if time.monotonic() > until:
                    logs = "\n".join(s.log.read_text()[-3000:] for s in (*self.jobs, *self.gateways))
                    raise AssertionError(f"not ready within {within} s:\n{logs}")
                time.sleep(0.05)

    def get(self, gateway: Service, path: str, token: str = "", method: str = "GET") -> tuple[int, Any]:
        """Status and JSON of one plain request; (0, None) when nobody answers."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(f"http://{gateway.address}{path}", headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                body = answer.read()
                return answer.status, json.loads(body) if body[:1] in (b"{", b"[") else body
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")
        except OSError:
            return 0, None

    def token(self, user_id: str = "local", lifetime: float = 3600) -> str:
        """A JWT of a user."""
        signer = Signer.from_pem(self.keys["LOCAL_KEY"], LOCAL_ISSUER)
        return signer.sign(user_id, ("read", "write", "admin"), lifetime, time.time())

    def stop(self) -> None:
        """End every process."""
        for service in (*self.gateways, *self.jobs):
            if service.process is not None and service.process.poll() is None:
                service.process.kill()
                service.process.wait()


@contextlib.contextmanager
def installed(server: stacks.PostgresServer, redis_url: str) -> Iterator[Installation]:
    """An installation without processes, on a new database, gone with the block."""
    database = asyncio.run(stacks.create_database(server))
    with stacks.short_directory() as directory:
        installation = Installation(directory, database, redis_url)
        try:
            yield installation
        finally:
            installation.stop()
            asyncio.run(stacks.drop_database(database))


class Records:
    """The store and the bell, as processors use them, for the commits of a test."""

    def __init__(self, pool: Pool, queues: Queues) -> None:
        self.pool, self.queues = pool, queues
        self.rings = True  # whether commits ring the doorbell

    @classmethod
    @contextlib.asynccontextmanager
    async def of(cls, installation: Installation) -> Any:
        """Opened for a block."""
        pool = await open_pool(installation.database.app_dsn, size=4)
        queues = await open_queues(installation.redis_url, name="test", shards=1)
        try:
            yield cls(pool, queues)
        finally:
            await queues.close()
            await pool.close()

    async def crawl(self, pages: int, user_id: str = "local", job_id: str = "") -> Crawl:
        """A running job with `pages` pages to record; its start page is recorded and led to the others."""
        job_id = job_id or f"job-{uuid.uuid4().hex[:12]}"
        settings = JobSettings(url=SITE, max_pages=1_000_000, max_seconds=21_600)
        new = store.NewJob(job_id=job_id, settings=settings, running_limit=100_000)
        async with self.pool.transaction(user_id) as connection:
            _, rows = await store.insert_job(connection, user_id, new)
        crawl = Crawl(self, JobKey(user_id, job_id))
        urls = [f"{SITE}page-{number:06d}" for number in range(pages)]
        await crawl.record([processed(int(rows[0].page_id), SITE, *urls)], scope={"prefix": SITE})
        return crawl

    async def ring(self, key: JobKey, version: int) -> None:
        """The doorbell, unless the test has cut its wire."""
        if self.rings:
            with contextlib.suppress(Exception):
                await self.queues.doorbell.ring(key, version)


class Crawl:
    """A job whose pages the test ends. `queued` are (page id, URL) that have no result yet."""

    def __init__(self, records: Records, key: JobKey) -> None:
        self.records, self.key = records, key
        self.queued: list[tuple[int, str]] = []

    @property
    def job_id(self) -> str:
        return self.key.job_id

    async def record(self, results: list[PageResult], scope: dict[str, Any] | None = None) -> Any:
        """Commit results, then ring."""
        done = await record_batch(self.records.pool, self.key, results, datetime.now(UTC), scope)
        self.queued += [(row.page_id, row.url) for row in done.admitted]
        await self.records.ring(self.key, done.version)
        return done

    async def advance(self, pages: int, chance: random.Random | None = None) -> Any:
        """End some of the queued pages in one commit: processed, and with `chance` also failed or skipped."""
        batch, self.queued = self.queued[:pages], self.queued[pages:]
        draw = chance.random if chance else lambda: 0.0
        results = [ended(page_id, url, draw()) for page_id, url in batch]
        return await self.record(results)

    async def finish(self, at_once: int = 500) -> None:
        """End every queued page, and with the last of them the job."""
        while self.queued:
            await self.advance(at_once)

    async def pause(self) -> None:
        """Pause, then ring."""
        await self._steer(store.pause_job)

    async def resume(self) -> None:
        """Resume, then ring."""
        await self._steer(store.run_job)

    async def cancel(self) -> None:
        """End as cancelled, then ring."""
        async with self.records.pool.transaction(self.key.user_id) as connection:
            job = await end_job(connection, self.key, datetime.now(UTC), CANCELLED)
        self.queued = []
        await self.records.ring(self.key, job.version if job else 0)

    async def delete(self) -> None:
        """Delete an ended job, without a ring."""
        async with self.records.pool.transaction(self.key.user_id) as connection:
            await store.delete_job(connection, self.key)

    async def _steer(self, step: Any) -> None:
        async with self.records.pool.transaction(self.key.user_id) as connection:
            job = await step(connection, self.key)
        if job is not None:
            await self.records.ring(self.key, job.version)

    async def truth(self) -> dict[str, Any]:
        """What the database holds: the job's counts and version, and each ended page by its id."""
        async with self.records.pool.transaction(self.key.user_id, snapshot=True) as connection:
            job = await connection.fetchrow(
                "SELECT * FROM crawling_jobs WHERE user_id = $1 AND job_id = $2",
                self.key.user_id,
                self.key.job_id,
            )
            assert job is not None
            pages = await connection.fetch(
                "SELECT page_id, url, state, reason, state_version, position FROM crawled_pages "
                "WHERE user_id = $1 AND job_id = $2 AND kind = 'page' AND state_version > 0",
                self.key.user_id,
                self.key.job_id,
            )
        return {
            "version": job["state_version"],
            "state": job["state"],
            "counts": {n: job[n] for n in ("discovered", "queued", "processed", "failed", "skipped")},
            "pages": {
                str(p["page_id"]): (p["url"], p["state"], p["reason"], p["state_version"]) for p in pages
            },
        }


def ended(page_id: int, url: str, draw: float) -> PageResult:
    """A result: nine in ten processed, the others failed or skipped."""
    if draw > 0.95:
        return failed(page_id)
    if draw > 0.9:
        return PageResult(page_id, PageKind.PAGE, PageState.SKIPPED, PageReason.NOT_HTML, http_status=200)
    return processed(page_id, url)
