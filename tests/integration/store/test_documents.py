"""The document: streamed, complete about what it lacks, the same bytes whatever the order of arrival."""

from __future__ import annotations

import json
import random

import pytest
from markdown_it import MarkdownIt

from docspasta.content.page import Heading, Placement
from docspasta.domain import JobKey, PageReason
from docspasta.store.document_plan import read_job, read_plan
from docspasta.store.documents import DocumentGone, open_document
from docspasta.store.ending import CANCELLED, end_job
from docspasta.store.jobs import delete_job
from docspasta.store.maintenance import purge
from docspasta.store.outline import open_outline, rows_of
from docspasta.store.record import record_batch
from tests.sizes import size

from .crawls import NOON, SITE, document_of, failed, make_job, page_of, processed, redirected

KEY = JobKey("alice", "job1")


def linked_page(path: str, targets: list[str], **fields):
    """A page with a heading, a section with an id, and a link to each target (a path with or without #id)."""
    markdown, placements = f"# Page {path}\n\n", []
    for target in targets:
        markdown += "See ["
        markdown += f"{target}]("
        placements.append(
            Placement(
                len(markdown), len(SITE + target), SITE + target.split("#")[0], target.partition("#")[2]
            )
        )
        markdown += f"{SITE}{target}).\n"
    markdown += "\n"
    headings = (Heading(1, f"Page {path}", "", 0), Heading(2, "Usage", "usage", len(markdown)))
    markdown += f"## Usage\n\nHow to use {path}.\n"
    return page_of(SITE + path, markdown, placements=tuple(placements), headings=headings, **fields)


async def small_crawl(pool, key=KEY, **columns):
    """Start page, two pages, a redirect to one of them, a duplicate, a failure."""
    [seed] = await make_job(pool, key, **columns)
    start = linked_page("/", ["/a", "/b#usage", "/old", "/twin", "/down", "/elsewhere"])
    links = [f"{SITE}{path}" for path in ("/a", "/b", "/old", "/twin", "/down")]
    recorded = await record_batch(pool, key, [processed(seed, f"{SITE}/", *links, page=start)], NOON)
    at = {a.url.removeprefix(SITE): a.page_id for a in recorded.admitted}
    a = linked_page("/a", ["/", "/twin"])
    results = [
        processed(at["/a"], f"{SITE}/a", page=a),
        processed(at["/b"], f"{SITE}/b", page=linked_page("/b", ["/a"])),
        redirected(at["/old"], f"{SITE}/b"),
        processed(at["/twin"], f"{SITE}/twin", page=a),
    ]
    return await record_batch(pool, key, results, NOON), at


async def test_a_whole_document(pool):
    _, at = await small_crawl(pool)
    assert (await record_batch(pool, KEY, [failed(at["/down"])], NOON)).ended
    header, _ = await open_document(pool, KEY)
    assert header.complete and header.pages == 3 and header.etag.startswith('"')
    assert (header.title, header.file_name) == ("Page /", "docs.example.org.md")
    text = (await document_of(pool, KEY)).decode()
    assert text == (
        '---\ntitle: "Page /"\nsource: "https://docs.example.org/"\ngenerator: "Docspasta 0.1.0"\npages: 3\n'
        "complete: false\nfailed: 1\n---\n\n# Page /\n\n## Contents\n\n"
        "- [Page /](#index)\n- [Page /a](#a)\n- [Page /b](#b)\n\n"
        '<a id="index"></a>\n\n## Page /\n\nSource: <https://docs.example.org/>\n\n'
        "See [/a](#a).\nSee [/b#usage](#b--usage).\nSee [/old](#b).\nSee [/twin](#a).\n"
        "See [/down](https://docs.example.org/down).\nSee [/elsewhere](https://docs.example.org/elsewhere).\n\n"
        "### Usage\n\nHow to use /.\n\n"
        '<a id="a"></a>\n\n## Page /a\n\nSource: <https://docs.example.org/a>\n\n'
        "See [/](#index).\nSee [/twin](#a).\n\n### Usage\n\nHow to use /a.\n\n"
        '<a id="b"></a>\n\n## Page /b\n\nSource: <https://docs.example.org/b>\n\n'
        'See [/a](#a).\n\n<a id="b--usage"></a>\n\n### Usage\n\nHow to use /b.\n\n'
        "## What is missing\n\n"
        "- <https://docs.example.org/down>: The server answered with an error status. (HTTP 500)\n"
    )


