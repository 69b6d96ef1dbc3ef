"""A page's alternates: asked for in order, judged by robots.txt and by their type, until one answers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from docspasta.queues.messages import Asking, Fetched
from docspasta.robots import Access
from services.crawler.alternates import Alternates
from services.crawler.answer import Answer, Limits
from services.crawler.requester import NOBODY
from services.crawler.visit import Visit, Visitor

URL = "https://s.example/docs/a"


class Site:
    """Stands for the exchange and for robots.txt: answers by URL, and notes what was asked."""

    def __init__(self, answers: dict[str, Answer], forbidden: str = "") -> None:
        self.answers, self.forbidden = answers, forbidden
        self.asked: list[tuple[str, str]] = []
        self.rendered: list[str] = []
        self.moved: dict[str, str] = {}
        self.missing = False

    async def once(self, url: str, *_: object) -> Answer:
        self.asked.append((url, "page"))
        if location := self.moved.get(url):
            return Answer(status=302, location=location)
        if self.missing:
            return Answer(status=404, reason="http_status", detail="HTTP 404")
        return Answer(status=200, content_type="text/html", body=b"<div id=root></div>")

    async def follow(self, url: str, limits: Limits, *_: object) -> Answer:
        self.asked.append((url, limits.accept.partition(",")[0]))
        return self.answers.get(url, Answer(status=404, reason="http_status"))

    async def verdict(self, url: str, *_: object) -> Any:
        class Verdict:
            reason, access = "", Access.RULES

            def allows(_, url: str) -> bool:
                return not self.forbidden or self.forbidden not in url

        return Verdict()

    async def render(self, url: str, *_: object) -> Answer:
        self.rendered.append(url)
        return Answer(status=200, content_type="text/html", body=b"<!doctype html><p>Drawn")


def beside(site: Site, *wanted: str, headers: str = "", render: bool = False) -> Fetched:
    one: Any = site
    alternates = Alternates(one, one, 1000, 5.0, site if render else None)
    fetched = Fetched(URL, body=b"<html>", bytes_fetched=6, etag='"e"')
    asking = alternates.beside(fetched, headers, wanted, one, NOBODY, respect_robots=True)
    return asyncio.run(asking)[0]


def markdown(text: str) -> Answer:
    return Answer(
        status=200, content_type="text/markdown", charset="utf-8", body=text.encode(), bytes_fetched=len(text)
    )


def test_the_first_that_answers_is_taken_and_the_others_are_left() -> None:
    site = Site({f"{URL}.html.md": markdown("# A")})
    wanted = (
        f"negotiated {URL}",
        f"markdown {URL}.md",
        f"markdown {URL}.html.md",
        "text https://s.example/r.md",
    )
    found = beside(site, *wanted)
    assert (found.alternate, found.alternate_body, found.untried) == (wanted[2], b"# A", wanted[3:])
    assert (found.body, found.bytes_fetched, found.etag) == (b"<html>", 9, "")
    assert site.asked == [
        (URL, "text/markdown"),
        (f"{URL}.md", "text/markdown"),
        (f"{URL}.html.md", "text/markdown"),
    ]


def test_html_under_a_twins_name_is_none() -> None:
    site = Site({f"{URL}.md": Answer(status=200, content_type="text/html", body=b"<!doctype html>")})
    assert beside(site, f"markdown {URL}.md").alternate == ""


def test_a_link_header_comes_first_and_robots_is_obeyed() -> None:
    site = Site({f"{URL}.md": markdown("# A"), "https://s.example/b.md": markdown("# B")}, forbidden="/b.md")
    header = '</b.md>; rel=alternate; type="text/markdown"'
    assert beside(site, f"markdown {URL}.md", headers=header).alternate == f"markdown {URL}.md"
    site.forbidden = ""
    assert beside(site, f"markdown {URL}.md", headers=header).alternate == "markdown https://s.example/b.md"


def test_a_script_names_the_file_that_is_read() -> None:
    script = b'window.ui = SwaggerUIBundle({ url: "../openapi.json", dom_id: "#s" })'
    site = Site(
        {
            "https://s.example/docs/swagger-initializer.js": Answer(
                status=200, content_type="text/javascript", body=script
            ),
            "https://s.example/openapi.json": Answer(status=200, content_type="application/json", body=b"{}"),
        }
    )
    found = beside(site, "script https://s.example/docs/swagger-initializer.js")
    assert found.alternate == "openapi https://s.example/openapi.json"


def test_a_script_names_a_list_of_files_or_holds_the_file() -> None:
    base = "https://s.example/swagger-ui/"
    scripts = {  # as springdoc and NestJS write them
        "swagger-initializer.js": (
            b'window.ui = SwaggerUIBundle({ url: "https://petstore.swagger.io/v2/swagger.json",'
            b' "configUrl" : "/v3/api-docs/swagger-config" })'
        ),
        "swagger-ui-init.js": (
            b'let options = { "swaggerDoc": {"openapi": "3.0.0", "paths": {}}, "customOptions": {}};'
        ),
    }
    answers = {
        base + name: Answer(status=200, content_type="text/javascript", body=body)
        for name, body in scripts.items()
    }
    answers["https://s.example/v3/api-docs/swagger-config"] = Answer(
        status=200,
        content_type="application/json",
        body=b'{"oauth2RedirectUrl":"https://s.example/swagger-ui/oauth2-redirect.html","url":"/v3/api-docs"}',
    )
    answers["https://s.example/v3/api-docs"] = Answer(status=200, content_type="application/json", body=b"{}")
    found = beside(Site(answers), f"script {base}swagger-initializer.js")
    assert found.alternate == "openapi https://s.example/v3/api-docs"
    found = beside(Site(answers), f"script {base}swagger-ui-init.js")
    assert found.alternate == f"openapi {base}swagger-ui-init.js"


def test_a_browser_draws_only_where_there_is_one() -> None:
    site = Site({})
    assert beside(site, f"rendered {URL}").alternate == "" and site.rendered == []
    assert beside(site, f"rendered {URL}", render=True).alternate == f"rendered {URL}" and site.rendered == [
        URL
    ]


def test_a_crawl_draws_the_fourth_page_of_one_shell_at_its_first_visit() -> None:
    site: Any = Site({})
    visitor = Visitor(site, site, 1000, 5.0, site)

    async def visited(name: str, *alternates: str, job: str = "u j") -> Fetched:
        visit = Visit(f"https://s.example/{name}", asking=Asking(alternates=alternates), job=job)
        return (await visitor.visit(visit, site)).fetched

    async def crawl() -> None:
        for n in range(3):
            assert (await visited(f"{n}")).alternate == ""
            await visited(f"{n}", f"rendered https://s.example/{n}")
        assert (await visited("3")).alternate == "rendered https://s.example/3"
        assert (await visited("3", job="u other")).alternate == ""
        assert (await visited("3", job="")).alternate == ""

    asyncio.run(crawl())


@pytest.mark.parametrize(
    ("url", "location", "leads_to"),
    [
        ("/old", "/#/guide", "/#/guide"),
        ("/old", "/app/#!/guide?tab=1", "/app/#!/guide?tab=1"),
        ("/old", "/new#section", "/new"),
        ("/old#/guide", "/new", "/new#/guide"),
        ("/old#/guide", "/new#/other", "/new#/other"),
        ("/old", "/old#/guide", ""),  # a server is not told a route: the page leads to itself
    ],
)
def test_where_a_redirect_leads_with_its_route(url: str, location: str, leads_to: str) -> None:
    site: Any = Site({})
    site.moved = {f"https://s.example{url}": location, "https://s.example/old": location}
    outcome = asyncio.run(Visitor(site, site, 1000, 5.0).visit(Visit(f"https://s.example{url}"), site))
    assert outcome.fetched.redirected_to == (f"https://s.example{leads_to}" if leads_to else "")
    assert outcome.fetched.reason == ("redirected" if leads_to else "redirect_limit")


def test_a_page_that_is_not_there_is_its_markdown_when_that_is_asked_for() -> None:
    site: Any = Site({f"{URL}.md": markdown("# A")})
    site.missing = True
    visitor = Visitor(site, site, 1000, 5.0)

    def visited(*alternates: str) -> Fetched:
        visit = Visit(URL, asking=Asking(alternates=alternates), job="u j")
        return asyncio.run(visitor.visit(visit, site)).fetched

    found = visited(f"markdown {URL}.md")
    assert (found.reason, found.alternate, found.alternate_body) == ("", f"markdown {URL}.md", b"# A")
    for gone in (visited(), visited(f"markdown {URL}/index.md")):
        assert (gone.reason, gone.http_status, gone.alternate) == ("http_status", 404, "")
