"""The metrics of all processes, in one place; docs/metrics.md describes each.

Labels are closed sets: never a URL, a host, a user or a job. Every combination exists from the start, so that
its rate is 0 rather than missing.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, start_http_server

from docspasta.alternates import Kind
from docspasta.domain import JobState, PageReason

STAGES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
LAGS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
UPDATES = (0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
DRAWN = ("drawn", "lost", "timeout", "connection", "too_large", "internal")
QUEUES = ("frontier", "pages")
STREAMS = ("browser", "watch")  # the gateway's SSE streams; jobs' WatchJob streams
TRIES = ("delivered", "failed", "gone", "not_sent")
# What alerts ask for; any other refusal is counted by its reason, too.
PUSHES = ("taken", "replayed", "bad-signature", "pushes-waiting", "too-many-at-once", "limit-reached")
REFUSALS = ("limit", "unauthenticated", "not_found", "unavailable", "other")

process = Gauge(
    "docspasta_process_info", "1; the labels name the process and its version.", ["process", "version"]
)
conversion = Gauge(
    "docspasta_conversion_info", "1; the label says whether pages are converted by compiled code.", ["how"]
)
rpcs = Histogram("docspasta_rpc_seconds", "Duration of RPCs served.", ["method", "code"], buckets=STAGES)
pages = Counter("docspasta_pages_total", "Pages ended.", ["state", "reason"])
conversions_reused = Counter(
    "docspasta_conversions_reused_total",
    "Pages of a source that were not converted: their bytes had not changed.",
)
scheduled_runs = Counter(
    "docspasta_scheduled_runs_total", "Ticks of sources' schedules, by what became of them.", ["outcome"]
)
jobs_ended = Counter("docspasta_jobs_ended_total", "Jobs ended.", ["state"])
stages = Histogram(
    "docspasta_stage_seconds", "Time of a stage of processing a page.", ["stage"], buckets=STAGES
)
version_lock = Histogram(
    "docspasta_version_lock_seconds",
    "Wait for the lock under which a job's versions are handed out.",
    buckets=STAGES,
)
bytes_fetched = Counter("docspasta_fetched_bytes_total", "Bytes of fetched bodies.")
leases_lost = Counter("docspasta_leases_lost_total", "Leases that ran out.", ["queue"])
hosts_slowed = Counter(
    "docspasta_hosts_slowed_total", "Answers that made us slow down for a host.", ["cause"]
)
alternates = Counter(
    "docspasta_alternates_total", "Pages that were read from an alternate, by what it was.", ["how"]
)
pages_drawn = Counter(
    "docspasta_pages_drawn_total", "Tries to draw a page in a browser, by what came of them.", ["how"]
)
redis_refused = Gauge(
    "docspasta_redis_acl_denied", "What Redis has refused to its users since it started, by cause.", ["cause"]
)
tickets_refused = Counter("docspasta_tickets_refused_total", "Results refused for a wrong ticket.")

jobs = Gauge("docspasta_jobs", "Jobs that have not ended, by state.", ["state"])
jobs_stuck = Gauge("docspasta_jobs_stuck", "Running jobs without progress for ten minutes.")
jobs_of_busiest = Gauge("docspasta_jobs_running_busiest_user", "Running jobs of the user with the most.")
jobs_limit = Gauge("docspasta_jobs_running_limit", "Running jobs that one user may have.")
frontier_urls = Gauge("docspasta_frontier_urls", "URLs in Redis, by where they are.", ["state"])
frontier_due = Gauge("docspasta_frontier_due_urls", "URLs that a crawler could claim right now.")
waiting_bytes = Gauge("docspasta_pages_waiting_bytes", "Bytes of results that wait or are being recorded.")
queue_age = Gauge("docspasta_queue_age_seconds", "How long the oldest fetched page has waited.")

watchers = Gauge("docspasta_watchers", "Open WatchJob streams.")
subscribers = Gauge("docspasta_subscribers", "Open SSE streams.")
streams_limit = Gauge("docspasta_streams_limit", "Streams that this process may have open.", ["stream"])
streams_refused = Counter("docspasta_streams_refused_total", "Streams refused.", ["stream", "cause"])
resume_lag = Histogram(
    "docspasta_resume_lag_updates",
    "Updates between a new client's cursor and the newest.",
    buckets=UPDATES,
)
found_by_poll = Counter("docspasta_watch_found_by_poll_total", "Changes that the slow poll found first.")

pushes = Counter("docspasta_pushes_total", "Deliveries of pushed pages, by what became of them.", ["outcome"])
pushed_bytes = Counter("docspasta_pushed_bytes_total", "Bytes of pushed deliveries that were taken.")
webhook_tries = Counter("docspasta_webhook_tries_total", "Webhook deliveries tried.", ["outcome"])
webhooks_backlog = Gauge(
    "docspasta_webhooks_backlog_seconds", "How long the webhook delivery that is due longest has waited."
)
webhooks_breakers = Gauge("docspasta_webhooks_breakers_open", "Webhooks whose receiver is away.")

loop_lag = Histogram("docspasta_event_loop_lag_seconds", "How late the event loop was.", buckets=LAGS)
postgres_pool = Gauge("docspasta_postgres_connections", "Connections of a pool.", ["pool", "state"])
postgres_limit = Gauge("docspasta_postgres_connections_limit", "Connections that a pool may have.", ["pool"])
redis_pool = Gauge("docspasta_redis_connections", "Connections to Redis.", ["state"])
certificate = Gauge(
    "docspasta_certificate_expiry_timestamp_seconds", "When the certificate that this process uses expires."
)
certificate.set(math.inf)  # none is used


def prepare(service: str, version: str) -> None:
    """Name the process, and create every combination of labels."""
    process.labels(service, version).set(1)
    reasons = [reason for reason in PageReason if reason]
    _exist(pages, [("processed", ""), *product(("failed", "skipped"), reasons)])
    _exist(jobs_ended, product(state for state in JobState if state.ended))
    _exist(stages, product(("fetch", "convert", "record")))
    _exist(leases_lost, product(QUEUES))
    _exist(pages_drawn, ((how,) for how in DRAWN))
    _exist(alternates, ((kind,) for kind in Kind))
    _exist(hosts_slowed, product(("retry_after", "failure")))
    _exist(streams_refused, product(STREAMS, REFUSALS))
    _exist(webhook_tries, product(TRIES))
    _exist(pushes, product(PUSHES))


def _exist(metric: Any, combinations: Iterable[tuple[str, ...]]) -> None:
    for labels in combinations:
        metric.labels(*labels)


def watch_pool(name: str, pool: Any) -> None:
    """Report an asyncpg pool under `name`, a constant of the code."""
    postgres_limit.labels(name).set_function(pool.get_max_size)
    postgres_pool.labels(name, "used").set_function(lambda: pool.get_size() - pool.get_idle_size())
    postgres_pool.labels(name, "idle").set_function(pool.get_idle_size)


def watch_redis(pool: Any) -> None:
    """Report a redis-py connection pool. A Cluster's client has none."""
    if hasattr(pool, "_in_use_connections"):
        redis_pool.labels("used").set_function(lambda: len(pool._in_use_connections))
        redis_pool.labels("idle").set_function(lambda: len(pool._available_connections))


def use_certificate(path: str) -> None:
    """Report when the certificate in a PEM file expires."""
    from cryptography.x509 import load_pem_x509_certificate

    found = load_pem_x509_certificate(Path(path).read_bytes())
    certificate.set(found.not_valid_after_utc.timestamp())


def hashed(user_id: str) -> str:
    """A user id as logs show it: 12 hex digits of its hash."""
    return hashlib.blake2b(user_id.encode(), digest_size=6).hexdigest()


def listen(address: str, service: str = "") -> None:
    """Serve /metrics on `host:port` in a thread; do nothing for ''. Raises ValueError, and OSError when the
    address is taken."""
    if not address:
        return
    prepare(service, _version())
    host, _, port = address.rpartition(":")
    if not port.isdigit():
        raise ValueError(f"DOCSPASTA_METRICS_LISTEN is {address!r}; give host:port")
    start_http_server(int(port), addr=host.strip("[]") or "127.0.0.1", registry=REGISTRY)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("docspasta")
    except PackageNotFoundError:
        return "0"
