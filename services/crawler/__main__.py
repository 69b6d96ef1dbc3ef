"""Starts the crawler: python -m services.crawler. Everything it uses is built here, once."""

from __future__ import annotations

import asyncio
import sys

from docspasta import gc_tuning
from docspasta.egress.build import egress_settings
from docspasta.egress.sessions import Egress
from docspasta.identity.build import build_verifier
from docspasta.identity.sealing import Sealing
from docspasta.queues.connect import Queues, open_queues
from docspasta.queues.frontier import Pace
from docspasta.serving.channel import open_channel
from docspasta.serving.places import Places
from docspasta.serving.process import run_process
from docspasta.serving.server import GrpcServer, until_stopped
from docspasta.settings import Crawler as Settings
from docspasta.v1 import crawler_pb2_grpc

from .deliveries import Deliveries
from .exchange import Exchange
from .fetch import Fetcher
from .headers import sealed_headers
from .lateness import Lateness
from .renderer import Renderer
from .robots import RobotsVerdicts
from .service import CrawlerService
from .visit import Visitor
from .worker import Worker

DELIVERIES, DELIVERIES_A_USER = 256, 64  # webhooks sent at once; jobs asks for fewer
HOSTS_AN_ADDRESS = 4  # that may be fetched from at full pace when they share one address
SERVICE = "docspasta.v1.CrawlerService"


async def open_crawler_queues(settings: Settings) -> Queues:
    """The frontier at the operator's pace."""
    pace = Pace(
        settings.crawler_min_delay,
        settings.crawler_max_concurrency,
        settings.crawler_delay,
        settings.crawler_concurrency,
        per_address=HOSTS_AN_ADDRESS * settings.crawler_max_concurrency,
    )
    try:
        return await open_queues(
            settings.redis_url.get_secret_value(),
            name="crawler",
            shards=settings.frontier_shards,
            cluster=settings.redis_cluster,
            pace=pace,
            waiting_bytes=settings.pages_waiting_bytes,
        )
    except ValueError as error:
        raise ValueError(f"DOCSPASTA_REDIS_URL: {error}") from None


def sending_places() -> Places:
    """How many webhooks are sent at once."""
    return Places(DELIVERIES, DELIVERIES_A_USER, "webhooks are sent")


async def run(settings: Settings) -> None:
    """Serve and work until SIGTERM; then give every lease back and close. Raises WorkEnded."""
    queues = await open_crawler_queues(settings)
    egress = Egress(egress_settings(settings, idle_timeout=settings.crawler_idle_timeout))
    frontier = queues.frontier
    lateness = Lateness()
    exchange = Exchange(frontier, egress, Fetcher(egress), settings.crawler_total_timeout, lateness)
    rules = RobotsVerdicts(frontier, exchange)
    channel = open_channel(settings.renderer_address, settings) if settings.renderer_address else None
    renderer = Renderer(channel, settings.body_bytes) if channel is not None else None
    visitor = Visitor(exchange, rules, settings.body_bytes, settings.crawler_total_timeout, renderer)
    sealing = Sealing.from_base64(settings.sealing_key.get_secret_value())
    worker = Worker(
        frontier,
        visitor,
        sealed_headers(sealing),
        slots=settings.crawler_fetches,
        lease=settings.crawler_lease,
    )
    server = GrpcServer(settings.crawler_listen, [SERVICE], settings, build_verifier(settings))
    places = Places(
        settings.crawler_calls,
        settings.crawler_calls_per_user,
        "calls of FetchPages go on",
        settings.crawler_urls_per_second,
    )
    service = CrawlerService(frontier, visitor, places, Deliveries(egress, sealing, sending_places()))
    crawler_pb2_grpc.add_CrawlerServiceServicer_to_server(service, server.server)
    await server.start()
    lateness.start()
    working = asyncio.create_task(worker.run(), name="worker")
    server.ready_when({"redis": queues.ping})
    try:
        await until_stopped(working)
    finally:
        lateness.stop()
        worker.stop()
        await asyncio.gather(asyncio.wait([working]), server.stop())
        if channel is not None:
            await channel.close()
        await egress.close()
        await queues.close()


def main() -> int:
    """The exit status."""
    gc_tuning.collect_in_steps()
    return run_process("crawler", Settings, run)


if __name__ == "__main__":
    sys.exit(main())
