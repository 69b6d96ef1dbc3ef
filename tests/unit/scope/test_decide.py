"""The default scope: these docs, all of them, nothing else."""

from __future__ import annotations

import pytest

from docspasta.content import read_page
from docspasta.scope import Scope, ScopeSettings, decide
from docspasta.urls import canonical
from tests.unit.scope.sites import SKELETONS, Skeleton


def scope_of(site: Skeleton, settings: ScopeSettings | None = None) -> Scope:
    return decide(site.url, site.url, site.navigation(), site.links(), settings)


@pytest.mark.parametrize("site", SKELETONS, ids=lambda s: s.name)
def test_the_default_scope_is_the_documentation_that_the_start_page_belongs_to(site: Skeleton) -> None:
    scope = scope_of(site)
    assert [u for u in site.inside if scope.refuses(canonical(u, site.url))] == [], scope
    assert [u for u in site.outside if not scope.refuses(canonical(u, site.url))] == [], scope


@pytest.mark.parametrize("site", SKELETONS, ids=lambda s: s.name)
def test_a_stored_scope_answers_as_the_one_that_was_decided(site: Skeleton) -> None:
    scope = scope_of(site, ScopeSettings(exclude=("/x/**",), allow_hosts=("other.example",)))
    again = Scope.from_json(scope.to_json())
    assert again == scope
    assert again.to_json() == scope.to_json()


@pytest.mark.parametrize("site", SKELETONS, ids=lambda s: s.name)
def test_the_links_that_conversion_finds_in_the_same_html_decide_the_same(site: Skeleton) -> None:
    read = read_page(site.html.encode(), site.url)
    scope = decide(site.url, site.url, read.navigation, [link.url for link in read.links])
    assert [u for u in site.inside if scope.refuses(canonical(u, site.url))] == [], scope
    assert [u for u in site.outside if not scope.refuses(canonical(u, site.url))] == [], scope


def test_www_and_apex_are_one_site_and_http_is_https() -> None:
    scope = decide("https://www.a.example/docs/", "https://www.a.example/docs/", [], [])
    assert not scope.refuses("https://a.example/docs/x")
    assert not scope.refuses("http://www.a.example/docs/x")
    assert scope.refuses("https://b.a.example/docs/x")
    assert scope.refuses("https://a.example:8443/docs/x")


def test_a_start_page_without_any_link_still_gives_its_directory() -> None:
    scope = decide("https://a.example/guide/one", "https://a.example/guide/one", [], [])
    assert scope.root == "/guide/"


def test_the_start_page_and_where_it_led_are_always_admitted() -> None:
    start, final = "https://a.example/manual.pdf", "https://a.example/docs/?q=1"
    scope = decide(start, final, [], [], ScopeSettings(exclude=("/**",)))
    assert not scope.refuses(start) and not scope.refuses(final)
    assert scope.refuses("https://a.example/docs/x")


def test_exclude_wins_over_include_and_include_over_the_section() -> None:
    settings = ScopeSettings(include=("/blog/**", "/docs/**"), exclude=("/docs/old/**",))
    scope = decide("https://a.example/docs/a", "https://a.example/docs/a", [], [], settings)
    assert not scope.refuses("https://a.example/blog/post")
    assert not scope.refuses("https://a.example/docs/b")
    assert scope.refuses("https://a.example/docs/old/b") == "excluded"
    assert scope.refuses("https://a.example/about") == "not_included"


def test_allowed_hosts_are_admitted_whole() -> None:
    settings = ScopeSettings(allow_hosts=("api.a.example", "b.example:8443"))
    scope = decide("https://a.example/docs/a", "https://a.example/docs/a", [], [], settings)
    assert not scope.refuses("https://api.a.example/v1/users")
    assert not scope.refuses("https://b.example:8443/")
    assert scope.refuses("https://b.example/") == "host"
    assert scope.refuses("https://api.a.example/logo.png") == "suffix"


@pytest.mark.parametrize(
    "path", ["/docs/a.zip", "/docs/a.PDF", "/docs/logo.svg", "/docs/a.tar.gz", "/docs/feed.xml", "/docs/a.md"]
)
def test_files_that_cannot_be_pages_are_left_out(path: str) -> None:
    scope = decide("https://a.example/docs/", "https://a.example/docs/", [], [])
    assert scope.refuses("https://a.example" + path) == "suffix"


@pytest.mark.parametrize(
    "path",
    [
        "/docs/node.js",
        "/docs/asp.net",
        "/docs/os.path.html",
        "/docs/a.php",
        "/docs/System.Text.Json",
        "/docs/1.x-notes",
    ],
)
def test_names_with_dots_are_pages(path: str) -> None:
    scope = decide("https://a.example/docs/", "https://a.example/docs/", [], [])
    assert not scope.refuses("https://a.example" + path)


@pytest.mark.parametrize("name", ["tsconfig.json", "array.map", "mkdocs.yml", "os.log", "std.conf"])
def test_a_page_may_be_called_after_a_file_where_pages_have_no_suffix(name: str) -> None:
    start = "https://a.example/docs/"
    assert not decide(start, start, [], []).refuses(start + name)
    with_suffix = start + "index.html"
    assert decide(with_suffix, with_suffix, [], []).refuses(start + name) == "suffix"


def test_the_suffix_of_the_start_page_is_one_that_pages_have() -> None:
    start = "https://git.example/docs/README.md"
    scope = decide(start, start, [], [])
    assert not scope.refuses("https://git.example/docs/install.md")
    assert scope.refuses("https://git.example/docs/a.pdf")


def test_deciding_does_not_depend_on_repeated_links() -> None:
    for site in SKELETONS:
        once = decide(site.url, site.url, site.navigation(), site.links())
        twice = decide(site.url, site.url, site.navigation() * 2, site.links() * 2)
        assert once == twice
