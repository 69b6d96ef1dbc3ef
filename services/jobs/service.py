"""JobsService: each subject's handlers, put together as the one servicer that gRPC wants."""

from __future__ import annotations

from collections.abc import AsyncIterator

from docspasta.identity import current_caller
from docspasta.v1 import jobs_pb2_grpc
from docspasta.v1.jobs_pb2 import WatchJobRequest, WatchJobResponse

from .access import Access
from .create import Create
from .exporting import Exporting
from .handler import Context, named_job
from .lifecycle import Lifecycle
from .listing import Listing
from .page_contents import PageContents
from .reading import Reading
from .resources import Resources
from .watching import Watching


class JobsServicer(
    Create,
    Lifecycle,
    Listing,
    Reading,
    PageContents,
    Exporting,
    Access,
    jobs_pb2_grpc.JobsServiceServicer,
):
    """Every RPC of JobsService."""

    def __init__(self, resources: Resources, watching: Watching) -> None:
        super().__init__(resources)
        self.watching = watching

    async def WatchJob(self, request: WatchJobRequest, context: Context) -> AsyncIterator[WatchJobResponse]:
        await self.user("read")
        job_id = named_job(request.job_id)
        async for update in self.watching.watch(current_caller(), job_id, request.after):
            yield update
