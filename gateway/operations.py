"""Every operation of REST, one table a resource: what it asks for, what it answers, and who answers it.

The routes and the OpenAPI document are both made of this table.
"""

from __future__ import annotations

from docspasta.rest.base import API
from docspasta.rest.events import EVENTS
from docspasta.rest.jobs import Job, Jobs, JobSnapshot, StartedJob
from docspasta.rest.keys import ApiKeys, NewApiKey
from docspasta.rest.matches import TextMatches
from docspasta.rest.pages import Addresses, Outline, Pages, ShownPage
from docspasta.rest.pushes import PagePush, PushedPages
from docspasta.rest.requests import CrawlRequest, KeyRequest, ScrapeRequest
from docspasta.rest.scraped import Scraped
from docspasta.rest.search import SearchResults
from docspasta.rest.selection import Selection

from . import document, export, jobs, keys, pages, pushes, queries, scrape, search
from .operation import Endpoint, Operation, Says, Schema
from .source_operations import IDEMPOTENCY_KEY, SOURCE_OPERATIONS
from .webhook_operations import WEBHOOK_OPERATIONS

JOB = f"{API}/jobs/{{job_id}}"
PAGE = f"{JOB}/pages/{{page_id}}"

IF_NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The ETag of the document that you have.",
}
ACCEPT_ENCODING: Schema = {
    "name": "Accept-Encoding",
    "in": "header",
    "schema": {"type": "string"},
    "description": "gzip is how an ended job's document is stored; zstd, br and identity are made of it.",
}
RANGE: Schema = {
    "name": "Range",
    "in": "header",
    "schema": {"type": "string"},
    "description": "One range of bytes of an ended job's document, not coded.",
}
IF_RANGE: Schema = {
    "name": "If-Range",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The ETag of the document, not coded, of which you have a part.",
}
LAST_EVENT_ID: Schema = {
    "name": "Last-Event-ID",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The last id that was seen; browsers send it by themselves.",
}

JSON = "application/json"
TEXT: Schema = {"type": "string"}
EVENT_STREAM: Schema = {
    "type": "string",
    "x-event-payloads": {
        name: {"$ref": f"#/components/schemas/{model.__name__}"} for name, model in EVENTS.items()
    },
}
STREAM = (
    "Server-Sent Events. `id` is `<epoch>-<version>`; x-event-payloads has the schema of each event's data. "
    "A response that ends without job_completed, job_failed or job_cancelled is to be opened again."
)
SEEN_ALL = Says(204, "The job has ended and you have seen it all.")
DOCUMENT_HEADERS = {
    "Docspasta-Complete": "false while the job runs",
    "Docspasta-Pages": "pages in it",
    "ETag": "of an ended job's document",
}


def get(name: str, path: str, summary: str, endpoint: Endpoint, *answers: Says, **more: object) -> Operation:
    """A read of something that may not be there."""
    return Operation(
        name=name,
        method="GET",
        path=path,
        summary=summary,
        endpoint=endpoint,
        answers=answers,
        **{"problems": (404,), **more},  # type: ignore[arg-type]
    )


def step(name: str, endpoint: Endpoint, summary: str) -> Operation:
    """A step that a person takes with a job."""
    return Operation(
        name=f"{name}Job",
        method="POST",
        path=f"{JOB}/{name}",
        summary=summary,
        endpoint=endpoint,
        answers=(Says(200, "The job after it.", {JSON: Job}),),
        problems=(403, 404, 409),
    )


def download(name: str, path: str, endpoint: Endpoint, summary: str, kind: str) -> Operation:
    """The document in one of its forms."""
    return Operation(
        name=name,
        method="GET",
        path=path,
        summary=summary,
        endpoint=endpoint,
        answers=(
            Says(200, "The document.", {kind: TEXT}, DOCUMENT_HEADERS),
            Says(206, "A range of an ended job's document.", {kind: TEXT}, DOCUMENT_HEADERS),
            Says(304, "You have it."),
            Says(416, "No byte of it is in the range."),
        ),
        problems=(404, 409),
        query=queries.Download,
        headers=(IF_NONE_MATCH, ACCEPT_ENCODING, RANGE, IF_RANGE),
    )


