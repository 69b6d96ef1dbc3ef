"""Search: the best sections of one job, or of all the caller's sites."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest

from docspasta.errors import InvalidArgument
from docspasta.search.queries import USUAL_LIMIT, BadQuery, check
from docspasta.store import sources
from docspasta.store.search import Hit
from docspasta.v1 import search_pb2 as pb
from docspasta.v1 import search_pb2_grpc

from ..documents.searches import MOST_JOBS
from ..handler import Context, Handler, found, named_job
from ..sources.handler import found_source, named_source


class SearchServicer(Handler, search_pb2_grpc.SearchServiceServicer):
    """Every RPC of SearchService."""

    async def Search(self, request: pb.SearchRequest, context: Context) -> pb.SearchResponse:
        user_id = await self.user("read")
        try:
            check(request.query, request.limit)
        except BadQuery as error:
            raise InvalidArgument([(error.field, str(error))]) from error
        limit = request.limit or USUAL_LIMIT
        named = await self._named(user_id, request)
        if request.source_id and not named:
            return pb.SearchResponse()
        told, _ = found(await self.resources.searches.search(user_id, named, request.query, limit))
        hits = distinct((hit, one.job_id) for one in told for hit in one.hits)
        best = nlargest(limit, hits, key=lambda one: one[0].score)
        looked = {one.job_id: one.query for one in told}
        corrected = looked[best[0][1]] if best else ""
        return pb.SearchResponse(
            hits=[hit_message(*one) for one in best],
            corrected_query=corrected if corrected != request.query else "",
            jobs=[
                pb.SearchedJob(job_id=one.job_id, pages=one.pages, complete=one.complete, pending=one.pending)
                for one in told
            ],
        )

    async def _named(self, user_id: str, request: pb.SearchRequest) -> list[str]:
        """The jobs to search, [] for all, or of a source that never ran. Raises InvalidArgument, NotFound."""
        if len(request.job_ids) > MOST_JOBS:
            raise InvalidArgument([("job_ids", f"Give at most {MOST_JOBS} jobs.")])
        if not request.source_id:
            return [named_job(job_id) for job_id in request.job_ids]
        if request.job_ids:
            raise InvalidArgument([("source_id", "Give jobs or a source, not both.")])
        async with self.resources.pool.transaction(user_id) as connection:
            source = found_source(await sources.source(connection, user_id, named_source(request.source_id)))
        run = source.current_job_id or source.newest_job_id
        return [run] if run else []


def distinct(hits: Iterable[tuple[Hit, str]]) -> list[tuple[Hit, str]]:
    """Each section once, although several jobs have its page: as the newest of them has it."""
    known: dict[str, tuple[Hit, str]] = {}
    for hit, job_id in hits:
        known.setdefault(hit.passage.id, (hit, job_id))
    return list(known.values())


def hit_message(hit: Hit, job_id: str) -> pb.SearchHit:
    """A section that was found."""
    one = hit.passage
    return pb.SearchHit(
        job_id=job_id,
        page_id=one.page_id,
        section_id=one.id,
        url=one.url,
        title=one.title,
        heading_path=one.path,
        anchor=one.anchor,
        tokens=one.tokens,
        score=hit.score,
        snippet=[pb.SnippetPart(text=part.text, marked=part.marked) for part in hit.snippet],
        text=one.text,
    )
