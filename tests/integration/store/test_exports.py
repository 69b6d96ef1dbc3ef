"""Exports from the record: the selected pages of one's own job, whatever else there is."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from docspasta.domain import JobKey
from docspasta.exports.formats import Format, Wanted
from docspasta.exports.selection import BadSelection, Selection
from docspasta.store.documents import DocumentGone
from docspasta.store.exports import open_export, read_selection
from docspasta.store.record import record_batch

from .crawls import NOON, SITE, failed, make_job, page_of, processed
from .test_documents import KEY, small_crawl

ALL = Selection()


async def ended_crawl(pool, key=KEY):
    _, at = await small_crawl(pool, key)
    assert (await record_batch(pool, key, [failed(at["/down"])], NOON)).ended


async def exported(pool, form: str, selection: Selection = ALL, key=KEY, **wanted):
    header, stream = await open_export(pool, key, Wanted(Format(form), **wanted), selection)
    return header, b"".join([piece async for piece in stream])


async def test_every_format_has_the_pages_and_the_same_bytes_each_time(pool):
    await ended_crawl(pool)
    for form in Format:
        tokens = 1_000 if form is Format.PARTS else 0
        header, data = await exported(pool, form, max_tokens=tokens)
        assert header.complete and header.pages == 3 and header.etag.startswith('"')
        assert header.parts == (1 if form is Format.PARTS else 0)
        assert (header, data) == await exported(pool, form, max_tokens=tokens)
        if header.media_type == "application/zip":
            names = zipfile.ZipFile(io.BytesIO(data)).namelist()
            data = zipfile.ZipFile(io.BytesIO(data)).read(names[0])
        assert b"Page /" in data or form in (Format.CHUNKS, Format.SKILL)


async def test_a_link_to_a_redirect_or_a_duplicate_leads_to_the_file_that_is_there(pool):
    await ended_crawl(pool)
    _, data = await exported(pool, "zip")
    text = zipfile.ZipFile(io.BytesIO(data)).read("home.md").decode()
    assert "[/old](b.md)" in text and "[/twin](a.md)" in text and "[/b#usage](b.md#usage)" in text
    assert f"[/elsewhere]({SITE}/elsewhere)" in text


async def test_a_selection_is_all_that_is_exported(pool):
    await ended_crawl(pool)
    _, data = await exported(pool, "chunks", Selection(include=("/a", "/b"), exclude=("/b",)))
    assert {json.loads(line)["url"] for line in data.splitlines()} == {f"{SITE}/a"}
    header, _ = await exported(pool, "llms", Selection(pages=((2, 3),)))
    assert header.pages == 2
    with pytest.raises(BadSelection) as refused:
        await exported(pool, "zip", Selection(include=("/nowhere",)))
    assert refused.value.field == "include"
    with pytest.raises(BadSelection) as refused:
        await exported(pool, "parts", max_tokens=1_000, part=2)
    assert refused.value.field == "part"


async def test_etags_tell_what_was_asked_for(pool):
    await ended_crawl(pool)
    tags = set()
    for selection in (ALL, Selection(include=("/a",)), Selection(links=False)):
        for form in ("markdown", "chunks"):
            header, _ = await exported(pool, form, selection)
            tags.add(header.etag)
            wanted = Wanted(Format(form))
            again, stream = await open_export(pool, KEY, wanted, selection, header.etag)
            assert again.not_modified and [piece async for piece in stream] == []
    assert len(tags) == 6


async def test_a_job_that_goes_on_is_exported_as_far_as_it_is(pool):
    await small_crawl(pool)
    header, data = await exported(pool, "markdown")
    assert (header.etag, header.complete, header.pages) == ("", False, 3)
    assert b"complete: false" in data
    with pytest.raises(BadSelection):
        await exported(pool, "zip", Selection(pages=((1, 1),)))


async def test_a_job_without_a_page_has_nothing(pool):
    await make_job(pool, KEY)
    header, data = await exported(pool, "zip")
    assert header.pages == 0 and data == b""


async def test_somebody_elses_job_is_no_job(pool):
    await ended_crawl(pool)
    other = JobKey("mallory", KEY.job_id)
    assert await open_export(pool, other, Wanted(Format.ZIP), ALL) is None
    assert await read_selection(pool, other, ALL) is None


async def test_an_export_of_a_job_deleted_meanwhile_ends_with_an_error(pool):
    await ended_crawl(pool)
    _, stream = await open_export(pool, KEY, Wanted(Format.CHUNKS), ALL)
    async with pool.transaction(KEY.user_id) as connection:
        await connection.execute("DELETE FROM crawling_jobs WHERE job_id = $1", KEY.job_id)
    with pytest.raises(DocumentGone):
        [piece async for piece in stream]


async def test_a_selection_is_counted_by_folder(pool):
    [seed] = await make_job(pool, KEY)
    paths = ["/guide/a", "/guide/b", "/guide/deep/c", "/api/d"]
    recorded = await record_batch(
        pool, KEY, [processed(seed, f"{SITE}/", *(SITE + path for path in paths))], NOON
    )
    pages = [
        processed(a.page_id, a.url, page=page_of(a.url, f"# {a.url}\n\n" + "x" * 392))
        for a in recorded.admitted
    ]
    await record_batch(pool, KEY, pages, NOON)
    told = await read_selection(pool, KEY, Selection(exclude=("/guide/b",)))
    assert (told.under, told.sum.selected, told.sum.pages) == (f"{SITE}/", 4, 5)
    entries = {entry.path.removeprefix(SITE): entry for entry in told.entries}
    assert set(entries) == {"/", "/guide/", "/api/"}
    guide = entries["/guide/"].sum
    assert (guide.pages, guide.selected) == (3, 2) and guide.tokens >= 200 and guide.bytes >= 800
    below = await read_selection(pool, KEY, ALL, f"{SITE}/guide/")
    assert [(entry.path.removeprefix(SITE), entry.page is None) for entry in below.entries] == [
        ("/guide/a", False),
        ("/guide/b", False),
        ("/guide/deep/", True),
    ]
    assert below.sum.selected == 5
    assert len((await read_selection(pool, KEY, ALL, f"{SITE}/guide/", 1, 1)).entries) == 2


async def test_a_selection_without_links_is_as_large_as_what_is_then_exported(pool):
    await ended_crawl(pool)
    whole, less = [(await read_selection(pool, KEY, Selection(links=links))).sum for links in (True, False)]
    assert (less.selected, less.pages) == (whole.selected, whole.pages)
    assert less.tokens < whole.tokens and less.bytes < whole.bytes
    _, data = await exported(pool, "markdown", Selection(links=False, contents=0))
    text = data.partition(b"\n## ")[2]
    assert 0 <= len(text) - less.bytes < 3 * 40, "but for the pages' headings"
