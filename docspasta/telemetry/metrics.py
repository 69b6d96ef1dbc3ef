"""The metrics of all processes, in one place; docs/metrics.md describes each. Labels are closed sets."""

from __future__ import annotations

import hashlib

from prometheus_client import Counter, Gauge, Histogram, start_http_server

STAGES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

rpcs = Histogram("docspasta_rpc_seconds", "Duration of RPCs.", ["method", "code"], buckets=STAGES)
pages = Counter("docspasta_pages_total", "Pages ended.", ["state", "reason"])
jobs_ended = Counter("docspasta_jobs_ended_total", "Jobs ended.", ["state"])
stages = Histogram("docspasta_stage_seconds", "Time of a stage of a page's way.", ["stage"], buckets=STAGES)
bytes_fetched = Counter("docspasta_fetched_bytes_total", "Bytes of fetched bodies.")
found_by_poll = Counter("docspasta_watch_found_by_poll_total", "Changes that the slow poll found first.")
watchers = Gauge("docspasta_watchers", "Open WatchJob streams.")
subscribers = Gauge("docspasta_subscribers", "Open SSE streams.")
leases_lost = Counter("docspasta_leases_lost_total", "Leases that ran out.", ["queue"])
tickets_refused = Counter("docspasta_tickets_refused_total", "Results refused for a wrong ticket.")


def hashed(user_id: str) -> str:
    """A user id as logs may show it: 12 hex digits."""
    return hashlib.blake2b(user_id.encode(), digest_size=6).hexdigest()


def listen(address: str) -> None:
    """Serve /metrics on `host:port` in a thread; nothing for ''."""
    if address:
        host, _, port = address.rpartition(":")
        start_http_server(int(port), addr=host or "127.0.0.1")
