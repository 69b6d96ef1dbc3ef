"""REST of the search."""

from __future__ import annotations

from starlette.responses import Response

from docspasta.rest.search import SearchResults
from docspasta.v1 import search_pb2 as pb

from . import queries
from .context import json_response
from .operation import Call


async def search(call: Call[queries.Search, None]) -> Response:
    """GET /search"""
    query = call.query
    jobs = [query.job] if query.job else []
    asked = pb.SearchRequest(query=query.q, job_ids=jobs, source_id=query.source, limit=query.limit)
    return json_response(SearchResults.of(await call.ask(call.services.search.Search, asked)))
