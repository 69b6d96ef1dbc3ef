"""The scope of a job that starts with a list of pages."""

from __future__ import annotations

from docspasta.scope import Scope, ScopeSettings
from docspasta.scope.listed import decide_listed

OWN = "https://site.example"


def scope(start: str, *pages: str, whole: bool = True) -> Scope:
    found = decide_listed(start, pages, ScopeSettings(), whole=whole)
    assert found is not None
    return found


def test_the_directory_that_holds_all_pages_is_the_section() -> None:
    one = scope(OWN + "/llms.txt", OWN + "/docs/install", OWN + "/docs/api/use", "https://other.example/x")
    assert (one.host, one.root) == ("site.example", "/docs/")
    assert (
        not one.refuses(OWN + "/docs/more")
        and one.refuses(OWN + "/shop")
        and one.refuses("https://other.example/x")
    )


def test_a_list_may_stand_on_another_host_than_its_pages() -> None:
    one = scope(OWN + "/llms.txt", "https://docs.example/a", "https://docs.example/b", "https://x.example/")
    assert one.host == "docs.example"


def test_of_an_index_every_list_decides_the_same() -> None:
    start = OWN + "/docs/sitemap-index.xml"
    one, other = (scope(start, OWN + f"/docs/{part}/a", whole=False) for part in ("guide", "api"))
    assert one == other and one.root == "/docs/"


def test_a_list_of_nothing_decides_nothing() -> None:
    assert decide_listed(OWN + "/sitemap.xml", (), ScopeSettings()) is None
