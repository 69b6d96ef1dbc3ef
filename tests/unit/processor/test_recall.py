"""What came of a page is remembered, and is the same result again while what decided it is the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from docspasta.content import Page, read_page
from docspasta.document.facts import with_facts
from docspasta.domain import JobKey, JobSettings, PageKind
from docspasta.queues.messages import Fetched, QueuedUrl, WaitingPage
from docspasta.store.content import Content, preparing
from docspasta.store.results import ContentNames, PageResult
from docspasta.turns import at_once
from services.processor.job_view import JobView
from services.processor.recall import MOST_FOUND, NUMBERS, TEXTS, basis_of, packed_result, read_result
from services.processor.recording import result_of

SITE = "https://docs.example.org"
MENU = "".join(f'<li><a href="/guide/{n}.html">Chapter {n}</a></li>' for n in range(8))
HTML = (
    "<html lang=en><title>Setup &amp; more</title><meta name=description content='How to'>"
    f"<nav class=sidebar><ul>{MENU}</ul></nav>"
    "<main><h1>Setup</h1><p>Some words of a page that says enough.</p>"
    '<p><a href="/guide/genindex.html">all</a> <a href="next.html?x=1#there">next</a>'
    ' <a href="/else/">else</a></p></main>'
)


def view(**settings: Any) -> JobView:
    made = JobView.of(f"{SITE}/guide/", JobSettings(url=f"{SITE}/guide/", **settings), None, False)
    made.decide(page(f"{SITE}/guide/"))
    return made


def page(url: str = f"{SITE}/guide/setup.html") -> Page:
    return with_facts(read_page(HTML.encode(), url))


def waiting(n: int = 5, **fetched: Any) -> WaitingPage:
    url = f"{SITE}/guide/setup.html"
    answer = Fetched(url, 200, bytes_fetched=40)._replace(**fetched)
    return WaitingPage(QueuedUrl(JobKey("ann", "run"), n, url, "t"), "lease", answer)


def recorded(job: JobView, row: WaitingPage) -> tuple[PageResult, Content]:
    result = at_once(result_of(row, page(), None, job))
    return result, at_once(preparing(result))


def test_a_result_is_the_same_again_and_so_is_its_row() -> None:
    result, content = recorded(view(), waiting())
    assert content.names is not None and content.navigation_id is not None
    data = packed_result(result, content.names, waiting().fetched)
    assert data is not None
    again = read_result(data, waiting(9), view())
    assert again is not None and again.page is not None and result.page is not None
    assert {row.url for row in result.found} >= {f"{SITE}/guide/next.html?x=1"}
    assert any(row.left_out for row in result.found)
    same = {"page_id": 5, "page": result.page, "names": None, "unchanged": False}
    assert again._replace(**same) == result
    for name in (*TEXTS, *NUMBERS):
        assert getattr(again.page, name) == getattr(result.page, name), name
    told = at_once(preparing(again))
    assert told.names == content.names
    assert (told.parts, told.shared, len(told.navigation)) == ([], True, 8 * 16)


def test_a_result_is_not_taken_when_the_answers_headers_say_something_else() -> None:
    result, content = recorded(view(), waiting())
    assert content.names is not None
    data = packed_result(result, content.names, waiting().fetched)
    assert data is not None
    assert read_result(data, waiting(nofollow=True), view()) is None
    for broken in (b"", b"{}", b"[1, 2]", data[:-3], data[:4] + b"\0" * 40):
        assert read_result(broken, waiting(), view()) is None


def test_other_settings_another_scope_or_a_renderer_decide_anew() -> None:
    basis = basis_of(view(), renders=False)
    assert basis and basis == basis_of(view(), renders=False)
    others = [
        basis_of(view(exclude=("*/print*",)), renders=False),
        basis_of(view(markdown_twins="prefer"), renders=False),
        basis_of(view(), renders=True),
    ]
    moved = view()
    assert moved.scope is not None
    moved.scope = replace(moved.scope, root="/guide/deeper/")
    others.append(basis_of(moved, renders=False))
    assert len({basis, *others}) == 5 and all(others)


@pytest.mark.parametrize("settings", [{"urls": (f"{SITE}/a",)}, {"push": True}])
def test_jobs_that_follow_nothing_remember_nothing(settings: dict[str, Any]) -> None:
    assert basis_of(view(**settings), renders=False) == b""
    unscoped = JobView.of(SITE, JobSettings(url=SITE), None, False)
    assert basis_of(unscoped, renders=False) == b""


def test_what_is_no_plain_page_is_not_remembered() -> None:
    result, content = recorded(view(), waiting())
    names = content.names
    assert isinstance(names, ContentNames)
    link = result.found[0]
    for other in (
        result._replace(page=None),
        result._replace(found=(link._replace(kind=PageKind.ROBOTS),)),
        result._replace(found=(link._replace(step=0),)),
        result._replace(found=(link,) * (MOST_FOUND + 1)),
    ):
        assert packed_result(other, names, waiting().fetched) is None