async def test_a_running_jobs_document_says_that_it_is_not_complete(pool):
    await small_crawl(pool)
    header, _ = await open_document(pool, KEY)
    assert (header.etag, header.complete, header.pages) == ("", False, 3)
    text = (await document_of(pool, KEY)).decode()
    assert (
        "complete: false\n" in text
        and "- The job has not ended. Pages that still wait for their turn: 1\n" in text
    )
    assert "[/twin](#a)" in text and "## Page /b\n" in text


async def test_nothing_yet_no_job_and_somebody_elses(pool):
    await make_job(pool, KEY)
    header, _ = await open_document(pool, KEY)
    assert header.pages == 0 and not header.complete
    assert await open_document(pool, JobKey("alice", "never")) is None
    assert await open_document(pool, JobKey("mallory", "job1")) is None
    assert await open_outline(pool, JobKey("mallory", "job1")) is None


async def test_the_etag_names_a_version_and_stands_for_the_bytes(pool):
    _, at = await small_crawl(pool)
    await record_batch(pool, KEY, [failed(at["/down"])], NOON)
    header, _ = await open_document(pool, KEY)
    again, stream = await open_document(pool, KEY, if_none_match=f'"x", W/{header.etag}')
    assert again.not_modified and [piece async for piece in stream] == []
    lines, _ = await open_document(pool, KEY, "json_lines")
    assert not (await open_document(pool, KEY, if_none_match=lines.etag))[0].not_modified
    assert lines.etag != header.etag and lines.file_name.endswith(".jsonl")
    assert not (await open_document(pool, KEY, if_none_match='"other"'))[0].not_modified


async def test_json_lines_hold_every_page(pool):
    _, at = await small_crawl(pool)
    await record_batch(pool, KEY, [failed(at["/down"])], NOON)
    lines = [json.loads(line) for line in (await document_of(pool, KEY, "json_lines")).splitlines()]
    assert [line["url"].removeprefix(SITE) for line in lines] == ["/", "/a", "/b", "/down"]
    assert lines[1]["markdown"].startswith("# Page /a\n") and lines[1]["position"] == 2
    assert lines[1]["headings"][0]["text"] == "Page /a" and lines[1]["headings"][0]["level"] == 1
    assert lines[3] == {"url": f"{SITE}/down", "state": "failed", "reason": "http_status", "httpStatus": 500}


