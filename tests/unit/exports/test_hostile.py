"""Addresses and titles that would break what an export is opened with."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
import yaml

from docspasta.document.anchors import page_anchors
from docspasta.document.text import scalar
from docspasta.exports.formats import Format, Wanted, build
from docspasta.exports.paths import page_path
from docspasta.exports.skill import file_name

from .books import SITE, book_of, text_of, written

ODD = [
    "a\x7fb",
    "a\x85b",
    "a\x9fb",
    "\ufeffa",
    "a\u2028b",
    "a\u2029b",
    "\uffff",
    "\ufffe",
    'a"\\',
    "---",
    "x: #y",
]
RESERVED = ["con", "AUX.html", "nul.txt", "com1", "lpt9.md", "COM¹", "prn/x", "conin$", "con.de.html"]


def made(form: str, paths: list[str], title: str = "T", markdown: str = "# T\n\nText.\n") -> bytes:
    book, pages = book_of([text_of(path, markdown) for path in paths])
    about = replace(book.about, title=title)
    anchors = page_anchors(page.url for page in pages)
    named = [replace(page, title=title, anchor=anchor) for page, anchor in zip(pages, anchors, strict=True)]
    return written(build(Wanted(Format(form)), replace(book, about=about), "docs"), named)


@pytest.mark.parametrize("title", ODD)
def test_front_matter_is_read_back_as_it_was(title):
    assert yaml.safe_load(f"title: {scalar(title)}\n") == {"title": title}


@pytest.mark.parametrize("form", ["zip", "skill"])
def test_a_zip_unpacks_whatever_the_site_s_folders_are_called(form, tmp_path):
    paths = ["/llms.txt/a", "/MANIFEST.json/a", "/index.md/a", "/index", "/", "/a.md", "/a.md/b", "/A.md"]
    paths += [
        "/SKILL.md",
        "/references/_contents.md",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/x",
        "/a%00b",
        "/a%5Cb",
    ]
    (tmp_path / "x.zip").write_bytes(made(form, paths))
    archive = zipfile.ZipFile(tmp_path / "x.zip")
    archive.extractall(tmp_path / "out")
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(files) == len(archive.namelist()) >= len(paths)
    # A name that is a file is no folder, in whichever case a file system keeps it.
    names = [name.casefold() for name in archive.namelist()]
    assert len(set(names)) == len(names)
    assert set(names).isdisjoint(str(above) for name in names for above in PurePosixPath(name).parents)


@pytest.mark.parametrize("path", RESERVED)
def test_no_file_is_called_as_windows_calls_its_devices(path):
    for part in page_path(f"{SITE}/{path}", "docs.example.org").parts:
        assert part.partition(".")[0].casefold() not in {
            "con",
            "aux",
            "nul",
            "prn",
            "com1",
            "lpt9",
            "com¹",
            "conin$",
        }


def test_files_of_a_skill_are_not_called_so_either():
    assert file_name("con") == "con_.md" and file_name("console") == "console.md"


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x1e", "\x0c"])
def test_a_chunk_is_one_line_to_whatever_splits_lines(sign):
    told = made("chunks", ["/a"], f"a{sign}b", f"# T\n\nText{sign}more.\n").decode()
    (line,) = told.splitlines()
    assert json.loads(line)["title"] == f"a{sign}b"


def test_a_skill_s_description_has_no_tags():
    """Those who take skills refuse a description with tags in it."""
    archive = zipfile.ZipFile(io.BytesIO(made("skill", ["/a"], "vector<int>")))
    head = archive.read(archive.namelist()[0]).decode().split("---")[1]
    description = yaml.safe_load(head)["description"]
    assert "vector int" in description and not {"<", ">"} & set(description)
