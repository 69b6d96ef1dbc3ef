# ruff: noqa: E501
"""Addresses that never end, and addresses that only look like it."""

from __future__ import annotations

import pytest

from docspasta.scope.traps import trap


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("/a/a/a", "loop"), ("/docs/x/y/x/y/x/y", "loop"), ("/en/en/en/index.html", "loop"), ("/a/b/c/a/b/c/a/b/c/d", "loop"),
        ("/docs////x", "loop"), ("/" + "/".join(f"s{n}" for n in range(30)), "deep"), ("/calendar/2031/05", "calendar"), ("/events/2030-12-01/x", "calendar"),
        ("/news?month=2031-05", "calendar"), ("/x?ical=1&tribe-bar-date=2020-01-01", "calendar"), ("/list?sort=name&dir=asc", "facets"),
        ("/shop?f[]=1&f[]=2", "facets"), ("/shop?filter%5Bcolor%5D=red", "facets"), ("/x?a=1&b=2&c=3&d=4&e=5", "facets"), ("/x?color=a&color=b", "facets"), ("/x?limit=10", "facets"),
        ("/w/index.php?title=X&action=edit", "action"), ("/w/index.php?title=X&oldid=17", "action"), ("/x?replytocom=5", "action"), ("/x?q=word", "action"),
        ("/wiki/doku.php?id=x&do=edit", "action"), ("/o/r/edit/main/docs/x.md", "edit"), ("/o/r/-/edit/main/x.md", "edit"), ("/_sources/x.rst.txt", "edit"),
        ("/docs/_static/x", "edit"), ("/wp-admin/x", "edit"), ("/wp-login.php", "edit"), ("/cdn-cgi/l/email-protection", "edit"),
    ],
)  # fmt: skip
def test_traps_are_known(target: str, kind: str) -> None:
    assert trap("https://site.example" + target) == kind


@pytest.mark.parametrize(
    "target",
    [
        "/", "/docs/a/b/c", "/2024/01/01/01/post", "/std/std/x", "/com/example/com/example/Thing.html", "/docs/calendar/intro", "/api/events/list",
        "/release/2024/05/notes", "/x?version=2&lang=en", "/w/index.php?title=Main_Page", "/doku.php?id=wiki:syntax", "/docs/edit/main-menu", "/docs/edit",
        "/docs/archive/format", "/page?id=5", "/docs/search/intro", "/docs/raw/", "/docs/history/", "/x?title=A&action=view", "/genindex.html", "/_modules/x.html",
        "/docs/sort/order", "/log?offset=20", "/log?offset=20&limit=10", "/viewtopic.php?f=1&t=2", "/docs/history/main/",
    ],
)  # fmt: skip
def test_pages_are_no_traps(target: str) -> None:
    expected = "edit" if target == "/docs/history/main/" else ""
    assert trap("https://site.example" + target) == expected


@pytest.mark.parametrize(
    "where",
    ["/agenda?from=2024-05-01", "/x?view=week&start=20240501", "/dir/?C=M;O=A", "/dir/?C=N&O=D", "/x?mode=print", "/x/feed/", "/docs/export/pdf/x", "/wiki/Special:RecentChanges?days=3"],
)  # fmt: skip
def test_more_that_lead_nowhere_new(where: str) -> None:
    assert trap(f"https://site.example{where}")


@pytest.mark.parametrize(
    "where",
    ["/api?version=2024-05-01", "/x?start=20", "/docs/feed-reader/", "/wiki/Special:Version", "/export/"],
)
def test_more_that_are_pages(where: str) -> None:
    assert not trap(f"https://site.example{where}")
