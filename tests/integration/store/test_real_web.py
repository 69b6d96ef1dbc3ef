"""What the web answers in a page's place, and pages that repeat others: recorded, counted and told."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from docspasta.content import Page
from docspasta.domain import JobKey, PageKind, PageReason, PageState
from docspasta.store.crawl import crawl_rules, links_of, pages_since
from docspasta.store.links import DISCOVERIES
from docspasta.store.record import record_batch
from docspasta.store.results import FoundUrl, PageResult
from docspasta.urls import url_key

from .crawls import NOON, SITE, document_of, make_job, page_of, processed, redirected, rows_of

KEY = JobKey("alice", "job1")
LOST = "# Lost\n\nThis is the page that we show for {}.\n"


def discovery(path: str, kind: PageKind) -> FoundUrl:
    url = SITE + path
    return FoundUrl(url, url_key(f"{kind} {url}"), kind, step=0)


def lost(path: str) -> Page:
    return replace(page_of(SITE + path, LOST.format(path), likeness="lost"), title="Lost")


async def crawl_with_missing_pages(pool, seed: int) -> str:
    """A start page, two pages, two that are the site's page for lost ones, the probe: in any order."""
    key = JobKey("alice", f"job{seed}")
    [start] = await make_job(pool, key)
    found = [*(FoundUrl(SITE + p, url_key(SITE + p)) for p in ("/a", "/b", "/lost1", "/lost2", "/gone"))]
    found.append(FoundUrl(f"{SITE}/genindex.html", url_key(f"{SITE}/genindex.html"), left_out=True))
    found.append(discovery("/no-such-page", PageKind.PROBE))
    first = processed(start, f"{SITE}/", page=page_of(f"{SITE}/", likeness="start"))
    recorded = await record_batch(pool, key, [first._replace(found=tuple(found))], NOON)
    at = {row.url.removeprefix(SITE): row.page_id for row in recorded.admitted}
    assert "/genindex.html" not in at
    probe = replace(lost("/no-such-page"), markdown="")
    gone = PageResult(at["/gone"], PageKind.PAGE, PageState.SKIPPED, PageReason.DEAD_LINK, http_status=404)
    results = [
        PageResult(at["/no-such-page"], PageKind.PROBE, PageState.PROCESSED, page=probe),
        *(processed(at[p], SITE + p, page=page_of(SITE + p, likeness=p)) for p in ("/a", "/b")),
        *(processed(at[p], SITE + p, page=lost(p)) for p in ("/lost1", "/lost2")),
        gone,
    ]
    random.Random(seed).shuffle(results)
    for result in results:
        recorded = await record_batch(pool, key, [result], NOON)
    assert recorded.ended
    job, pages = await rows_of(pool, key)
    told = {row["url"].removeprefix(SITE): (row["state"], row["reason"], row["position"]) for row in pages}
    assert told["/lost1"] == told["/lost2"] == ("skipped", "not_found", 0)
    assert (job["processed"], job["skipped"], job["queued"], job["discovered"]) == (3, 3, 0, 6)
    assert '"skipped:not_found": 2' in job["reasons"]
    lines = (await document_of(pool, key, "json_lines")).decode().splitlines()
    assert sum('"reason":"left_out"' in line for line in lines) == 1
    return (await document_of(pool, key)).decode()


async def test_pages_like_the_answer_for_an_impossible_address_are_taken_back(pool):
    documents = {await crawl_with_missing_pages(pool, seed) for seed in range(4)}
    assert len(documents) == 1
    text = documents.pop()
    assert "This is the page that we show" not in text
    assert f"- <{SITE}/lost1>: The site says that there is no such page" in text
    assert "- Dead links of the site, which lead to no page (HTTP 404 or 410): 1\n" in text
    assert f"  - in [Page {SITE}/](#index): <{SITE}/gone>\n" in text
    assert f"- Indexes and search pages (1): <{SITE}/genindex.html>\n" in text


async def test_a_document_is_called_after_its_site_and_pages_lose_what_their_titles_share(pool):
    [start] = await make_job(pool, KEY)
    paths = ["/", "/a", "/b", "/c"]
    pages = {p: page_of(SITE + p, f"Text of {p} without a heading.\n") for p in paths}
    pages = {p: replace(page, title=f"Page {p} | Valve docs") for p, page in pages.items()}
    pages["/"] = replace(pages["/"], title="Introduction | Valve docs")
    links = [SITE + p for p in paths[1:]]
    recorded = await record_batch(pool, KEY, [processed(start, f"{SITE}/", *links, page=pages["/"])], NOON)
    results = [processed(a.page_id, a.url, page=pages[a.url.removeprefix(SITE)]) for a in recorded.admitted]
    assert (await record_batch(pool, KEY, results, NOON)).ended
    text = (await document_of(pool, KEY)).decode()
    assert text.startswith('---\ntitle: "Valve docs"\n')
    assert "- [Introduction](#index)\n- [Page /a](#a)\n" in text


async def test_pages_that_all_have_one_title_are_called_by_their_addresses(pool):
    [start] = await make_job(pool, KEY)
    paths = ["/", *(f"/parts/Part{n}.html" for n in range(5))]
    pages = {p: page_of(SITE + p, f"Text of {p} without a heading.\n") for p in paths}
    pages = {p: replace(page, title="Valve") for p, page in pages.items()}
    links = [SITE + p for p in paths[1:]]
    recorded = await record_batch(pool, KEY, [processed(start, f"{SITE}/", *links, page=pages["/"])], NOON)
    results = [processed(a.page_id, a.url, page=pages[a.url.removeprefix(SITE)]) for a in recorded.admitted]
    assert (await record_batch(pool, KEY, results, NOON)).ended
    text = (await document_of(pool, KEY)).decode()
    assert "- [Valve](#index)\n- [Part0](#parts-part0)\n" in text and "\n## Part4\n" in text


