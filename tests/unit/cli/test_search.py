"""What `docspasta search` prints."""

from __future__ import annotations

import json

from docspasta.cli.search import address, json_of, lines_of, warnings
from docspasta.v1.search_pb2 import SearchedJob, SearchHit, SearchResponse, SnippetPart

HIT = SearchHit(
    job_id="j",
    page_id=7,
    url="https://docs.example.org/tasks",
    title="Tasks",
    heading_path=["Tasks", "Creating"],
    anchor="asyncio.create_task",
    snippet=[SnippetPart(text="Call "), SnippetPart(text="create_task", marked=True), SnippetPart(text=".")],
    text="Call create_task.\n\n\x1b[2JMore.",
)


def test_a_hit_is_its_address_its_headings_and_its_words() -> None:
    (shown,) = lines_of(SearchResponse(hits=[HIT]), text=False)
    assert shown == f"{address(HIT)}\n  Tasks > Creating\n    Call create_task.\n"
    assert address(HIT) == "https://docs.example.org/tasks#asyncio.create_task"


def test_the_whole_section_cannot_drive_the_terminal() -> None:
    (shown,) = lines_of(SearchResponse(hits=[HIT]), text=True)
    assert "More." in shown and "\x1b" not in shown


def test_json_is_as_rest_has_it() -> None:
    (line,) = json_of(SearchResponse(hits=[HIT]))
    told = json.loads(line)
    assert told["pageId"] == "7" and told["headingPath"] == ["Tasks", "Creating"]
    assert [part["marked"] for part in told["snippet"]] == [False, True, False]


def test_what_was_not_searched_whole_is_told() -> None:
    assert "crawl a site first" in " ".join(warnings(SearchResponse()))
    running, pending = SearchedJob(job_id="a", pages=1200), SearchedJob(job_id="b", pending=True)
    whole = SearchedJob(job_id="c", complete=True)
    told = warnings(SearchResponse(hits=[HIT], jobs=[running, pending, whole]))
    assert told == [
        "a still runs; 1,200 pages of it were searched.",
        "b is still being indexed; search again in a moment.",
    ]
