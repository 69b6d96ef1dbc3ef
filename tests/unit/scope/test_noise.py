# ruff: noqa: E501
"""Pages that repeat or list others are left out, unless they are what was asked for."""

from __future__ import annotations

import pytest

from docspasta.scope import Scope, ScopeSettings, decide
from docspasta.scope.noise import is_listing, noise

HOST = "https://site.example"


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ("/docs/_print/", "print"), ("/docs/guide/_print/", "print"), ("/docs/print_page/", "print"), ("/docs/print.html", "print"), ("/docs/api/all.html", "print"),
        ("/docs/404.html", "missing"), ("/docs/404/", "missing"), ("/docs/genindex.html", "index"), ("/docs/genindex-A.html", "index"), ("/docs/genindex/", "index"),
        ("/docs/py-modindex.html", "index"), ("/docs/search.html", "index"), ("/docs/index-all.html", "index"), ("/docs/index-files/index-3.html", "index"),
        ("/docs/doc-index.html", "index"), ("/docs/pkg/doc-index-A.html", "index"), ("/docs/_modules/pkg/x.html", "source"), ("/docs/src-html/a/B.html", "source"),
        ("/docs/valve_8h_source.html", "source"), ("/docs/src/Data-Aeson.html", "source"), ("/docs/src/Data.Aeson.Types.html", "source"),
        ("/docs/src/core/lib.rs.html", "source"), ("/docs/valve.js.html", "source"), ("/docs/a/class-use/B.html", "use"), ("/docs/a/package-use.html", "use"),
        ("/docs/a/package-tree.html", "use"), ("/docs/overview-tree.html", "use"),
        ("/docs/de/print.html", "print"), ("/docs/v2.1/search.html", "index"), ("/docs/v2.1/de/404.html", "missing"),
        ("/docs/index-1.2.html", "index"), ("/docs/api-index-full.html", "index"), ("/docs/api-index-1-10.html", "index"), ("/docs/index-deprecated.html", "index"),
        ("/docs/valve-all-in-one.html", "print"), ("/docs/manual.nochunks.html", "print"), ("/docs/user/all_in_one.html", "print"),
        ("/docs/source/valve.lua.html", "source"), ("/docs/sourcefile/valve.f90.html", "source"), ("/docs/pkg/valve.go.html", "source"),
    ],
)  # fmt: skip
def test_pages_that_repeat_others_are_known_by_their_address(where: str, kind: str) -> None:
    assert noise(where, "/docs/") == kind


@pytest.mark.parametrize(
    "where",
    [
        "/docs/guide/search.html", "/docs/ref/print.html", "/docs/status/404.html", "/docs/data_source.html", "/docs/src/intro.html", "/docs/blog/", "/docs/blog",
        "/docs/printing/", "/docs/install.html", "/docs/genindexing.html", "/docs/modules/x.html", "/docs/all/", "/docs/node.js", "/docs/a/class-user/B.html",
        "/docs/index-1.html", "/docs/index-tuning.html", "/docs/all-in-one-printer.html", "/docs/monolithic/", "/docs/index.html", "/docs/search/", "/docs/indexing.html", "/docs/package-summary.html", "/docs/src/",
    ],
)  # fmt: skip
def test_pages_that_only_sound_like_it_are_kept(where: str) -> None:
    assert noise(where, "/docs/") == ""


def scope(start: str = "/manual/a", **settings: object) -> Scope:
    return decide(HOST + start, HOST + start, [], [HOST + "/manual/b"], ScopeSettings(**settings))  # type: ignore[arg-type]


def test_they_are_refused_with_a_word_of_their_own_and_one_setting_has_them() -> None:
    one = scope("/docs/")
    assert one.refuses(HOST + "/docs/genindex.html") == "noise"
    assert one.noise(HOST + "/docs/genindex.html") == "index"
    assert not scope("/docs/", all_pages=True).refuses(HOST + "/docs/genindex.html")
    assert Scope.from_json(one.to_json()) == one


def test_what_lies_elsewhere_is_not_called_a_page_that_repeats() -> None:
    assert scope("/docs/").refuses("https://other.example/genindex.html") == "host"
    assert scope("/docs/").refuses(HOST + "/other/genindex.html") == "section"


def test_a_blog_beside_the_docs_is_left_out_unless_the_job_starts_there() -> None:
    beside = decide(HOST + "/", HOST + "/", [], [HOST + "/guide/a", HOST + "/blog/x"])
    assert beside.noise(HOST + "/blog/2024/x") == "blog" and beside.noise(HOST + "/en/blog/x") == "blog"
    started = decide(HOST + "/blog/", HOST + "/blog/", [], [HOST + "/blog/x"])
    assert not started.refuses(HOST + "/blog/x")


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ("/docs/Concept-Index.html", "index"),
        ("/docs/manual/Function_Index.html", "index"),
        ("/docs/bookindex.html", "index"),
        ("/docs/ix01.html", "index"),
        ("/docs/http-routingtable.html", "index"),
        ("/docs/functions_func_a.html", "index"),
        ("/docs/globals_0x7e.html", "index"),
        ("/docs/api/deprecated-list.html", "use"),
        ("/docs/onepage.html", "print"),
        ("/docs/printable/", "print"),
        ("/docs/functions.html", ""),
        ("/docs/functions_overview.html", ""),
        ("/docs/print/", ""),
        ("/docs/vector-index.html", ""),
    ],
)
def test_lists_that_generators_add(where: str, kind: str) -> None:
    assert noise(where, "/docs/") == kind


@pytest.mark.parametrize(
    ("where", "title"),
    [
        ("/tags/", "Tags"), ("/tags/", "All tags"), ("/categories/index.html", "Categories"), ("/tags/brewing/", "Posts tagged “brewing”"),
        ("/tags/brewing/", "brewing"), ("/tag/green-tea/", "Green Tea"), ("/tags/brewing/page/2/", "Tag: brewing"), ("/author/ann/", "Posts by Ann"),
        ("/category/news/", "Category Archives: News"), ("/archives/", "Archive"), ("/2024/05/", "Archives: May 2024"), ("/page/3/", "Notes — Page 3"),
        ("/docs/tags/brewing", "3 docs tagged with \"brewing\""), ("/tags/c%2B%2B/", "C++"),
    ],
)  # fmt: skip
def test_lists_of_posts_are_known_by_address_and_title(where: str, title: str) -> None:
    assert is_listing(where, title)


@pytest.mark.parametrize(
    ("where", "title"),
    [
        ("/api/tags/create/", "Create a tag"), ("/docs/category/guides", "Guides"), ("/docs/tags/html/", "HTML"), ("/tags.html", "Tags and how to use them"),
        ("/guide/archives/", "Working with archives"), ("/2024/05/", "Release of May"), ("/page/3/", "Valves"), ("/categories/valves/", "How valves are made"),
        ("/guide/posts/", "Posts tagged"), ("/releases/2024/", "2024"),
    ],
)  # fmt: skip
def test_pages_about_tags_and_archives_are_pages(where: str, title: str) -> None:
    assert not is_listing(where, title)
