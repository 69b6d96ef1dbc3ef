"""One list of fields a type: a column that is added in one place and forgotten in another is found here.

The statements are read with their types, and the committed schema says which columns there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, NamedTuple

import pytest

from docspasta.domain import Counts, Job, JobKey, JobLimit, JobSettings, JobState, Page, PageReason, PageState
from docspasta.store.jobs import SQL as JOBS
from docspasta.store.locked_job import SQL as RECORD
from docspasta.store.locked_job import LockedJob, LockedRow
from docspasta.store.record import ResultRow
from docspasta.store.rows import columns_of, select_list, shape_of
from docspasta.store.statements import Statement, parse

SCHEMA = files("docspasta.store").joinpath("schema.sql").read_text(encoding="utf-8")
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
# Columns that no type shows, each with what reads or writes it.
JOB_INTERNAL = {
    "accepted_at",
    "scope",  # crawl.sql; LockedRow knows whether there is one
    "idempotency_key",  # EarlierJob is found by it
    "idempotency_hash",  # EarlierJob
    "keep_raw",  # crawl.sql, pages.sql
    "seconds_limit",  # run_job counts with it
    "running_limit",  # start_next_job compares it
    "not_admitted",  # generated; documents.sql
    "progress_summary",  # a trigger keeps it
    "deleted_at",  # the row-level policy hides by it
}
PAGE_INTERNAL = {
    "likeness",
    "user_id",
    "job_id",
    "url_key",
    "kind",
    "refused_by",
    "redirects",
    "found_at",
    "result_id",
    "markdown_id",
    "heading",
    "canonical_url",
    "rel_next",
    "rel_prev",
    "navigation_id",
    "bytes_fetched",
}


def columns(table: str) -> set[str]:
    """The columns of a table in the committed schema."""
    found = re.search(rf"^CREATE TABLE public\.{table} \(\n(.*?)\n\);", SCHEMA, re.MULTILINE | re.DOTALL)
    assert found is not None
    lines = (line.strip() for line in found[1].splitlines())
    return {line.split()[0].strip('"') for line in lines if not line.startswith(("CONSTRAINT", "CHECK"))}


def named(*types: type) -> set[str]:
    renamed = {"version": "state_version", "scoped": "scope", "read_at": "", "tells_pages": "", "pushed": ""}
    renamed["kept"] = ""
    return {renamed.get(name, name) for of in types for name in shape_of(of).columns} - {""}


def test_every_column_of_a_job_is_shown_locked_or_known_to_be_internal() -> None:
    assert named(Job, LockedRow) | JOB_INTERNAL == columns("crawling_jobs")


def test_every_column_of_a_page_is_shown_or_known_to_be_internal() -> None:
    assert named(Page) | PAGE_INTERNAL == columns("crawled_pages")


def test_a_result_writes_each_of_its_fields() -> None:
    text = RECORD.write_results.text
    for name in ResultRow._fields:
        if name != "page_id":
            assert re.search(rf"\b{name} = new\.{name}\b", text), name
    assert set(RECORD.write_results.parameters) == {*ResultRow._fields, "user_id", "job_id", "now"}


def test_a_locked_job_writes_each_of_the_statements_parameters() -> None:
    values: dict[str, Any] = dict.fromkeys(LockedRow._fields, 0)
    values |= {"state": JobState.RUNNING, "reasons": (), "limit_reached": JobLimit.NONE}
    refused = {name: values.pop(f"refused_{name}") for name in ("pages", "depth", "user_pages")}
    from collections import Counter

    values |= {"refused": Counter(refused), "reasons": Counter()}
    job = LockedJob(key=JobKey("u", "j"), base=0, **values)
    bound = RECORD.write_job.bind({**job.key._asdict(), **job.written()})
    assert bound[:2] == ["u", "j"] and len(bound) == len(RECORD.write_job.parameters)


def test_a_type_is_selected_by_its_fields() -> None:
    assert select_list(JobKey) == "user_id, job_id"
    assert select_list(Job).startswith("user_id, job_id, state, state_version AS version, url, settings")
    assert "discovered, queued, processed" in select_list(Job) and "now() AS read_at" in select_list(Job)
    assert select_list(Job) in JOBS.job.text


class Record:
    """A row as asyncpg gives it."""

    def __init__(self, **values: Any) -> None:
        self._values = values

    def __getitem__(self, column: str) -> Any:
        return self._values[column]

    def keys(self) -> Iterator[str]:
        return iter(self._values)

    def values(self) -> Iterator[Any]:
        return iter(self._values.values())


def job_row() -> dict[str, Any]:
    values = dict.fromkeys(shape_of(Job).columns, 0)
    texts = ("url", "current_url", "title", "error", "limit_reached")
    moments = ("started_at", "finished_at", "running_since", "deadline_at", "sealed_headers")
    return {
        **values,
        **dict.fromkeys(texts, ""),
        **dict.fromkeys(moments),
        "user_id": "u",
        "job_id": "j",
        "state": "running",
        "settings": '{"max_pages":3}',
        "header_names": ["a", "b"],
        "reasons": '{"skipped:robots":1,"failed:http_status":2}',
        "queued": 7,
        "read_at": NOON,
    }


def test_a_row_becomes_its_type_with_what_is_nested_in_it() -> None:
    job = shape_of(Job).make(tuple(job_row().values()))
    assert job.key == JobKey("u", "j") and job.state is JobState.RUNNING and job.read_at == NOON
    assert job.settings == JobSettings(max_pages=3) and job.header_names == ("a", "b")
    assert job.counts == Counts(queued=7) and job.limit_reached is JobLimit.NONE
    assert [tuple(count) for count in job.reasons] == [
        (PageState.FAILED, PageReason.HTTP_STATUS, 2),
        (PageState.SKIPPED, PageReason.ROBOTS, 1),
    ]


@pytest.mark.parametrize("change", ["missing", "more", "order"])
def test_other_columns_than_the_types_are_refused(change: str) -> None:
    row = job_row()
    if change == "missing":
        del row["title"]
    elif change == "more":
        row["added_in_the_table_alone"] = 1
    else:
        row["state"] = row.pop("state")
    with pytest.raises(TypeError, match=r"title|added_in_the_table_alone|order"):
        shape_of(Job).check(Record(**row), "job")


class Odd(NamedTuple):
    what: dict[str, int]


def test_a_field_that_no_column_can_be_read_as_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Odd\.what"):
        shape_of(Odd)


def test_parameters_are_numbered_with_the_user_and_the_job_first() -> None:
    where = "x = :x::text AND job_id = :job_id AND user_id = :user_id AND y = :x"
    text = f"-- A purpose: told.\nSELECT 'a:b' WHERE {where}"
    statement = Statement.compiled("s", text)
    assert statement.parameters == ("user_id", "job_id", "x")
    assert statement.text.endswith("'a:b' WHERE x = $3::text AND job_id = $2 AND user_id = $1 AND y = $3")
    assert statement.bind({"x": 1, "job_id": 2, "user_id": 3}) == [3, 2, 1]


@pytest.mark.parametrize("values", [{}, {"user_id": 1}, {"user_id": 1, "x": 2, "z": 3}])
def test_a_missing_or_unknown_value_is_refused(values: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="s takes"):
        Statement.compiled("s", "SELECT :x, :user_id").bind(values)


def test_columns_that_are_unnested_in_another_order_are_refused() -> None:
    good = (
        "-- a --\n-- Purpose.\nSELECT * FROM unnest(:x::int[], :y::int[]) WITH ORDINALITY AS new (x, y, n)\n"
    )
    assert parse("f.sql", good).a.parameters == ("x", "y")
    with pytest.raises(ValueError, match="unnests"):
        parse("f.sql", good.replace("new (x, y, n)", "new (y, x, n)"))
    with pytest.raises(ValueError, match="was not given"):
        parse("f.sql", "-- a --\n-- Purpose.\nSELECT {Job} FROM crawling_jobs\n")


def test_rows_become_columns_by_name() -> None:
    assert columns_of([JobKey("a", "1"), JobKey("b", "2")], JobKey) == {
        "user_id": ("a", "b"),
        "job_id": ("1", "2"),
    }
