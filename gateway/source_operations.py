"""Operations of sources, for the table in operations.py."""

from __future__ import annotations

from docspasta.rest.base import API
from docspasta.rest.jobs import Job
from docspasta.rest.source_requests import SourceChange, SourceRequest
from docspasta.rest.sources import ChangedSource, Diff, Runs, Source, Sources

from . import queries, sources
from .operation import Operation, Says, Schema

JSON = "application/json"
TEXT: Schema = {"type": "string"}
SOURCE = f"{API}/sources/{{source_id}}"
IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "maxLength": 257},
    "description": "Of your choice; within 24 hours the same key makes no second job.",
}

SOURCE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="createSource",
        method="POST",
        path=f"{API}/sources",
        summary="Create a source: documentation that you crawl again and again.",
        endpoint=sources.create,
        answers=(Says(201, "The source.", {JSON: ChangedSource}, {"Location": "the source's address"}),),
        problems=(403, 413, 415),
        body=SourceRequest,
    ),
    Operation(
        name="listSources",
        method="GET",
        path=f"{API}/sources",
        summary="List your sources by name.",
        endpoint=sources.list_sources,
        answers=(Says(200, "A part of them.", {JSON: Sources}),),
        query=queries.Part,
    ),
    Operation(
        name="getSource",
        method="GET",
        path=SOURCE,
        summary="Get a source.",
        endpoint=sources.show,
        answers=(Says(200, "The source.", {JSON: Source}),),
        problems=(404,),
    ),
    Operation(
        name="changeSource",
        method="PATCH",
        path=SOURCE,
        summary="Rename a source, or change what its later runs do.",
        endpoint=sources.change,
        answers=(Says(200, "The source after it.", {JSON: ChangedSource}),),
        problems=(403, 404, 413, 415),
        body=SourceChange,
    ),
    Operation(
        name="deleteSource",
        method="DELETE",
        path=SOURCE,
        summary="Delete a source. Its runs stay, as jobs.",
        endpoint=sources.delete,
        answers=(Says(204, "Deleted."),),
        problems=(403, 404),
    ),
    Operation(
        name="pauseSource",
        method="POST",
        path=f"{SOURCE}/pause",
        summary="Let a source's schedule not count for now; once more changes nothing.",
        endpoint=sources.pause,
        answers=(Says(200, "The source after it.", {JSON: Source}),),
        problems=(403, 404, 409),
    ),
    Operation(
        name="resumeSource",
        method="POST",
        path=f"{SOURCE}/resume",
        summary="Let a source's schedule count again.",
        endpoint=sources.resume,
        answers=(Says(200, "The source after it.", {JSON: Source}),),
        problems=(403, 404, 409),
    ),
    Operation(
        name="runSource",
        method="POST",
        path=f"{SOURCE}/runs",
        summary="Crawl a source now; one run at a time.",
        endpoint=sources.run,
        answers=(Says(202, "The run.", {JSON: Job}, {"Location": "the job's address"}),),
        problems=(403, 404, 409, 422),
        headers=(IDEMPOTENCY_KEY,),
    ),
    Operation(
        name="acceptRun",
        method="POST",
        path=f"{SOURCE}/runs/{{job_id}}/accept",
        summary="Let a suspect run be current; once more changes nothing.",
        endpoint=sources.accept,
        answers=(Says(200, "The source after it.", {JSON: Source}),),
        problems=(403, 404, 409),
    ),
    Operation(
        name="listRuns",
        method="GET",
        path=f"{SOURCE}/runs",
        summary="List a source's runs, newest first.",
        endpoint=sources.list_runs,
        answers=(Says(200, "A part of them.", {JSON: Runs}),),
        problems=(404,),
        query=queries.Part,
    ),
    Operation(
        name="diffRuns",
        method="GET",
        path=f"{SOURCE}/diff",
        summary="Compare two runs of a source; with Accept: text/markdown as a document for people.",
        endpoint=sources.diff,
        answers=(Says(200, "Counts, and changes by address.", {JSON: Diff, "text/markdown": TEXT}),),
        problems=(404, 409),
        query=queries.DiffRuns,
    ),
    Operation(
        name="readChanges",
        method="GET",
        path=f"{SOURCE}/changes",
        summary="Follow what a source shows: a JSON line for each page to put in or to delete.",
        endpoint=sources.changes,
        answers=(Says(200, "What changed after the cursor, in order.", {"application/jsonl": TEXT}),),
        problems=(404, 409),
        query=queries.Changes,
    ),
)
