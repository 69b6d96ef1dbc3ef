"""From a fetch to what is recorded: states, reasons and which links are followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from docspasta.content import Link, Page, read_page
from docspasta.domain import JobKey, JobSettings, PageKind
from docspasta.queues.messages import Fetched, QueuedUrl, WaitingPage
from docspasta.sitemaps import Sitemap
from docspasta.store.results import PageResult
from docspasta.turns import at_once
from services.processor import recording
from services.processor.admission import admit_all
from services.processor.conversion import TOO_COSTLY, Conversion
from services.processor.discovery import NO_SUCH_PAGE, discoveries
from services.processor.job_view import JobView
from services.processor.recording import MAX_REDIRECTS
from services.processor.repeats import ALIKE, SAME
from services.processor.to_record import is_real, key_of

START = "https://docs.example.org/guide/"
JOB = JobKey("alice", "job1")


def view(**settings: object) -> JobView:
    job = JobView.of(START, JobSettings(**settings), None, bool(settings.get("keep_raw")))  # type: ignore[arg-type]
    job.decide(Page(url=START, navigation=(START + "a", START + "b")))
    return job


def waiting(kind: PageKind = PageKind.PAGE, redirects: int = 0, **fetched: object) -> WaitingPage:
    queued = QueuedUrl(JOB, 7, START + "x", "ticket", kind, redirects)
    return WaitingPage(queued, "lease", Fetched(url=START + "x", **fetched))  # type: ignore[arg-type]


def result_of(row: WaitingPage, made: Page | None, listed: Sitemap | None, job: JobView) -> PageResult:
    return at_once(recording.result_of(row, made, listed, job))


def page(**facts: object) -> Page:
    return Page(url=START + "x", markdown="# X\n", **facts)  # type: ignore[arg-type]


def test_a_page_brings_its_links_that_are_in_scope() -> None:
    links = (Link(START + "a"), Link("https://elsewhere.example/"), Link(START + "a"), Link(START + "b"))
    result = result_of(waiting(http_status=200, body=b"x"), page(links=links), None, view())
    assert (result.state, result.reason, result.raw) == ("processed", "", None)
    assert [row.url for row in result.found] == [START + "a", START + "b"]
    assert all(row.step == 1 for row in result.found)


def test_nofollow_keeps_the_navigation_alone() -> None:
    links = (Link(START + "a"), Link(START + "b", navigation=True), Link(START + "c", nofollow=True))
    for made, fetched in ((page(links=links, nofollow=True), {}), (page(links=links), {"nofollow": True})):
        found = result_of(waiting(**fetched), made, None, view()).found
        assert [row.url for row in found] == [START + "b"]
    assert [r.url for r in result_of(waiting(), page(links=links), None, view()).found] == [
        START + "a",
        START + "b",
    ]


@pytest.mark.parametrize(
    ("reason", "state"),
    [("robots", "skipped"), ("not_html", "skipped"), ("http_status", "failed"), ("timeout", "failed")],
)
def test_a_fetch_that_failed_keeps_its_reason(reason: str, state: str) -> None:
    result = result_of(waiting(reason=reason, http_status=500, detail="why"), None, None, view())
    assert (result.state, result.reason, result.http_status, result.detail) == (state, reason, 500, "why")


def test_a_page_of_javascript_alone_is_skipped_but_its_links_are_followed() -> None:
    made = Page(url=START + "x", reason="needs_javascript", links=(Link(START + "a"),))
    result = result_of(waiting(), made, None, view())
    assert (result.state, result.reason, len(result.found)) == ("skipped", "needs_javascript", 1)


def test_noindex_is_recorded_only_unless_the_job_respects_it() -> None:
    made = page(noindex=True)
    assert result_of(waiting(), made, None, view()).state == "processed"
    assert result_of(waiting(), made, None, view(respect_noindex=True)).reason == "noindex"
    assert result_of(waiting(noindex=True), page(), None, view(respect_noindex=True)).reason == "noindex"


def test_a_redirect_becomes_a_url_of_its_own() -> None:
    result = result_of(waiting(redirected_to="../guide/y", http_status=301), None, None, view())
    [found] = result.found
    assert (result.state, result.reason, result.redirected_to) == ("skipped", "redirected", START + "y")
    assert (found.url, found.step, found.redirects) == (START + "y", 0, 1)


def test_redirects_end() -> None:
    over = waiting(redirects=MAX_REDIRECTS, redirected_to=START + "y")
    assert result_of(over, None, None, view()).reason == "redirect_limit"
    itself = waiting(redirected_to=START + "x")
    assert result_of(itself, None, None, view()).reason == "redirect_limit"


def test_a_redirect_out_of_scope_is_not_followed() -> None:
    result = result_of(waiting(redirected_to="https://elsewhere.example/"), None, None, view())
    assert (result.reason, result.found) == ("out_of_scope", ())
    bad = result_of(waiting(redirected_to="http://u:p@docs.example.org/"), None, None, view())
    assert (bad.state, bad.reason) == ("failed", "bad_url")


def test_before_the_scope_stands_a_redirect_may_lead_to_another_host() -> None:
    job = replace(view(), scope=None, admitted={})
    [found] = result_of(waiting(redirected_to="https://elsewhere.example/"), None, None, job).found
    assert found.url == "https://elsewhere.example/"


def asked(start: str, **facts: object) -> list[tuple[PageKind, str]]:
    job = view()
    job.url = start
    job.decide(Page(url=start, navigation=(start + "a", start + "b")))
    assert job.scope is not None
    rows = discoveries(start, Page(url=start, **facts), job.scope, sitemaps=True)  # type: ignore[arg-type]
    assert all(row.step == 0 for row in rows)
    assert all(row.url_key == key_of(row.kind, row.url) != key_of(PageKind.PAGE, row.url) for row in rows)
    return [(row.kind, row.url) for row in rows]


def test_the_first_real_page_brings_robots_llms_and_an_address_that_cannot_exist() -> None:
    assert asked("https://docs.example.org/") == [
        (PageKind.PROBE, "https://docs.example.org/" + NO_SUCH_PAGE),
        (PageKind.ROBOTS, "https://docs.example.org/robots.txt"),
        (PageKind.LLMS, "https://docs.example.org/llms.txt"),
    ]


def test_a_section_has_lists_of_its_own_and_a_page_names_its_sitemap() -> None:
    rows = asked("https://docs.example.org/docs/", sitemap="https://docs.example.org/docs/map/all.xml")
    assert rows[0] == (PageKind.PROBE, "https://docs.example.org/docs/" + NO_SUCH_PAGE)
    assert rows[2:] == [
        (PageKind.LLMS, "https://docs.example.org/docs/llms.txt"),
        (PageKind.SITEMAP, "https://docs.example.org/docs/sitemap.xml"),
        (PageKind.SITEMAP, "https://docs.example.org/docs/map/all.xml"),
    ]


def sitemap_at(url: str, **fetched: object) -> WaitingPage:
    queued = QueuedUrl(JOB, 7, url, "ticket", PageKind.SITEMAP, 0)
    return WaitingPage(queued, "lease", Fetched(url=url, **fetched))  # type: ignore[arg-type]


def test_the_usual_names_of_sitemaps_are_tried_one_after_the_other() -> None:
    names = ["sitemap.xml"]
    for _ in range(4):
        gone = sitemap_at(f"https://docs.example.org/{names[-1]}", reason="http_status", http_status=404)
        names += [row.url.rpartition("/")[2] for row in result_of(gone, None, None, view()).found]
    assert names == ["sitemap.xml", "sitemap-index.xml", "sitemap_index.xml", "wp-sitemap.xml"]


def test_an_index_leads_to_sitemaps_of_its_own_host_and_of_the_scope_alone() -> None:
    index = Sitemap(
        sitemaps=("https://cdn.example/a.xml", "https://docs.example.org/b.xml", "https://x.example/")
    )
    found = result_of(sitemap_at("https://cdn.example/index.xml"), None, index, view()).found
    assert [row.url for row in found] == ["https://cdn.example/a.xml", "https://docs.example.org/b.xml"]


def test_a_broken_sitemap_says_so() -> None:
    broken = Sitemap(pages=(START + "a",), complete=False, detail="the XML is broken")
    result = result_of(sitemap_at("https://docs.example.org/sitemap.xml"), None, broken, view())
    assert (result.state, result.detail, len(result.found)) == ("processed", "the XML is broken", 1)


def test_the_answer_for_an_impossible_address_is_like_that_for_any_other() -> None:
    """Though both say their address, and the words of an address are words of a language, too."""
    text = "<h1>Results for {0}</h1><p>There is no page for {0}. Search for another such page.</p>"
    probe, other = (
        read_page(text.format(each).encode(), f"https://docs.example.org/{each}").likeness
        for each in (NO_SUCH_PAGE, "gone1")
    )
    assert probe == other
    assert probe


def test_of_the_address_that_cannot_exist_its_likeness_is_kept_and_nothing_else() -> None:
    made = page(likeness="ab", links=(Link(START + "a"),), words=9)
    result = result_of(waiting(PageKind.PROBE), made, None, view())
    assert result.page is not None
    assert (result.page.likeness, result.page.markdown, result.page.links, result.found) == ("ab", "", (), ())
    assert result_of(waiting(PageKind.PROBE, reason="http_status"), None, None, view()).state == "failed"


def test_a_stub_is_a_redirect_and_its_target_decides() -> None:
    job = replace(view(), scope=None, admitted={})
    made = page(leads_to=START + "stable/", links=(Link(START + "old/"),), words=4)
    result = result_of(waiting(), made, None, job)
    assert (result.state, result.reason, result.redirected_to) == ("skipped", "redirected", START + "stable/")
    assert [(row.url, row.step, row.redirects) for row in result.found] == [(START + "stable/", 0, 1)]
    assert not is_real(made) and is_real(page()) and is_real(page(leads_to="x", frames=("x", "y")))


def test_a_start_that_leads_to_another_host_says_where_to_start() -> None:
    job = replace(view(), scope=None, admitted={})
    result = result_of(waiting(), page(leads_to="https://new.example/docs/"), None, job)
    assert (result.state, result.reason, result.found) == ("failed", "other_host", ())
    assert result.detail == "it leads to https://new.example/docs/, on another host: start there"
    www = result_of(waiting(), page(leads_to="https://www.docs.example.org/x"), None, job)
    assert www.reason == "redirected"
    allowed = replace(view(allow_hosts=("new.example",)), scope=None, admitted={})
    assert result_of(waiting(), page(leads_to="https://new.example/docs/"), None, allowed).found
    inner = result_of(waiting(), page(leads_to="https://new.example/docs/"), None, view())
    assert (inner.reason, inner.found) == ("out_of_scope", ())


def test_a_frameset_leads_to_its_main_frame_and_the_others_are_links() -> None:
    frames = (START + "menu.html", START + "main.html", "https://ads.example/")
    result = result_of(waiting(), page(leads_to=START + "main.html", frames=frames), None, view())
    assert [(row.url, row.step) for row in result.found] == [
        (START + "main.html", 0),
        (START + "menu.html", 1),
    ]


def test_a_wall_has_failed_brings_no_links_and_decides_nothing() -> None:
    wall = Page(url=START + "x", reason="challenge", links=(Link(START + "a"),))
    result = result_of(waiting(), wall, None, view())
    assert (result.state, result.reason, result.found) == ("failed", "challenge", ())
    assert not is_real(wall)


def test_a_missing_page_behind_a_link_is_a_dead_link_but_the_start_has_failed() -> None:
    gone = waiting(reason="http_status", http_status=404)
    assert result_of(gone, None, None, view())[2:4] == ("skipped", "dead_link")
    assert result_of(waiting(reason="http_status", http_status=410), None, None, view()).reason == "dead_link"
    assert (
        result_of(waiting(reason="http_status", http_status=403), None, None, view()).reason == "http_status"
    )
    start = replace(view(), scope=None, admitted={})
    assert result_of(gone, None, None, start)[2:4] == ("failed", "http_status")


def test_pages_that_repeat_others_are_remembered_as_left_out() -> None:
    links = (Link(START + "genindex.html"), Link(START + "a"))
    found = result_of(waiting(), page(links=links), None, view()).found
    assert [(row.url, row.left_out) for row in found] == [
        (START + "genindex.html", True),
        (START + "a", False),
    ]
    every = result_of(waiting(), page(links=links), None, view(all_pages=True)).found
    assert not any(row.left_out for row in every)


def test_a_list_of_posts_with_a_tag_is_read_for_its_links_alone() -> None:
    def of(markdown: str, words: int, **settings: object) -> PageResult:
        row = waiting()
        row = row._replace(queued=row.queued._replace(url=START + "tags/tea/"))
        made = replace(page(links=(Link(START + "a"),), words=words, title="tea"), markdown=markdown)
        return result_of(row, made, None, view(**settings))

    listed = "# tea\n\n## [Hot](https://docs.example.org/guide/a)\n\nHow it is made.\n"
    found = of(listed, 6)
    assert (found.state, found.reason) == ("skipped", "left_out")
    assert [row.url for row in found.found] == [START + "a"]
    assert of(listed, 6, all_pages=True).state == "processed"
    assert of(listed, 400).state == of("# tea\n\nHow it is made.\n", 6).state == "processed"


def test_a_menu_in_a_frame_is_read_for_its_links_alone() -> None:
    menu = waiting()._replace(queued=QueuedUrl(JOB, 7, START + "allclasses-frame.html", "ticket"))
    made = page(links=(Link(START + "a"),))
    result = result_of(menu, made, None, view())
    assert (result.reason, len(result.found)) == ("left_out", 1)
    assert result_of(menu, made, None, view(all_pages=True)).state == "processed"


def test_a_menu_in_a_file_of_its_own_is_kept_for_its_order_alone() -> None:
    menu = waiting()._replace(queued=QueuedUrl(JOB, 7, START + "toc.html", "ticket"))
    made = page(links=(Link(START + "b"), Link(START + "a")))
    result = result_of(menu, replace(made, title="", headings=()), None, view())
    assert (result.state, result.reason) == ("skipped", "left_out")
    assert result.page is not None and result.page.navigation == (START + "b", START + "a")
    assert [row.url for row in result.found] == [START + "b", START + "a"]
    assert result_of(menu, replace(made, title="Contents"), None, view()).state == "processed"


def test_a_menu_in_a_frame_of_any_name_is_kept_for_its_order_alone() -> None:
    made = page(title="Valve", is_menu=True, links=(Link(START + "b"), Link(START + "a")))
    result = result_of(waiting(), made, None, view())
    assert (result.reason, len(result.found)) == ("left_out", 2)
    assert result.page is not None and result.page.navigation == (START + "b", START + "a")
    assert result_of(waiting(), made, None, view(all_pages=True)).state == "processed"
    start = waiting()._replace(queued=QueuedUrl(JOB, 7, START, "ticket"))
    assert result_of(start, made, None, view()).state == "processed", "it was asked for"


@pytest.mark.parametrize("name", ["toc.html", "toc.js", "toc-8d5ad18a.js", "js/menu-wc.js"])
def test_a_menu_that_a_file_or_a_script_holds_is_no_page(name: str) -> None:
    menu = waiting()._replace(queued=QueuedUrl(JOB, 7, START + name, "ticket"))
    made = Page(START + name, "empty", links=(Link(START + "b"),))
    result = result_of(menu, made, None, view())
    assert result.reason == "left_out" and [row.url for row in result.found] == [START + "b"]


def test_doxygens_lists_of_members_are_kept_for_their_order_alone() -> None:
    row = waiting()._replace(queued=QueuedUrl(JOB, 7, START + "annotated.html", "ticket"))
    made = page(
        title="Valve: Class List", generator="Doxygen 1.9.8", links=(Link(START + "b"), Link(START + "a"))
    )
    result = result_of(row, made, None, view())
    assert result.reason == "left_out" and result.page is not None
    assert result.page.navigation == (START + "b", START + "a")
    assert result_of(row, made, None, view(all_pages=True)).state == "processed"
    assert result_of(row, replace(made, generator=""), None, view()).state == "processed", "may be a page"


@pytest.mark.parametrize(
    ("title", "name", "words", "left_out"),
    [
        ("Index", "node649.html", 300, True),
        ("Index of new symbols in 1.2", "new.html", 99, True),
        ("Index", "node649.html", 3000, False),
        ("Index", "guide/index.html", 300, False),
        ("Index of refraction", "light.html", 300, False),
        ("Indexing", "node649.html", 300, False),
    ],
)
def test_an_index_without_a_telling_address_is_left_out(
    title: str, name: str, words: int, left_out: bool
) -> None:
    row = waiting()._replace(queued=QueuedUrl(JOB, 7, START + name, "ticket"))
    made = page(title=title, words=words, links=tuple(Link(f"{START}{n}") for n in range(60)))
    result = result_of(row, made, None, view())
    assert (result.reason == "left_out", len(result.found)) == (left_out, 60)
    assert result_of(row, replace(made, links=made.links[:20]), None, view()).state == "processed"


def test_a_page_to_print_that_asks_not_to_be_indexed_is_left_out() -> None:
    printed = waiting()._replace(queued=QueuedUrl(JOB, 7, START + "guide-print.html", "ticket"))
    assert result_of(printed, page(noindex=True), None, view()).reason == "left_out"
    assert result_of(printed, page(), None, view()).state == "processed"


def test_nofollow_on_the_only_links_does_not_end_the_crawl_and_is_told_where_it_is_obeyed() -> None:
    alone = result_of(waiting(), page(links=(Link(START + "a"),), nofollow=True), None, view())
    assert [row.url for row in alone.found] == [START + "a"]
    links = (Link(START + "a"), Link(START + "b", navigation=True))
    obeyed = result_of(waiting(), page(links=links, nofollow=True), None, view())
    assert [row.url for row in obeyed.found] == [START + "b"]
    assert "nofollow" in obeyed.detail


def repeated(job: JobView, number: int, **facts: object) -> int:
    """How many links are followed of page `number`, which links to the next one."""
    found = waiting().queued._replace(page_id=number, url=f"{START}{number}")
    made = page(links=(Link(f"{START}{number + 1}"),), **facts)
    return len(result_of(waiting()._replace(queued=found), made, None, job).found)


def test_links_of_pages_that_only_repeat_others_are_not_followed_without_end() -> None:
    job = view()
    same = [repeated(job, n, content_hash="same", likeness="same") for n in range(50)]
    assert sum(same) == SAME and same[:SAME] == [1] * SAME
    alike = [repeated(job, 100 + n, content_hash=str(n), likeness="alike") for n in range(50)]
    assert ALIKE <= sum(alike) <= ALIKE + 2
    assert repeated(job, 0, content_hash="same", likeness="same") == 1  # redelivered: the same answer
    assert all(repeated(job, 200 + n, content_hash=f"x{n}", likeness=f"x{n}") for n in range(50))


def test_pages_that_are_alike_and_hang_on_an_index_are_all_followed() -> None:
    job = view()
    found = [repeated(job, 1000 + 10 * n, content_hash=str(n), likeness="alike") for n in range(50)]
    assert found == [1] * 50


def test_robots_names_sitemaps_or_the_usual_place_is_tried() -> None:
    named = result_of(
        waiting(PageKind.ROBOTS, sitemaps=("https://docs.example.org/s.xml",)), None, None, view()
    )
    assert [(r.url, r.kind, r.step) for r in named.found] == [
        ("https://docs.example.org/s.xml", PageKind.SITEMAP, 0)
    ]
    usual = result_of(waiting(PageKind.ROBOTS, reason="http_status"), None, None, view())
    assert [r.url for r in usual.found] == ["https://docs.example.org/sitemap.xml"]


def test_a_sitemap_brings_pages_and_nested_sitemaps_to_a_bound() -> None:
    listed = Sitemap((START + "a", "https://elsewhere.example/"), ("https://docs.example.org/2.xml",))
    found = result_of(waiting(PageKind.SITEMAP), None, listed, view()).found
    assert [(r.url, r.kind, r.step) for r in found] == [
        (START + "a", PageKind.PAGE, 1),
        ("https://docs.example.org/2.xml", PageKind.SITEMAP, 0),
    ]
    deep = result_of(waiting(PageKind.SITEMAP, redirects=3), None, listed, view()).found
    assert [r.kind for r in deep] == [PageKind.PAGE]


def test_a_missing_sitemap_is_no_failure_of_a_page() -> None:
    result = result_of(waiting(PageKind.SITEMAP, reason="http_status", http_status=404), None, None, view())
    assert (result.state, result.reason, result.kind) == ("failed", "http_status", PageKind.SITEMAP)


def test_pushed_pages_that_come_in_any_order_have_one_scope_and_lead_where_they_say() -> None:
    pushed = [JobView.of(START, JobSettings(push=True), None, False) for _ in range(2)]
    pushed[0].decide(Page(url="https://docs.example.org/other/z", navigation=(START + "a",)))
    pushed[1].decide(Page(url=START + "deep/a/"))
    assert pushed[0].scope == pushed[1].scope
    made = Page(url=START + "x", leads_to="https://docs.example.org/elsewhere/")
    for job in (pushed[0], JobView.of(START, JobSettings(push=True), None, False)):
        result = result_of(waiting(body=b"x"), made, None, job)
        assert (result.reason, result.redirected_to) == ("redirected", made.leads_to)
        assert result.found == ()


class Costly(Conversion):
    """Can judge nothing in time."""

    def __init__(self) -> None:
        pass

    async def refusals(self, user: str, scope: str, urls: Sequence[str]) -> tuple[str, ...]:
        return (TOO_COSTLY,) * len(urls)


async def test_a_page_says_that_its_links_could_not_be_judged() -> None:
    """It is the user's own patterns that cost too much: the log is not where they look."""
    job = view(include=("/**",))
    links = [START + "a", START + "b"]
    await admit_all(job, "alice", links, Costly())
    result = result_of(waiting(), page(links=tuple(map(Link, links))), None, job)
    assert result.found == ()
    assert result.detail.startswith("2 links are left out: the job's globs")
    listed = result_of(sitemap_at(START + "sitemap.xml"), None, Sitemap(pages=tuple(links)), job)
    assert listed.detail == result.detail
    assert not result_of(waiting(), page(), None, job).detail
