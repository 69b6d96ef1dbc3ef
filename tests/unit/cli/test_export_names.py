"""The format that a file's name or a typed one tells."""

from __future__ import annotations

import pytest

from docspasta.cli.export import ExportOptions, request_of
from docspasta.exports.skill import skill_name
from docspasta.v1.jobs_pb2 import ExportJobRequest


@pytest.mark.parametrize(
    ("output", "typed", "told"),
    [
        ("docs.zip", "", "FORMAT_ZIP"),
        ("chunks.jsonl", "", "FORMAT_CHUNKS"),
        ("out/LLMS.txt", "", "FORMAT_LLMS"),
        ("docs.llms-full.txt", "", "FORMAT_LLMS_FULL"),
        ("notes.txt", "", "FORMAT_MARKDOWN"),
        ("x", "llms.txt", "FORMAT_LLMS"),
        ("x", "chunks.jsonl", "FORMAT_CHUNKS"),
    ],
)
def test_a_name_tells_the_format(output: str, typed: str, told: str) -> None:
    asked = request_of(ExportOptions(format=typed, output=output))
    assert ExportJobRequest.Format.Name(asked.format) == told


@pytest.mark.parametrize(
    "address", ["https://docs.example.org/guide/index.html", "https://docs.example.org/guide/"]
)
def test_a_skill_is_called_after_its_address(address: str) -> None:
    assert skill_name(address) == "docs-example-org-guide"
