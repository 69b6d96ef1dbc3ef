"""The numbers of a written document are the document's own."""

from __future__ import annotations

from pathlib import Path

from docspasta.cli.summary import size_of, sizes
from docspasta.cli.written import READ, Written, measured
from docspasta.tokens import estimated_tokens
from docspasta.v1.jobs_pb2 import Job, Progress

JOB = Job(progress=Progress(processed=28, words=1982, tokens=3370, markdown_bytes=13_008))


def test_a_file_is_measured_as_it_is(tmp_path: Path) -> None:
    text = b'---\ntitle: "Larder"\npages: 27\n---\n\n# Larder\n' + b"Some words to read.\n" * (READ // 8)
    file = tmp_path / "larder.md"
    file.write_bytes(text)
    assert measured(str(file)) == Written(27, len(text), round(estimated_tokens(text)))


def test_what_is_no_single_document_is_not_measured(tmp_path: Path) -> None:
    (tmp_path / "plain.md").write_text("no front matter")
    assert [measured(where) for where in ("-", f"{tmp_path}/", str(tmp_path / "plain.md"))] == [None] * 3


def test_the_summary_has_the_document_s_numbers_and_says_what_is_a_duplicate() -> None:
    told = size_of(JOB, Written(27, 15_783, 4811))
    assert told == "27 pages (1 duplicate left out), 1,982 words, ≈ 4,811 tokens, 15.8 kB of Markdown"
    assert size_of(JOB, None) == "28 pages, 1,982 words, ≈ 3,370 tokens, 13.0 kB of Markdown"


def test_a_part_of_it_is_told_by_its_own_numbers() -> None:
    assert sizes([Written(10, 6_900, 1_968)]) == ["Written: 10 pages, ≈ 1,968 tokens, 6.9 kB of Markdown."]
    parts = [Written(10, 6_000, 1_900), Written(17, 7_000, 1_990)]
    assert sizes(parts) == [
        "Written: 2 parts of at most ≈ 1,990 tokens; ≈ 3,890 tokens, 13.0 kB of Markdown in all."
    ]
    assert sizes([]) == []
