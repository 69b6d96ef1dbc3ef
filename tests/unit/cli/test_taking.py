"""What is taken of a crawl: refused before the crawl when it can't be, and named after its part."""

from __future__ import annotations

from pathlib import Path

import pytest

from docspasta.cli.exits import CommandError
from docspasta.cli.taking import Taking, part_path
from docspasta.v1.jobs_pb2 import ExportJobRequest


def test_nothing_asked_for_is_the_whole_document() -> None:
    assert not Taking() and Taking(contents=0) and Taking(links=False) and Taking(select=["/a/**"])


def test_options_become_an_export() -> None:
    request = Taking(select=["/guide/**"], max_tokens="100k", links=False).request("guide.md")
    assert (request.format, request.max_tokens) == (ExportJobRequest.FORMAT_MARKDOWN, 100_000)
    assert list(request.selection.include) == ["/guide/**"] and request.selection.without_links
    assert not request.selection.HasField("contents")
    short = Taking(contents=0).request("guide.md").selection
    assert short.HasField("contents") and short.contents == 0
    parts = Taking(split="1.5m").request("guide.md")
    assert (parts.format, parts.max_tokens) == (ExportJobRequest.FORMAT_PARTS, 1_500_000)
    assert Taking(select=["/a/**"]).request("pages.zip").format == ExportJobRequest.FORMAT_ZIP


def test_an_error_of_the_export_names_the_option_that_was_typed() -> None:
    refused = CommandError("include: No page of the job's 27 is selected.", 2)
    told = Taking(select=["/guid/**"]).as_typed(refused)
    assert (told.message, told.status) == ("--select: No page of the job's 27 is selected.", 2)


@pytest.mark.parametrize(
    ("taking", "output", "words"),
    [
        (Taking(max_tokens="1k", split="1k"), "", "exclude each other"),
        (Taking(max_tokens="900"), "", "--max-tokens 900: give 1,000 to"),
        (Taking(split="1"), "", "--split 1: give 1,000 to"),
        (Taking(split="many"), "", "--split .many. is no number of tokens"),
        (Taking(select=["guide"]), "", "--select"),
        (Taking(max_tokens="2k"), "pages/", "-o pages/ is one file per page; name a file"),
        (Taking(select=["guide"]), "pages/", "--select: The glob 'guide'"),
    ],
)
def test_what_cannot_be_is_refused_at_once(taking: Taking, output: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        taking.request(output)


def test_parts_are_named_after_the_document() -> None:
    assert part_path("", "docs.example.org.parts.zip", 2, 3) == Path("docs.example.org.part-2-of-3.md")
    assert part_path("out/docs.md", "x", 2, 12) == Path("out/docs.part-02-of-12.md")
    assert part_path("out/", "docs.example.org.part-2-of-3.md", 2, 3) == Path(
        "out/docs.example.org.part-2-of-3.md"
    )
