"""Channels to other services: TLS, round robin over replicas, retries of what may pass.

Replicas come and go without a refused call because of three things: a replica that ends says so first
(GOAWAY), its name is looked up again within RESOLVE_AGAIN_MS, and calls are tried again for longer than that
takes. The answer must be fresh by then: a pod serves on for longer than DNS answers live (`preStopSeconds`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import grpc

from docspasta.settings import Shared
from docspasta.telemetry import metrics

from .limits import MESSAGE_BYTES

# A name is looked up again when a connection ends. With gRPC's own 30 s between two lookups, a client would
# keep the address of a replica that was just replaced, and every call would fail for that long.
RESOLVE_AGAIN_MS = 500

SERVICE_CONFIG = {
    "loadBalancingConfig": [{"round_robin": {}}],
    "methodConfig": [
        {
            "name": [{}],
            "retryPolicy": {
                "maxAttempts": 5,
                "initialBackoff": "0.1s",
                "maxBackoff": "1s",
                "backoffMultiplier": 2,
                # CANCELLED: a server that was just told to end says so of a call that it never began. What
                # the caller itself cancels is not tried again.
                "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"],
            },
        }
    ],
}


def open_channel(
    target: str, settings: Shared | None = None, *, ca: str = "", tls: bool = False
) -> grpc.aio.Channel:
    """A channel to `target` (`host:port`, `dns:///name:port`, `unix:/path`).

    With `settings` the process's own certificate is shown (mTLS); `ca` is a PEM file, `tls` uses the
    system's roots.
    """
    options: list[tuple[str, Any]] = [
        ("grpc.service_config", json.dumps(SERVICE_CONFIG)),
        ("grpc.max_receive_message_length", MESSAGE_BYTES),
        ("grpc.keepalive_time_ms", 20_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.max_reconnect_backoff_ms", 2_000),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.enable_http_proxy", 0),
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.dns_min_time_between_resolutions_ms", RESOLVE_AGAIN_MS),
    ]
    if target.startswith("unix:"):
        options.append(("grpc.default_authority", "localhost"))
    credentials = _credentials(settings, ca, tls)
    if credentials is None:
        return grpc.aio.insecure_channel(target, options=options)
    return grpc.aio.secure_channel(target, credentials, options=options)


def _credentials(settings: Shared | None, ca: str, tls: bool) -> grpc.ChannelCredentials | None:
    if settings is not None and settings.tls_certificate:
        metrics.use_certificate(settings.tls_certificate)
        root = Path(settings.tls_ca).read_bytes() if settings.tls_ca else None
        key, certificate = Path(settings.tls_key).read_bytes(), Path(settings.tls_certificate).read_bytes()
        return grpc.ssl_channel_credentials(root, key, certificate)
    if ca or tls:
        return grpc.ssl_channel_credentials(Path(ca).read_bytes() if ca else None)
    return None


def call_metadata(token: str, context: Mapping[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    """Metadata of a call: the caller's credential, `x-request-id` and `traceparent` as given."""
    return (("authorization", f"Bearer {token}"), *((context or {}).items()))