def watch(
    name: str, path: str, endpoint: Endpoint | None, summary: str, *snapshot: type[JobSnapshot]
) -> Operation:
    """A job's updates as they come."""
    content: dict[str, type[JobSnapshot] | Schema] = {"text/event-stream": EVENT_STREAM}
    for model in snapshot:
        content[JSON] = model
    return Operation(
        name=name,
        method="GET",
        path=path,
        summary=summary,
        endpoint=endpoint,
        answers=(Says(200, STREAM, content), SEEN_ALL),
        problems=(404,),
        query=queries.Watch,
        headers=(LAST_EVENT_ID,),
    )


CREATE_JOB = Operation(
    name="createJob",
    method="POST",
    path=f"{API}/crawl",
    summary="Crawl a documentation website.",
    endpoint=jobs.create,
    answers=(Says(202, "The job.", {JSON: StartedJob}, {"Location": "the job's address"}),),
    problems=(403, 409, 413, 415, 422),
    body=CrawlRequest,
    headers=(IDEMPOTENCY_KEY,),
)
PROCESS = Operation(
    name="pushPages",
    method="POST",
    path=f"{API}/process",
    summary="Push pages to a job: one as JSON, several as lines of JSON, or a page's own bytes.",
    endpoint=pushes.process,
    answers=(Says(200, "What became of them.", {JSON: PushedPages}),),
    problems=(403, 404, 408, 409, 413),
    query=queries.Push,
    bodies={
        JSON: PagePush,
        "application/x-ndjson": TEXT,
        "text/html": TEXT,
        "text/markdown": TEXT,
        "text/plain": TEXT,
    },
    signed=True,
)
SCRAPE = Operation(
    name="scrape",
    method="POST",
    path=f"{API}/scrape",
    summary="Convert one page to Markdown.",
    endpoint=scrape.scrape,
    answers=(Says(200, "The page.", {JSON: Scraped, "text/markdown": TEXT}),),
    problems=(403, 404, 413, 415, 422),
    body=ScrapeRequest,
)
DELETE_JOB = Operation(
    name="deleteJob",
    method="DELETE",
    path=JOB,
    summary="Delete a job and everything it crawled.",
    endpoint=jobs.delete,
    answers=(Says(204, "Deleted."),),
    problems=(403, 404, 409),
    query=queries.DeleteJob,
)
CREATE_KEY = Operation(
    name="createKey",
    method="POST",
    path=f"{API}/keys",
    summary="Create an API key.",
    endpoint=keys.create,
    answers=(Says(201, "The key; its secret is shown once.", {JSON: NewApiKey}),),
    problems=(403, 413, 415),
    body=KeyRequest,
)
REVOKE_KEY = Operation(
    name="revokeKey",
    method="DELETE",
    path=f"{API}/keys/{{key_id}}",
    summary="Revoke an API key.",
    endpoint=keys.revoke,
    answers=(Says(204, "Revoked."),),
    problems=(403, 404),
)
LIST_JOBS = get(
    "listJobs",
    f"{API}/jobs",
    "List your jobs, newest first.",
    jobs.list_jobs,
    Says(200, "A part of them.", {JSON: Jobs}),
    query=queries.ListJobs,
    problems=(),
)
GET_JOB = get(
    "getJob", JOB, "Get a job.", jobs.show, Says(200, "The job.", {JSON: JobSnapshot}), query=queries.ShowJob
)
LIST_PAGES = get(
    "listPages",
    f"{JOB}/pages",
    "List a job's pages.",
    pages.list_pages,
    Says(200, "A part of them.", {JSON: Pages}),
    query=queries.ListPages,
)
LIST_ADDRESSES = get(
    "listAddresses",
    f"{JOB}/addresses",
    "List the addresses that a job found, with those that a limit kept out.",
    pages.addresses,
    Says(200, "A part of them.", {JSON: Addresses}),
    query=queries.Part,
)
GET_PAGE_MARKDOWN = get(
    "getPageMarkdown",
    f"{PAGE}/markdown",
    "Get a page's Markdown.",
    pages.markdown,
    Says(200, "The Markdown.", {"text/markdown": TEXT, "text/plain": TEXT}),
    query=queries.PageMarkdown,
    problems=(404, 409),
)
GET_OUTLINE = get(
    "getOutline",
    f"{JOB}/outline",
    "List the document's headings.",
    pages.outline,
    Says(200, "A part of them.", {JSON: Outline}),
    query=queries.Part,
)
GET_SELECTION = get(
    "getSelection",
    f"{JOB}/selection",
    "Measure a selection of pages, folder by folder.",
    export.selection,
    Says(200, "Its size, and the entries of a folder.", {JSON: Selection}),
    query=queries.Selection,
)
GREP_JOB = get(
    "grepJob",
    f"{JOB}/grep",
    "Find the lines of a job's pages that contain a text.",
    export.grep,
    Says(200, "What was found.", {JSON: TextMatches}),
    query=queries.Grep,
    problems=(404, 409),
)
SEARCH = get(
    "search",
    f"{API}/search",
    "Search the sections of one job, or of all your sites.",
    search.search,
    Says(200, "The best first. A running job is searched as far as it is.", {JSON: SearchResults}),
    query=queries.Search,
)
EXPORT_JOB = get(
    "exportJob",
    f"{JOB}/export",
    "Export some or all pages: as one document, parts, files, chunks, a skill or llms.txt.",
    export.export,
    Says(
        200,
        "The export.",
        {
            "text/markdown": TEXT,
            "text/plain": TEXT,
            "application/jsonl": TEXT,
            "application/zip": {"type": "string", "format": "binary"},
        },
        DOCUMENT_HEADERS | {"Docspasta-Parts": "of the format parts"},
    ),
    Says(304, "You have it."),
    query=queries.Export,
    problems=(404, 409),
    headers=(IF_NONE_MATCH,),
)
LIST_KEYS = get(
    "listKeys",
    f"{API}/keys",
    "List your API keys.",
    keys.list_keys,
    Says(200, "The keys.", {JSON: ApiKeys}),
    problems=(403,),
)