async def test_the_page_that_a_stub_leads_to_names_the_document(pool):
    [start] = await make_job(pool, KEY)
    recorded = await record_batch(pool, KEY, [redirected(start, f"{SITE}/stable/")], NOON)
    [target] = recorded.admitted
    made = page_of(target.url, "# Introduction\n\nWords of this page.\n", site_name="Valve")
    assert (await record_batch(pool, KEY, [processed(target.page_id, target.url, page=made)], NOON)).ended
    assert (await document_of(pool, KEY)).startswith(b'---\ntitle: "Valve"\n')


async def test_a_job_of_one_page_says_what_its_page_says(pool):
    [start] = await make_job(pool, KEY)
    where = "it leads to https://new.example/, on another host: start there"
    other = PageResult(start, PageKind.PAGE, PageState.FAILED, PageReason.OTHER_HOST, where)
    await record_batch(pool, KEY, [other], NOON)
    job, _ = await rows_of(pool, KEY)
    assert (job["state"], where in job["error"]) == ("failed", True)


async def test_a_start_that_redirects_in_a_circle_says_so(pool):
    [start] = await make_job(pool, KEY)
    [other] = (await record_batch(pool, KEY, [redirected(start, f"{SITE}/b")], NOON)).admitted
    assert (await record_batch(pool, KEY, [redirected(other.page_id, f"{SITE}/")], NOON)).ended
    job, _ = await rows_of(pool, KEY)
    assert job["error"] == f"No page was processed. {SITE}/ redirects in a circle."


async def test_a_sitemap_that_is_missing_does_not_explain_an_empty_page(pool):
    [start] = await make_job(pool, KEY)
    lists = (discovery("/sitemap.xml", PageKind.SITEMAP),)
    empty = PageResult(start, PageKind.PAGE, PageState.SKIPPED, PageReason.EMPTY, found=lists)
    [row] = (await record_batch(pool, KEY, [empty], NOON)).admitted
    gone = PageResult(row.page_id, PageKind.SITEMAP, PageState.FAILED, PageReason.HTTP_STATUS)
    assert (await record_batch(pool, KEY, [gone], NOON)).ended
    job, _ = await rows_of(pool, KEY)
    assert job["error"] == f"No page was processed. {PageReason.EMPTY.sentence}"


@pytest.mark.parametrize("batches", [1, 3])
async def test_a_job_asks_for_a_bounded_number_of_lists(pool, batches):
    [start] = await make_job(pool, KEY)
    many = [discovery(f"/s/{n}.xml", PageKind.SITEMAP) for n in range(DISCOVERIES * 2)]
    size = len(many) // batches
    first = processed(start, f"{SITE}/")._replace(found=tuple(many[:size]))
    admitted = list((await record_batch(pool, KEY, [first], NOON)).admitted)
    for number in range(1, batches):
        some = tuple(many[number * size : (number + 1) * size])
        nested = PageResult(admitted[number].page_id, PageKind.SITEMAP, PageState.PROCESSED, found=some)
        admitted += (await record_batch(pool, KEY, [nested], NOON)).admitted
    assert len(admitted) == DISCOVERIES


async def test_a_broken_sitemap_is_told(pool):
    [start] = await make_job(pool, KEY)
    first = processed(start, f"{SITE}/")._replace(found=(discovery("/sitemap.xml", PageKind.SITEMAP),))
    [row] = (await record_batch(pool, KEY, [first], NOON)).admitted
    broken = PageResult(row.page_id, PageKind.SITEMAP, PageState.PROCESSED, detail="the XML is broken")
    assert (await record_batch(pool, KEY, [broken], NOON)).ended
    assert b"sitemap.xml>: Not all pages that it lists are known: the XML is broken." in await document_of(
        pool, KEY
    )


async def test_what_others_recorded_is_known_by_its_version(pool):
    """By which a processor knows the pages of a trap that another one saw."""
    [start] = await make_job(pool, KEY)
    menu = (f"{SITE}/b",)
    first = page_of(f"{SITE}/", likeness="start")
    found = tuple(FoundUrl(SITE + path, url_key(SITE + path)) for path in ("/a", "/b"))
    recorded = await record_batch(
        pool, KEY, [processed(start, f"{SITE}/", page=first)._replace(found=found)], NOON
    )
    assert recorded.base < recorded.version == (await crawl_rules(pool, KEY)).version
    at = {row.url: row.page_id for row in recorded.admitted}
    made = replace(page_of(f"{SITE}/a", likeness="a"), navigation=menu)
    more = processed(at[f"{SITE}/a"], f"{SITE}/a", page=made)._replace(found=found)
    await record_batch(pool, KEY, [more], NOON)
    seen = await pages_since(pool, KEY, 0, 10)
    assert [page.likeness for page in seen] == ["start", "a"]
    assert await pages_since(pool, KEY, recorded.version, 10) == seen[1:]
    assert await pages_since(pool, KEY, 0, 1) == seen[1:], "the newest, where there are too many"
    links = await links_of(pool, KEY, seen)
    assert {url_key(SITE + path) for path in ("/a", "/b")} <= {*links[start]}
    assert url_key(menu[0]) in links[seen[1].page_id]
    assert await links_of(pool, KEY, []) == {}
