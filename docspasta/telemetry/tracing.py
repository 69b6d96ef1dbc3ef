"""OpenTelemetry traces: off by default, at no cost. The SDK is imported only if an endpoint is set."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

_tracer: Any = None


def configure(service: str, endpoint: str) -> None:
    """Send spans to an OTLP collector (gRPC) at `endpoint`; '' leaves traces off."""
    global _tracer
    if not endpoint:
        return
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"docspasta-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, insecure=True)))
    trace.set_tracer_provider(provider)
    _tracer = trace.get_tracer("docspasta")


@contextlib.contextmanager
def server_span(name: str, carrier: Mapping[str, str]) -> Iterator[None]:
    """A span around a served call, child of the carrier's `traceparent` (W3C Trace Context)."""
    if _tracer is None:
        yield
        return
    from opentelemetry.propagate import extract

    with _tracer.start_as_current_span(name, context=extract(carrier)):
        yield


def traceparent() -> str:
    """The current span's `traceparent`, for a queued message; '' if traces are off."""
    if _tracer is None:
        return ""
    from opentelemetry.propagate import inject

    carrier: dict[str, str] = {}
    inject(carrier)
    return carrier.get("traceparent", "")
