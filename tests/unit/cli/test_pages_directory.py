"""One file a page: paths that mirror the site and stay below the directory."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docspasta.cli.pages_directory import Names, page_path, to_directory


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://a/", "home.md"),
        ("https://a/guide/", "guide/index.md"),
        ("https://a/guide/index.html", "guide/index.md"),
        ("https://a/guide/units.html", "guide/units.md"),
        ("https://a/api/os.path", "api/os.path.md"),
        ("https://a/p.php?id=3&v=1", "p-id=3_v=1.md"),
        ("https://b.org:8080/x", "b.org_8080/x.md"),
        ("https://a/%2e%2e/%2fetc", "_/_etc.md"),
        ("https://a/K%C3%A4se", "Käse.md"),
    ],
)
def test_paths(url, path):
    assert page_path(url, "a") == Path(path)


@given(st.text(max_size=300), st.text(max_size=50))
def test_no_path_leaves_the_directory(path, query):
    made = page_path(f"https://a/{path}?{query}", "a")
    assert not made.is_absolute() and ".." not in made.parts
    assert all(len(part.encode()) <= 110 for part in made.parts)


def test_no_two_pages_share_a_file():
    names = Names("a")
    urls = [
        "https://a/x",
        "https://a/x.html",
        "https://a/X",
        "https://a/x/",
        "https://a/x/index",
        "https://a/index",
    ]
    paths = [str(names.of(url)).casefold() for url in urls]
    assert len(set(paths)) == len(urls) and "index.md" not in paths


async def test_the_index_lists_every_page_in_order(tmp_path):
    async def pages():
        yield {"url": "https://a/", "title": "A [b] *c*", "markdown": "# A\n\nText.\n"}
        yield {"url": "https://a/d e/", "title": "", "markdown": "D"}

    assert await to_directory(tmp_path / "out", "Docs", "https://a/", pages()) == 2
    index = (tmp_path / "out" / "index.md").read_text()
    assert index == (
        "# Docs\n\nSource: <https://a/>\n\n- [A \\[b\\] \\*c\\*](home.md)\n- [https://a/d e/](d_e/index.md)\n"
    )
    assert (tmp_path / "out" / "home.md").read_text() == "<!-- https://a/ -->\n\n# A\n\nText.\n"