OPERATIONS: tuple[Operation, ...] = (
    CREATE_JOB,
    PROCESS,
    SCRAPE,
    LIST_JOBS,
    GET_JOB,
    DELETE_JOB,
    watch("watchJob", f"{JOB}/stream", None, "Stream a job's updates."),
    watch(
        "getStatus",
        f"{JOB}/status",
        jobs.status,
        "Stream updates (Accept: text/event-stream), or get one snapshot.",
        JobSnapshot,
    ),
    step("cancel", jobs.cancel, "Cancel a job and keep its pages."),
    step("pause", jobs.pause, "Pause a job."),
    step("resume", jobs.resume, "Resume a paused job."),
    step("retry", jobs.retry, "Retry the failed pages of an ended job."),
    step("finish", pushes.finish, "Finish a job of pushed pages."),
    LIST_PAGES,
    LIST_ADDRESSES,
    download(
        "getPagesJsonLines",
        f"{JOB}/pages.jsonl",
        document.json_lines,
        "Get the pages as JSON lines, each with its Markdown as converted (repeated lines stay in).",
        "application/jsonl",
    ),
    get("getPage", PAGE, "Get a page.", pages.show, Says(200, "The page.", {JSON: ShownPage})),
    GET_PAGE_MARKDOWN,
    GET_OUTLINE,
    download("getMarkdown", f"{JOB}/markdown", document.markdown, "Get the document.", "text/markdown"),
    GET_SELECTION,
    SEARCH,
    GREP_JOB,
    EXPORT_JOB,
    CREATE_KEY,
    LIST_KEYS,
    REVOKE_KEY,
    *SOURCE_OPERATIONS,
    *WEBHOOK_OPERATIONS,
)
