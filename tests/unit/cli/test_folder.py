"""A folder as a web server shows it: which file answers where, which are pages, what is said of the rest."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from docspasta.cli.exits import CommandError
from docspasta.cli.folder import Folder, Page, Target, files_of, is_page
from docspasta.cli.pushing import BATCH_BYTES, based, lines_of, of_lines, of_pages
from docspasta.pushes.delivery import Envelope, reading
from docspasta.turns import at_once

BASE = "https://docs.example.org/v1/"


def folder(**files: str) -> Folder:
    return Folder(BASE, {name.replace("__", "/").replace("_", "."): Path(name) for name in files})


def written(directory: Path, **files: str) -> Folder:
    for name, text in files.items():
        path = directory / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Folder(BASE, files_of([str(directory)]))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", Target("index.html")),
        ("index.html?x=1", Target("index.html")),
        ("guide/", Target("guide/index.html")),
        ("guide", Target("", BASE + "guide/")),
        ("guide?x=1", Target("", BASE + "guide/?x=1")),
        ("usage", Target("usage.html")),
        ("usage/", None),
        ("%75sage.html", Target("usage.html")),
        ("../index.html", None),
    ],
)
def test_what_answers_where(path: str, expected: Target | None) -> None:
    made = folder(index_html="", guide__index_html="", usage_html="")
    assert made.at(BASE + path) == expected
    assert made.at("https://elsewhere.example/") is None


def test_a_page_has_the_address_that_others_link_to(tmp_path: Path) -> None:
    made = written(
        tmp_path,
        index_html='<a href="guide/index.html">A</a><a href="b"></a><a href="gone.html"></a><a href="x.pdf">',
        guide__index_html="<h1>Guide</h1>",
        b_html="<h1>B</h1>",
        lone__index_html="<h1>Nobody links here</h1>",
        x_pdf="%PDF",
        empty_html=" ",
        **{"404_html": "<h1>Not found</h1>"},
    )
    assert [page.url.removeprefix(BASE) for page in made.pages()] == ["", "guide/index.html", "b", "lone/"]
    assert made.dead == {f"{BASE}gone.html": BASE}


def test_a_directory_without_its_slash_leads_to_it(tmp_path: Path) -> None:
    made = written(tmp_path, index_html='<a href="d">D</a>', d__index_html="<h1>D</h1>")
    pages = {page.url.removeprefix(BASE): page.body for page in made.pages()}
    assert list(pages) == ["", "d", "d/"]
    assert b"url=https://docs.example.org/v1/d/" in pages["d"]


def test_every_file_ends_the_walk_whatever_its_name(tmp_path: Path) -> None:
    for name in ("index.html", "index.htm", "a%20b.html", "ä?.html", "d/index.htm", "d/index.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    found = [page.url for page in Folder(BASE, files_of([str(tmp_path)])).pages()]
    assert len(found) == len(set(found)) == 6


def test_markdown_beside_its_html_is_no_page_of_its_own() -> None:
    names = {name: Path(name) for name in ("a.html", "a.md", "b/index.html", "b.md", "c.md", "d.txt")}
    assert [name for name in names if is_page(name, names)] == ["a.html", "b/index.html", "c.md"]


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for path in (tmp_path / "a/x.html", tmp_path / "b/x.html"):
        path.write_text("x")
    for paths, said in (
        (["nowhere"], "nowhere"),
        ([str(tmp_path / "a"), str(tmp_path / "b")], "x.html"),
        ([__file__], "no page"),
    ):
        with pytest.raises(CommandError, match=said):
            files_of(paths)
    for base in ("", "ftp://x/", "https://docs.example.org/?a=1"):
        with pytest.raises(CommandError, match="--base"):
            based(base)
    assert based("docs.example.org/v1") == BASE


def test_pages_go_in_batches_that_are_taken_as_they_are() -> None:
    bodies = ["<h1>ä</h1>" * 10_000, "\u2028\x00\\", *["x" * 4_000] * 500]
    pages = [Page(f"{BASE}{number}", "text/html", body.encode()) for number, body in enumerate(bodies)]
    odd = [
        Page(f"{BASE}latin", "text/html", "ä".encode("latin-1")),
        Page(f"{BASE}md", "text/markdown", b"# A"),
    ]
    large = Page(f"{BASE}large", "text/html", b"x" * BATCH_BYTES)
    found = {}
    for delivery in of_pages(iter([*pages, *odd, large])):
        assert len(delivery.body) <= BATCH_BYTES
        envelope = Envelope(delivery.content_type, "job", delivery.url)
        for page in at_once(reading(envelope, delivery.body)).pages:
            found[page.url] = (page.content_type, page.body)
    assert found == {page.url: (page.kind, page.body) for page in [*pages, *odd, large]}


def test_lines_come_as_they_are_written() -> None:
    given = [json.dumps({"url": f"{BASE}{number}", "html": "x" * 3_000}).encode() for number in range(700)]
    reads, writes = os.pipe()

    def write() -> None:
        with os.fdopen(writes, "wb") as file:
            file.write(b"\n".join(given))

    thread = threading.Thread(target=write)
    thread.start()
    deliveries = list(of_lines(lines_of(reads)))
    thread.join(10)
    os.close(reads)
    assert b"".join(delivery.body for delivery in deliveries).split(b"\n") == given
    assert deliveries[0].what == "lines 1 to 200" and deliveries[-1].what == "lines 601 to 700"
    assert [each.what for each in of_lines(iter([b"{}"]))] == ["line 1"]
