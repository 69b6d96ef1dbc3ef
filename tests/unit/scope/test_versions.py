# ruff: noqa: E501
"""Other versions are left out at any depth and in any spelling; chapters with numbers stay."""

from __future__ import annotations

import pytest

from docspasta.scope import decide
from docspasta.scope.names import is_version
from docspasta.scope.versions import newest
from tests.loop_steps import cpu_seconds

HOST = "https://site.example"


@pytest.mark.parametrize(
    "segment",
    [
        "stable", "latest", "v2", "3.12", "1.x", "v/2.0", "latest-v18.x", "stable-2.9", "2.0-SNAPSHOT", "3.x-stable", "2.x.x", "docs-3.2", "jdk-17", "jdk17",
        "boost_1_74_0", "v1.2.3-rc.1", "1.0.0-alpha", "release-4.2", "version-1.0", "7.x-dev", "5.6.1", "2.0.0.RELEASE", "1_74_0", "python-3.12",
        "version_3", "v5-beta", "v3-lts", "v0-12", "v1alpha1", "v2-rc.1", "2024R1", "22H2", "rel_4", "release_2",
        "8.0-en", "2.1_pt-br", "R2023b", "docs-v6", "v6-docs", "java-17", "18-LTS",
    ],
)  # fmt: skip
def test_versions_are_known_in_every_spelling(segment: str) -> None:
    assert is_version(segment)


@pytest.mark.parametrize(
    "segment", ["guide", "chapter-1.2", "section_1_2", "2fa", "v", "1", "docs", "latest-news", "release", "java", "http2", "es6", "stable-diffusion", "r", "1.0-it-works", "chapter1-de"]
)  # fmt: skip
def test_other_names_with_numbers_are_no_versions(segment: str) -> None:
    assert not is_version(segment)


def test_no_segment_takes_long() -> None:
    hostile = (
        "1.0" + "a1" * 900 + "!",
        "v" * 1900 + "!",
        "1." * 900 + "!",
        "1.0" + "-1" * 900 + "!",
        "a-" * 900 + "!",
    )
    assert cpu_seconds(lambda: [is_version(segment) for segment in hostile], 0.5) < 0.5


def refused(start: str, links: list[str], asked: list[str]) -> list[str]:
    scope = decide(HOST + start, HOST + start, [], [HOST + link for link in links])
    return [path for path in asked if scope.refuses(HOST + path) == "version"]


def test_of_a_component_the_pages_without_a_version_are_current() -> None:
    links = [
        "/",
        "/guide/index.html",
        "/guide/5.6.1/index.html",
        "/guide/6.0.0/index.html",
        "/ref/3.1/index.html",
        "/ref/intro.html",
    ]
    asked = [
        "/guide/5.6.1/a.html",
        "/guide/6.0.0/a.html",
        "/guide/7.1.0/a.html",
        "/guide/a.html",
        "/ref/3.1/x.html",
        "/ref/x.html",
    ]
    assert refused("/", links, asked) == [
        "/guide/5.6.1/a.html",
        "/guide/6.0.0/a.html",
        "/guide/7.1.0/a.html",
        "/ref/3.1/x.html",
    ]


def test_of_a_component_with_versions_alone_the_newest_is_kept() -> None:
    links = ["/", "/intro", "/guide/1.9/index.html", "/guide/1.10/index.html", "/guide/2.0-beta/index.html"]
    asked = ["/guide/1.9/a", "/guide/1.10/a", "/guide/2.0-beta/a"]
    assert refused("/", links, asked) == ["/guide/1.9/a", "/guide/2.0-beta/a"]


def test_notes_on_versions_and_single_ones_are_pages_like_others() -> None:
    links = [
        "/",
        "/changelog/1.0/x",
        "/changelog/1.1/x",
        "/release-notes/2.0/a",
        "/release-notes/b",
        "/api/v1/users",
        "/api/v2/users",
        "/api/intro",
        "/x/3.1/a",
    ]
    assert refused("/", links, [link for link in links if link != "/"]) == []


def test_the_other_versions_of_a_start_page_in_a_spelled_one_are_left_out() -> None:
    links = ["/docs/latest-v18.x/api/fs.html", "/docs/latest-v20.x/api/", "/docs/v0.10.0/api/"]
    scope = decide(
        HOST + "/docs/latest-v18.x/api/",
        HOST + "/docs/latest-v18.x/api/",
        [],
        [HOST + link for link in links],
    )
    assert not scope.refuses(HOST + "/docs/latest-v18.x/api/fs.html")
    assert scope.refuses(HOST + "/docs/latest-v20.x/api/") and scope.refuses(HOST + "/docs/v0.10.0/api/x")


def test_the_newest_is_the_highest_release_or_the_one_that_a_word_names() -> None:
    assert newest({"1.9": 0, "1.10": 0, "2.0-rc1": 0}) == "1.10"
    assert newest({"1.9": 0, "latest": 0, "nightly": 0}) == "latest"
    assert newest({"2.0-rc1": 0, "2.0-rc2": 0}) == "2.0-rc2"


def test_a_name_with_numbers_is_a_version_where_the_same_page_stands_below_another() -> None:
    links = ["/mysql-8.0/guide/a", "/mysql-8.0/guide/b", "/mysql-5.7/guide/a", "/mysql-8.0/guide/c"]
    asked = ["/mysql-5.7/guide/b", "/mysql-8.0/guide/c"]
    scope = decide(
        f"{HOST}/mysql-8.0/guide/a", f"{HOST}/mysql-8.0/guide/a", [], [HOST + link for link in links]
    )
    assert [path for path in asked if scope.refuses(HOST + path)] == ["/mysql-5.7/guide/b"]
    assert refused(
        "/guide/", ["/guide/a", "/guide/php8.2/", "/guide/b", "/guide/c"], ["/guide/php8.2/x"]
    ) == ["/guide/php8.2/x"]
    chapters = ["/guide/a", "/guide/chapter1.2/x", "/guide/chapter1.3/x", "/guide/b"]
    assert refused("/guide/", chapters, ["/guide/chapter1.2/x"]) == []
