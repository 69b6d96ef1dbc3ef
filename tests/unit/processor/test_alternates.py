"""Which pages are asked for once more, with what, and when nothing more is tried."""

from __future__ import annotations

from docspasta.alternates import Kind
from docspasta.content import Page
from docspasta.domain import JobKey, JobSettings, PageKind
from docspasta.queues.entries import (
    pack_asking,
    pack_entry,
    pack_result,
    packed,
    unpack_asking,
    unpack_entry,
    unpack_result,
)
from docspasta.queues.messages import Asking, Fetched, QueuedUrl, WaitingPage
from services.processor.alternates import ENOUGH, Searches, bodies_beside, together
from services.processor.job_view import JobView
from services.processor.wire import bodies_of, pages_message

JOB = JobKey("u", "j")
URL = "https://s.example/a"
TWIN, GUESS = "markdown https://s.example/a.md", "negotiated https://s.example/a"
SHELL = Page(URL, reason="needs_javascript", alternates=(TWIN, GUESS), markdown_twin="https://s.example/a.md")


def view(**settings: object) -> JobView:
    return JobView(URL, JobSettings(**settings), None, False)  # type: ignore[arg-type]


def row(*, again: bool = False, kind: PageKind = PageKind.PAGE, **fetched: object) -> WaitingPage:
    queued = QueuedUrl(JOB, 7, URL, "ticket", kind, 2, again=again)
    return WaitingPage(queued, "lease", Fetched(URL, **fetched))  # type: ignore[arg-type]


def asked(
    searches: Searches, page: Page = SHELL, waiting: WaitingPage | None = None, **settings: object
) -> list[str]:
    queued = searches.again(waiting or row(), page, view(**settings))
    return list(queued.asking.alternates) if queued is not None else []


def test_a_shell_is_asked_for_with_its_alternates_and_at_last_with_a_browser() -> None:
    rendered = f"rendered {URL}"
    assert asked(Searches()) == [TWIN, GUESS]
    assert asked(Searches(renders=True)) == [TWIN, GUESS, rendered]
    assert asked(Searches(renders=True), render="never") == [TWIN, GUESS]
    assert asked(Searches(renders=True), markdown_twins="never") == [rendered]
    assert asked(Searches(), markdown_twins="never") == []
    assert asked(Searches(), waiting=row(kind=PageKind.PROBE)) == [] == asked(Searches(), push=True)


def test_a_page_with_content_is_asked_for_again_only_when_that_was_wished() -> None:
    page = Page(URL, markdown="# A\n", markdown_twin="https://s.example/a.md")
    assert asked(Searches(renders=True), page) == []
    assert asked(Searches(), page, markdown_twins="prefer") == [TWIN]
    assert asked(Searches(renders=True), page, render="always") == [f"rendered {URL}"]
    assert asked(Searches(), page, render="always") == []


def test_a_route_is_drawn_whatever_the_server_sends_and_has_no_guesses() -> None:
    url = "https://s.example/#/a"
    waiting = row()._replace(queued=row().queued._replace(url=url))
    words = Page(url, markdown="# A\n", markdown_twin="https://s.example/index.md")
    assert asked(Searches(renders=True), words, waiting) == [f"rendered {url}"]
    assert (
        asked(Searches(), words, waiting)
        == asked(Searches(renders=True), words, waiting, render="never")
        == []
    )
    spec = "openapi https://s.example/openapi.json"
    shell = Page(url, reason="needs_javascript", alternates=(spec,))
    assert asked(Searches(renders=True), shell, waiting) == [spec, f"rendered {url}"]


def test_a_page_that_was_asked_for_again_is_so_only_for_what_is_untried() -> None:
    waiting = row(again=True, alternate=TWIN, untried=(GUESS,))
    assert asked(Searches(), waiting=waiting) == [GUESS]
    assert asked(Searches(renders=True), waiting=row(again=True)) == []
    assert asked(Searches(), Page(URL, markdown="# A\n"), waiting) == []


def test_after_pages_without_any_guesses_are_no_longer_made() -> None:
    searches = Searches(renders=True)
    for _ in range(ENOUGH):
        searches.note(row(again=True))
    assert asked(searches) == [TWIN, f"rendered {URL}"]
    searches.note(row(again=True, alternate=GUESS))
    assert asked(searches) == [TWIN, GUESS, f"rendered {URL}"]


def test_an_entry_says_that_alternates_are_asked_for_and_older_versions_read_it() -> None:
    queued = QueuedUrl(JOB, 7, URL, "ticket", PageKind.PAGE, 3, again=True)
    host, entry = pack_entry(queued)
    assert unpack_entry(JOB, host, entry) == queued
    assert int(entry.split(" ")[1][2:]) == 1_003
    asking = Asking(alternates=(TWIN, GUESS))
    assert unpack_asking(pack_asking(asking)) == asking


def test_a_result_carries_both_bodies() -> None:
    for size in (3, 40_000):
        fetched = Fetched(URL, body=b"h" * 3, alternate=TWIN, alternate_body=b"m" * size, untried=(GUESS,))
        for one in (fetched, packed(fetched)):
            read = unpack_result(pack_result(one), URL)
            (beside,) = bodies_beside([WaitingPage(row().queued, "l", read)], view().options).values()
            assert (read.untried, beside.options.alternate, beside.url) == ((GUESS,), "markdown", f"{URL}.md")
            assert bodies_of(pages_message([beside], 9, 9.0)) == [beside]
            assert bool(beside.coding) == (len(one.alternate_body) > 16_384 or bool(one.alternate_coding))


def test_a_page_is_what_its_alternate_says() -> None:
    waiting = row(again=True, alternate=TWIN)
    both = together(waiting, SHELL, Page(f"{URL}.md", title="A", markdown="# A\n"))
    assert (both.url, both.markdown, both.reason) == (URL, "# A\n", "")
    assert together(row(), SHELL, both) is SHELL
    assert {Kind(text.partition(" ")[0]) for text in (TWIN, GUESS)} == {Kind.MARKDOWN, Kind.NEGOTIATED}


def test_a_page_that_only_an_llms_txt_names_is_asked_for_as_markdown_when_it_is_not_there() -> None:
    url, searches = "https://s.example/docs/a", Searches(renders=True)
    queued = QueuedUrl(JobKey("u", "j"), 1, url, "ticket", PageKind.PAGE, 0)
    gone = WaitingPage(queued, "lease", Fetched(url, 404, reason="http_status"))

    def instead(start: str, row: WaitingPage = gone, **settings: str) -> tuple[str, ...] | None:
        found = searches.instead(row, JobView(start, JobSettings(url=start, **settings), None, False))
        return found.asking.alternates if found is not None else None

    listed = "https://s.example/llms.txt"
    assert instead(listed) == (f"markdown {url}.md", f"markdown {url}.html.md")
    assert instead("https://s.example/docs/") is None
    assert instead(listed, markdown_twins="never") is None
    assert instead(listed, gone._replace(queued=queued._replace(again=True))) is None
    assert instead(listed, gone._replace(fetched=Fetched(url, 500, reason="http_status"))) is None
    page = together(
        WaitingPage(queued, "lease", Fetched(url, 200, alternate=f"markdown {url}.md")),
        Page(url=url, reason="empty"),
        Page(url=f"{url}.md", markdown="# A\n", title="A", words=1),
    )
    assert (page.url, page.reason, page.markdown) == (url, "", "# A\n")
