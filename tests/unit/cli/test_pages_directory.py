"""One file a page: paths that mirror the site and stay below the directory."""

from __future__ import annotations

import time
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docspasta.cli.page_links import Files, Links, linked
from docspasta.cli.pages_directory import Site, nested, to_directory
from docspasta.exports.paths import Names, page_path


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


def test_the_index_is_nested_like_the_folders():
    paths = [
        "home.md",
        "guide/index.md",
        "guide/units.md",
        "guide/deep/er/x.md",
        "guide/deep/er/y.md",
        "faq.md",
    ]
    lines = list(nested([(path, PurePosixPath(path)) for path in paths]))
    assert [line.index("-") // 2 for line in lines] == [0, 0, 1, 2, 3, 0]
    assert lines[2] == "  - [guide/units.md](guide/units.md)"


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
        "https://a/x.md",
        "https://a/x.md/b",
    ]
    paths = [str(names.of(url)).casefold() for url in urls]
    assert len(set(paths)) == len(urls) and "index.md" not in paths
    directories = {str(parent) for path in paths for parent in Path(path).parents}
    assert not directories & set(paths)  # no file stands where another needs a directory


async def test_the_index_lists_every_page_in_order_and_what_is_missing(tmp_path):
    async def pages():
        done = {"state": "processed"}
        yield {
            **done,
            "url": "https://a/",
            "title": "A [b] *c*",
            "markdown": "# A\n\n[D](https://a/d%20e/#x)\n",
        }
        yield {
            **done,
            "url": "https://a/d%20e/",
            "title": "D",
            "markdown": '[up](https://a/ "t") [no](https://a/n)',
        }
        yield {"url": "https://a/n", "state": "failed", "reason": "dns", "httpStatus": 0}

    assert await to_directory(tmp_path / "out", Site("Docs", "https://a/"), pages()) == []
    index = (tmp_path / "out" / "index.md").read_text()
    assert index == (
        "# Docs\n\nSource: <https://a/>\n\n"
        "- [A \\[b\\] \\*c\\*](home.md)\n- [D](d_e/index.md)\n"
        "\n## What is missing\n\n- <https://a/n>: The host name could not be resolved.\n"
    )
    home = (tmp_path / "out" / "home.md").read_text()
    front = '---\ntitle: "A [b] *c*"\nsource: "https://a/"\n---\n\n'
    assert home == front + "# A\n\n[D](d_e/index.md#x)\n"
    below = (tmp_path / "out" / "d_e" / "index.md").read_text()
    front = '---\ntitle: "D"\nsource: "https://a/d%20e/"\n---\n\n'
    assert below == front + '# D\n\n[up](../home.md "t") [no](https://a/n)\n'


HEADINGS = [
    {"level": 1, "text": "X", "ids": ["top"]},
    {"level": 2, "text": "Dry: pasta", "ids": ["dry", "glossary-dry"]},
    {"level": 2, "text": "Two", "ids": []},
    {"level": 3, "text": "Dry: pasta", "ids": ["dry-2"]},
]
FILES = Files()
FILES.add("https://a/x", PurePosixPath("x.md"), HEADINGS)
FILES.add("https://a/f_(n)", PurePosixPath("f n.md"), [])
HERE = PurePosixPath("d/here.md")


@pytest.mark.parametrize(
    ("markdown", "told"),
    [
        ("[x](https://a/x)", "[x](../x.md)"),
        ("[x](<https://a/x>)", "[x](<../x.md>)"),
        ("![x](https://a/x#y)", "![x](../x.md#y)"),
        ("[f](https://a/f_(n))", "[f](../f%20n.md)"),
        ("[x](https://a/xx)", "[x](https://a/xx)"),
        ("`[x](https://a/x)` [x](https://a/x)", "`[x](https://a/x)` [x](../x.md)"),
        ("``a ` [x](https://a/x)``", "``a ` [x](https://a/x)``"),
        ("```md\n[x](https://a/x)\n```\n[x](https://a/x)", "```md\n[x](https://a/x)\n```\n[x](../x.md)"),
        ("````\n```\n[x](https://a/x)\n````", "````\n```\n[x](https://a/x)\n````"),
        ("> ~~~\n> [x](https://a/x)\n> ~~~", "> ~~~\n> [x](https://a/x)\n> ~~~"),
        (
            "- ```\n  [x](https://a/x)\n  ```\n- [x](https://a/x)",
            "- ```\n  [x](https://a/x)\n  ```\n- [x](../x.md)",
        ),
    ],
)
def test_links_between_files_are_relative_and_code_is_left_alone(markdown, told):
    assert linked(markdown, HERE, FILES) == told


@pytest.mark.parametrize(
    ("markdown", "told"),
    [
        ("[x](https://a/x#dry)", "[x](../x.md#Dry%20pasta)"),
        ("[x](https://a/x#glossary-dry)", "[x](../x.md#Dry%20pasta)"),
        ("[x](https://a/x#dry%2D2)", "[x](../x.md#X#Two#Dry%20pasta)"),
        ("[x](https://a/x#nowhere)", "[x](../x.md)"),
        ("[`x`](https://a/x#dry)", "[`x`](../x.md#Dry%20pasta)"),
        ("[x](https://b/x#dry)", "[x](https://b/x#dry)"),
    ],
)
def test_for_notes_programs_links_lead_to_headings(markdown, told):
    assert linked(markdown, HERE, FILES, Links.HEADINGS) == told


@pytest.mark.parametrize(
    ("markdown", "told"),
    [
        ("[the *x*](https://a/x#dry)", "[[x#Dry pasta|the *x*]]"),
        ('[x](https://a/x "t"), [f](https://a/f_(n))', "[[x|x]], [[f n|f]]"),
        ("| [x](https://a/x) | b |", "| [[x\\|x]] | b |"),
        ("![x](https://a/x)", "![x](../x.md)"),
        ("[`x`](https://a/x#dry)", "[`x`](../x.md#Dry%20pasta)"),
        ("[a|b](https://a/x)", "[a|b](../x.md)"),
        ("`[x](https://a/x)`", "`[x](https://a/x)`"),
        ("[x](https://b/x)", "[x](https://b/x)"),
    ],
)
def test_wiki_links(markdown, told):
    assert linked(markdown, HERE, FILES, Links.WIKI) == told


def test_the_index_has_wiki_links_too():
    assert list(nested([("A [b]|c", PurePosixPath("guide/x.md"))], Links.WIKI)) == ["- [[guide/x|A  b  c]]"]


@pytest.mark.parametrize(
    "line",
    [
        "-    " * 5_000 + "x",
        "> " * 5_000 + "```",
        "".join("`" * run + " " for run in range(1, 300)),
        "](http://a(" * 5_000,
        "[x](http://a#(" * 5_000,
        "[" * 20_000,
        "`a" * 20_000,
    ],
    ids=["list markers", "quotes", "odd runs of ticks", "open links", "open fragments", "brackets", "ticks"],
)
def test_a_hostile_line_takes_linear_time(line):
    """Compared with a harmless line of the same length, for machines differ."""
    reference = min(timed("word " * (len(line) // 5)) for _ in range(3))
    assert min(timed(line) for _ in range(3)) < 60 * reference + 0.02


def timed(line):
    began = time.process_time()
    linked(line, HERE, FILES, Links.WIKI)
    return time.process_time() - began
