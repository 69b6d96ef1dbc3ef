"""Pages that somebody asked for by name are read as such: they are pages however short they are."""

from __future__ import annotations

from docspasta.content import Options, Page
from docspasta.domain import JobSettings
from docspasta.queues.messages import Fetched
from services.processor.job_view import JobView
from services.processor.terms import terms_of

START, OTHER = "https://s.example/docs/", "https://s.example/docs/a"


def view(**settings: object) -> JobView:
    return JobView(START, JobSettings(**settings), None, False)  # type: ignore[arg-type]


def named(job: JobView, url: str, content_type: str = "text/html") -> bool:
    options = job.options_of(Fetched(url, content_type=content_type))
    assert options.is_text or job.terms_of(url) == terms_of(url, options), "reuse asks by the same options"
    return options.named


def test_the_start_page_was_asked_for_and_what_it_leads_to_was_not() -> None:
    job = view()
    assert named(job, START)
    job.decide(Page(f"{START}index.html"))
    assert named(job, START) and named(job, f"{START}index.html") and not named(job, OTHER)


def test_pages_of_a_list_were_asked_for_and_pushed_ones_were_not() -> None:
    job = view(urls=(START, OTHER))
    assert named(job, OTHER)
    assert not named(view(push=True), START)
    assert view(push=True).options_of(Fetched(START, content_type="text/markdown")) == Options(is_text=True)
