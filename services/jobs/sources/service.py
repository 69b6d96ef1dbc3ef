"""SourcesService: each subject's handlers, put together as the one servicer that gRPC wants."""

from __future__ import annotations

from docspasta.v1 import sources_pb2_grpc

from .accepting import Accepting
from .comparing import Comparing
from .feeding import Feeding
from .keeping import Keeping
from .pausing import Pausing
from .running import Running
from .writing import Writing


class SourcesServicer(
    Keeping, Pausing, Running, Accepting, Comparing, Feeding, Writing, sources_pb2_grpc.SourcesServiceServicer
):
    """Every RPC of SourcesService."""
