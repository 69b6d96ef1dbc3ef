"""The domain's types: closed lists that the proto and the schema share, and settings that survive storage."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import docspasta.domain
from docspasta import proto_enums
from docspasta.domain import JobLimit, JobSettings, JobState, PageKind, PageReason, PageState
from docspasta.v1 import jobs_pb2, page_pb2

HERE = Path(docspasta.domain.__file__).parent
SCHEMA = (HERE.parent / "store" / "schema.sql").read_text()


def test_the_domain_imports_nothing_but_the_standard_library_and_itself() -> None:
    for file in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                assert name.partition(".")[0] in sys.stdlib_module_names, f"{file.name} imports {name}"
                assert name not in ("asyncio", "socket", "os", "pathlib"), f"{file.name} imports {name}"


@pytest.mark.parametrize("state", JobState)
def test_a_state_has_ended_when_the_schema_says_that_it_has_a_time(state: JobState) -> None:
    found = re.search(r"CONSTRAINT ended_has_a_time CHECK \(\(\(state = ANY \(ARRAY\[(.*?)\]", SCHEMA)
    assert found is not None
    assert state.ended == (f"'{state}'" in found[1])


@pytest.mark.parametrize(
    ("words", "constraint"),
    [
        (JobState, "crawling_jobs_state_check"),
        (JobLimit, "crawling_jobs_limit_reached_check"),
        (PageState, "crawled_pages_state_check"),
        (PageReason, "crawled_pages_reason_check"),
    ],
)
def test_the_schema_allows_the_same_words(words: type[JobState], constraint: str) -> None:
    [line] = [line for line in SCHEMA.splitlines() if f"CONSTRAINT {constraint} " in line]
    assert set(re.findall(r"'(\w*)'::text", line)) == {str(word) for word in words}


def test_the_schema_has_the_kinds_and_one_for_remembered_links() -> None:
    [line] = [line for line in SCHEMA.splitlines() if "CONSTRAINT crawled_pages_kind_check " in line]
    assert set(re.findall(r"'(\w*)'::text", line)) == {*PageKind, "refused"}


def test_the_proto_has_the_same_words() -> None:
    for value in jobs_pb2.JobState.values()[1:]:
        assert proto_enums.job_state_value(proto_enums.job_state(value)) == value
    for value in page_pb2.PageState.values()[1:]:
        assert proto_enums.page_state_value(proto_enums.page_state(value)) == value
    for value in page_pb2.PageReason.values():
        assert proto_enums.page_reason_value(proto_enums.page_reason(value)) == value
    assert {proto_enums.job_limit_value(limit) for limit in JobLimit} == set(jobs_pb2.JobLimit.values())
    assert len(JobState) == len(jobs_pb2.JobState.values()) - 1
    assert len(PageState) == len(page_pb2.PageState.values()) - 1
    assert len(PageReason) == len(page_pb2.PageReason.values())
    assert len(JobLimit) == len(jobs_pb2.JobLimit.values())


def test_an_unspecified_state_is_refused() -> None:
    with pytest.raises(ValueError, match="unspecified"):
        proto_enums.job_state(jobs_pb2.JOB_STATE_UNSPECIFIED)


def test_every_reason_has_a_sentence() -> None:
    assert [reason for reason in PageReason if not reason.sentence] == [PageReason.NONE]
    assert len({reason.sentence for reason in PageReason}) == len(PageReason)


def test_the_settings_are_the_protos_without_the_headers() -> None:
    named = {field.name for field in jobs_pb2.JobSettings.DESCRIPTOR.fields} - {"headers"}
    assert {field.name for field in fields(JobSettings)} == named


def test_settings_survive_their_storage() -> None:
    full = JobSettings(
        url="https://a.example/", include=("/a/**",), delay=0.0, respect_robots=False, max_bytes=7
    )
    assert JobSettings.from_json(full.to_json()) == full
    assert JobSettings().to_json() == "{}"
    assert JobSettings.from_json('{"max_pages":3,"of_a_later_version":1}') == JobSettings(max_pages=3)


def test_bytes_left_only_ever_lower_the_limit() -> None:
    assert JobSettings(max_bytes=5).at_most_bytes(9).max_bytes == 5
    assert JobSettings(max_bytes=5).at_most_bytes(3).max_bytes == 3
    assert JobSettings().at_most_bytes(3).max_bytes == 3
    assert JobSettings().at_most_bytes(0).max_bytes is None