async def test_the_outline_is_the_documents(pool):
    _, at = await small_crawl(pool)
    await record_batch(pool, KEY, [failed(at["/down"])], NOON)
    included, pieces = await open_outline(pool, KEY, 0, 2)
    rows = [row async for _, piece in pieces for row in rows_of(piece)]
    _, pieces = await open_outline(pool, KEY, 2, 2)
    rows += [row async for _, piece in pieces for row in rows_of(piece)]
    assert included == 3 and [row[0] for row in rows] == sorted(row[0] for row in rows)
    outline = [(level, text) for _, level, text, _, _ in rows]
    tokens = MarkdownIt().parse((await document_of(pool, KEY)).decode().split("---\n", 2)[2])
    shown = [
        (int(token.tag[1]), tokens[number + 1].content)
        for number, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    assert shown == [(1, "Page /"), (2, "Contents"), *outline, (2, "What is missing")]


async def test_what_a_limit_cut_is_told(pool):
    [seed] = await make_job(pool, KEY, page_limit=2)
    links = [f"{SITE}/{n}" for n in range(4)]
    await record_batch(pool, KEY, [processed(seed, f"{SITE}/", *links)], NOON)
    async with pool.transaction("alice") as connection:
        await end_job(connection, KEY, NOON, CANCELLED)
    text = (await document_of(pool, KEY)).decode()
    assert 'complete: false\nlimit_reached: "pages"\nnot_admitted: 3\n---' in text
    assert text.endswith(
        "## What is missing\n\n- Pages that had no turn before the job was cancelled: 1\n"
        "- Links that the job's limit of pages kept out: 3\n"
    )


async def test_a_job_deleted_while_its_document_is_read_ends_the_stream(pool):
    _, at = await small_crawl(pool)
    await record_batch(pool, KEY, [failed(at["/down"])], NOON)
    _, stream = await open_document(pool, KEY)
    async with pool.transaction("alice") as connection:
        await delete_job(connection, KEY)
    while await purge(pool, KEY, 100):
        pass
    with pytest.raises(DocumentGone):
        [piece async for piece in stream]


class Site:
    """A random site: pages that link, navigate, redirect, repeat and fail, each always in the same way."""

    def __init__(self, seed: int, pages: int) -> None:
        chance = random.Random(seed)
        paths = ["/"] + [f"/{chance.choice('abcd')}/{n}" for n in range(1, pages)]
        navigations = [chance.sample(paths, chance.randrange(2, pages)) for _ in range(4)]
        self.answers = {path: self._answer(chance, path, paths, navigations) for path in paths}

    def _answer(self, chance, path, paths, navigations):
        roll = 0 if path == "/" else chance.random()
        if roll > 0.93:
            return "failed", chance.choice(["http_status", "timeout"]), []
        if roll > 0.85:
            return "redirected", chance.choice(paths), []
        follower = paths[(paths.index(path) + 1) % len(paths)]
        links = [*chance.sample(paths, min(5, len(paths))), follower]
        targets = [link + chance.choice(["", "", "#usage", "#none"]) for link in links]
        fields = {"navigation": tuple(SITE + p for p in chance.choice(navigations))}
        if chance.random() < 0.3:
            fields["rel_next"] = SITE + chance.choice(paths)
        if chance.random() < 0.2:
            fields["canonical"] = SITE + chance.choice(paths)
        shown = chance.choice(paths) if chance.random() < 0.1 else path
        page = linked_page(shown, targets, **fields)
        return "processed", page, links + [url.removeprefix(SITE) for url in fields["navigation"]]

    def result(self, admitted):
        kind, what, links = self.answers[admitted.url.removeprefix(SITE)]
        if kind == "failed":
            return failed(admitted.page_id, what)
        if kind == "redirected":
            return redirected(admitted.page_id, SITE + what, admitted.redirects + 1)
        return processed(admitted.page_id, admitted.url, *(SITE + link for link in links), page=what)


async def crawl(pool, key: JobKey, site: Site, chance: random.Random) -> None:
    """Crawl the site to its end, in a random order and random batches."""
    from docspasta.store.results import QueuedPage

    [seed] = await make_job(pool, key)
    waiting = [QueuedPage(seed, f"{SITE}/", "", None, 0)]
    while waiting:
        chance.shuffle(waiting)
        some = chance.randrange(1, 9)
        batch, waiting = waiting[:some], waiting[some:]
        recorded = await record_batch(pool, key, [site.result(admitted) for admitted in batch], NOON)
        waiting += recorded.admitted
    assert recorded.ended


@pytest.mark.parametrize("seed", range(size("orders of arrival")))
async def test_any_two_orders_of_arrival_give_the_same_bytes(pool, seed):
    """Fails when anything of the document depends on page ids or on time: let ReadingOrder take pages by id
    instead of by path, or let the start page be the smallest id, and it does."""
    site = Site(seed, 30)
    documents = set()
    for run in range(3):
        key = JobKey("alice", f"site-{run}")
        await crawl(pool, key, site, random.Random(seed * 100 + run))
        documents.add((await document_of(pool, key), await document_of(pool, key, "json_lines")))
    assert len(documents) == 1
    text = documents.pop()[0].decode()
    anchors = {part.split('"')[0] for part in text.split('<a id="')[1:]}
    assert len(anchors) == text.count("<a id=")
    assert all(part.split(")")[0] in anchors for part in text.split("](#")[1:])


async def test_pages_without_a_turn_are_counted_and_listed_but_never_held(pool):
    """A crawl of one page that found thousands costs its readers what one page costs."""
    [seed] = await make_job(pool, KEY)
    pages = 2_500
    links = [f"{SITE}/page-{n:04d}" for n in range(pages)]
    await record_batch(pool, KEY, [processed(seed, f"{SITE}/", *links)], NOON)
    async with pool.transaction("alice") as connection:
        await end_job(connection, KEY, NOON, CANCELLED)
        snapshot = await read_job(connection, KEY)
        plan = await read_plan(connection, KEY, snapshot)
    assert plan.missing == [] and plan.no_turn == {PageReason.CANCELLED: pages}
    told = (await document_of(pool, KEY)).decode()
    assert f"Pages that had no turn before the job was cancelled: {pages}" in told
    lines = [json.loads(line) for line in (await document_of(pool, KEY, "json_lines")).splitlines()]
    assert [line["url"] for line in lines[1:]] == links
    assert {(line["state"], line["reason"]) for line in lines[1:]} == {("skipped", "cancelled")}
