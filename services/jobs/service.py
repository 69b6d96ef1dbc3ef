"""JobsService: each subject's handlers, put together as the one servicer that gRPC wants."""

from __future__ import annotations

from docspasta.v1 import jobs_pb2_grpc

from .access import Access
from .creating import Creating
from .listing import Listing
from .reading import Reading
from .steering import Steering


class JobsServicer(Creating, Steering, Listing, Reading, Access, jobs_pb2_grpc.JobsServiceServicer):
    """Every RPC of JobsService."""
