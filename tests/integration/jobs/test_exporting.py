"""GetSelection and ExportJob over gRPC: header first, chunks within bounds, refusals that name the field."""

from __future__ import annotations

import io
import zipfile

import grpc
import pytest

from docspasta.errors import DocspastaError
from docspasta.v1 import jobs_pb2 as pb

from .conftest import JobsService, User, refused
from .test_reading import SITE, whole_job

Ask = pb.ExportJobRequest


async def test_an_export_is_a_header_and_chunks(service: JobsService, user: User) -> None:
    job = await whole_job(service, user)
    request = Ask(job_id=job.job_id, format=Ask.FORMAT_ZIP, selection=pb.Selection(exclude=["/b"]))
    head, *chunks = await user.stream("ExportJob", request)
    assert head.header.complete and head.header.pages == 2 and head.header.media_type == "application/zip"
    assert head.header.file_name == "docs.example.org.zip"
    data = b"".join(part.chunk for part in chunks)
    assert "a.md" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    request.if_none_match = head.header.etag
    (again,) = await user.stream("ExportJob", request)
    assert again.header.not_modified


async def test_a_selection_has_its_size(service: JobsService, user: User) -> None:
    job = await whole_job(service, user)
    told = await user.call("GetSelection", pb.GetSelectionRequest(job_id=job.job_id, page_size=2))
    assert (told.pages, told.under, len(told.entries)) == (3, f"{SITE}/", 2) and told.tokens > 0
    request = pb.GetSelectionRequest(job_id=job.job_id, page_size=2, page_token=told.next_page_token)
    rest = await user.call("GetSelection", request)
    assert len(rest.entries) == 1 and not rest.next_page_token
    found = [entry.path for entry in [*told.entries, *rest.entries]]
    assert found == [f"{SITE}/", f"{SITE}/a", f"{SITE}/b"]


async def test_a_text_is_found_where_it_stands(service: JobsService, user: User) -> None:
    job = await whole_job(service, user)
    told = await user.call("GrepJob", pb.GrepJobRequest(job_id=job.job_id, pattern="text of", context=1))
    assert told.complete and [match.url for match in told.matches] == [f"{SITE}/", f"{SITE}/a", f"{SITE}/b"]
    match = told.matches[1]
    assert (match.position, match.line, match.anchor) == (2, 3, "top") and f"Text of {SITE}/a" in match.text
    assert list(match.heading_path) == [f"Page {SITE}/a"]
    one = await user.call("GrepJob", pb.GrepJobRequest(job_id=job.job_id, pattern="Text of", limit=1))
    assert len(one.matches) == 1 and not one.complete
    none = pb.GrepJobRequest(job_id=job.job_id, pattern="TEXT OF", selection=pb.Selection(include=["/b"]))
    assert not (await user.call("GrepJob", none)).matches
    async with refused(grpc.StatusCode.INVALID_ARGUMENT):
        await user.call("GrepJob", pb.GrepJobRequest(job_id=job.job_id, pattern="x" * 201))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"format": 99}, "format"),
        ({"format": Ask.FORMAT_PARTS, "max_tokens": 1}, "max_tokens"),
        ({"format": Ask.FORMAT_ZIP, "tokens": 9}, "tokens"),
        ({"format": Ask.FORMAT_ZIP, "selection": pb.Selection(include=["guide"])}, "include"),
        ({"format": Ask.FORMAT_ZIP, "selection": pb.Selection(include=["/none"])}, "include"),
        (
            {"format": Ask.FORMAT_ZIP, "selection": pb.Selection(pages=[pb.PageRange(first=9, last=9)])},
            "pages",
        ),
        ({"format": Ask.FORMAT_PARTS, "max_tokens": 5_000, "part": 2}, "part"),
    ],
)
async def test_what_cannot_be_exported_is_refused_by_its_field(
    service: JobsService, user: User, wrong: dict, field: str
) -> None:
    job = await whole_job(service, user)
    async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
        await user.stream("ExportJob", Ask(job_id=job.job_id, **wrong))
    assert isinstance(error, DocspastaError)
    assert [name for name, _ in vars(error)["violations"]] == [field]
