"""WebhooksService: each subject's handlers, put together as the one servicer that gRPC wants."""

from __future__ import annotations

from docspasta.v1 import webhooks_pb2_grpc

from .endpoints import Endpoints
from .log import Log


class WebhooksServicer(Endpoints, Log, webhooks_pb2_grpc.WebhooksServiceServicer):
    """Every RPC of WebhooksService."""
