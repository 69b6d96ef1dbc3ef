"""What each format holds: files with links that lead to files, chunks, a skill, lists."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
from math import ceil

import pytest

from docspasta.document.plan import Missing
from docspasta.exports.formats import Format, Wanted, build, check
from docspasta.exports.selection import BadSelection, Selection, checked
from docspasta.exports.unlink import without_links
from docspasta.exports.zip import Zip
from docspasta.tokens import estimated_tokens

from .books import SITE, book_of, random_texts, text_of, written

TEXTS = [
    text_of(
        "/",
        f"# Start\n\nSee [the guide]({SITE}/guide/a#use).\n",
        ((f"{SITE}/guide/a", "use"),),
        "Where it starts.",
    ),
    text_of(
        "/guide/a",
        f"# Guide\n\nBack to [start]({SITE}/), to [b]({SITE}/x).\n",
        ((f"{SITE}/", ""), (f"{SITE}/x", "")),
    ),
    text_of("/guide/b.html", "# B\n\n## Part\n\nText.\n"),
]
MISSING = (Missing(f"{SITE}/down", "failed", "http_status", 500),)


def made(format: str, selection: Selection | None = None, texts=TEXTS, **wanted) -> bytes:
    book, pages = book_of(texts, selection or Selection(), MISSING)
    return written(build(Wanted(Format(format), **wanted), book, "docs"), pages)


def unpacked(data: bytes) -> dict[str, str]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return {name: archive.read(name).decode() for name in archive.namelist()}


def test_zip_has_pages_in_their_tree_with_relative_links():
    files = unpacked(made("zip"))
    assert list(files) == ["index.md", "home.md", "guide/a.md", "guide/b.md", "llms.txt", "manifest.json"]
    assert "[the guide](guide/a.md#use)" in files["home.md"]
    assert f"[start](../home.md), to [b]({SITE}/x)" in files["guide/a.md"]
    assert "- [Title of /guide/a](guide/a.md)\n" in files["index.md"]
    assert f"- <{SITE}/down>" in files["index.md"]
    assert "# Example\n\n> 3 pages of" in files["llms.txt"]
    assert "## Docs\n\n- [Title of /](home.md): Where it starts.\n\n## guide\n\n" in files["llms.txt"]


def test_zip_has_hashes_of_its_files():
    files = unpacked(made("zip"))
    manifest = json.loads(files["manifest.json"])
    assert (manifest["source"], manifest["version"], manifest["pages"]) == (f"{SITE}/", "etag-1", 3)
    for entry in manifest["files"]:
        text = files[entry["path"]].encode()
        assert (entry["bytes"], entry["sha256"]) == (len(text), hashlib.sha256(text).hexdigest())
        assert entry["url"].startswith(SITE)


@pytest.mark.parametrize("format", [one for one in Format if one is not Format.PARTS])
def test_the_same_pages_give_the_same_bytes(format):
    assert made(format) == made(format)


def test_chunks_say_where_they_are_from():
    lines = [json.loads(line) for line in made("chunks").splitlines()]
    assert [line["headingPath"] for line in lines][:2] == [["Start"], ["Guide"]]
    first = lines[0]
    assert list(first) == ["id", "url", "title", "headingPath", "anchor", "tokens", "hash", "text"]
    assert (first["url"], first["title"], first["anchor"]) == (f"{SITE}/", "Title of /", "top")
    assert first["hash"] == hashlib.sha256(first["text"].encode()).hexdigest()
    assert first["tokens"] == ceil(estimated_tokens(first["text"].encode()))


def test_chunks_are_no_larger_than_asked_for():
    lines = made("chunks", texts=random_texts(random.Random(3), 20), max_tokens=100).splitlines()
    assert len(lines) > 50 and max(json.loads(line)["tokens"] for line in lines) <= 100 + 10  # of a fence


def test_links_go_where_they_are_not_wanted():
    for format in ("markdown", "chunks", "zip", "llms-full"):
        data = made(format, Selection(links=False))
        text = "".join(unpacked(data).values()) if format == "zip" else data.decode()
        assert "See the guide." in text and "](http" not in text.partition("manifest")[0]


def test_skill_is_a_folder_that_agents_know():
    files = unpacked(made("skill"))
    top = "docs-example-org"
    assert list(files) == [
        f"{top}/SKILL.md",
        *(f"{top}/references/{name}.md" for name in ("index", "guide-a", "guide-b.html", "_contents")),
    ]
    skill = files[f"{top}/SKILL.md"]
    assert skill.startswith(f'---\nname: {top}\ndescription: "Documentation of Example (')
    assert "[the guide](guide-a.md#use)" in files[f"{top}/references/index.md"]


def test_a_large_skill_stays_below_500_lines():
    texts = [text_of(f"/d{n}/p", f"# P {n}\n\nText.\n") for n in range(900)]
    skill = unpacked(made("skill", texts=texts))["docs-example-org/SKILL.md"]
    assert skill.count("\n") < 200 and estimated_tokens(skill.encode()) < 5_000


def test_a_large_skill_of_one_folder_lists_its_first_pages():
    """One folder of 150 pages tells nothing."""
    texts = [text_of(f"/p{n}.html", f"# P {n}\n\nText.\n") for n in range(150)]
    skill = unpacked(made("skill", texts=texts))["docs-example-org/SKILL.md"]
    assert "- [Title of /p0.html](references/p0.html.md)\n" in skill
    assert "- 50 more in [_contents.md](references/_contents.md)\n" in skill
    assert "`source` at the top" in skill


def test_llms_txt_and_its_full_text():
    text = made("llms").decode()
    assert text.startswith(
        f"# Example\n\n> 3 pages of <{SITE}/>\n\n## Docs\n\n- [Title of /]({SITE}/): Where it"
    )
    full = made("llms-full").decode()
    assert full.startswith("# Example\n\n> 3 pages") and f"## Guide\n\nSource: <{SITE}/guide/a>" in full


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("a [b](https://x/y(z)) c", "a b c"),
        ('[![alt](i.png)](https://x "title")', "alt"),
        (r"\[x](y) [`a[0]`](<u v>)", r"\[x](y) `a[0]`"),
        ("`[a](b)` [c](d)", "`[a](b)` c"),
        ('<a href="https://x">t</a>', "t"),
        ("```\n[a](b)\n```\n[a](b)", "```\n[a](b)\n```\na"),
        ("- x\n\n  ~~~\n  [a](b)\n  ~~~\n\n  [a](b)", "- x\n\n  ~~~\n  [a](b)\n  ~~~\n\n  a"),
        ("[a](b", "[a](b"),
        ("| [a](b) | ![](c) |", "| a |  |"),
    ],
)
def test_text_without_links(markdown, text):
    assert without_links(markdown.encode()).decode() == text


@pytest.mark.parametrize(
    "text", ["[" * 100_000 + "](x", '](x "' * 50_000, "](a](a" * 50_000, "`a``b" * 50_000 + "]("]
)
def test_text_without_links_takes_time_in_proportion(text):
    without_links(text.encode())  # the test's time limit is what fails


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(Format.PARTS), "max_tokens"),
        (Wanted(Format.PARTS, 1), "max_tokens"),
        (Wanted(Format.CHUNKS, 1), "max_tokens"),
        (Wanted(Format.CHUNKS, 1_000_000), "max_tokens"),
        (Wanted(Format.ZIP, 5_000), "max_tokens"),
        (Wanted(Format.ZIP, 0, 1), "part"),
        (Wanted(Format.PARTS, 5_000, -1), "part"),
        (Wanted(Format.ZIP, tokens="cl100k"), "tokens"),
    ],
)
def test_what_cannot_be_made_is_refused(wanted, field):
    with pytest.raises(BadSelection) as refused:
        check(wanted)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("selection", "field"),
    [
        (Selection(include=("guide/**",)), "include"),
        (Selection(exclude=("/***",)), "exclude"),
        (Selection(pages=((0, 3),)), "pages"),
        (Selection(pages=((5, 3),)), "pages"),
        (Selection(pages=((1, 1),) * 2_001), "pages"),
    ],
)
def test_what_cannot_be_selected_is_refused(selection, field):
    with pytest.raises(BadSelection) as refused:
        checked(selection)
    assert refused.value.field == field


def test_a_selection_takes_what_it_names():
    def taken(**asked) -> list[int]:
        selection = Selection(**asked)
        return [n for n, (path, *_) in enumerate(TEXTS, 1) if selection.wants(n, SITE + path)]

    assert taken() == [1, 2, 3]
    assert taken(include=("/guide/**",)) == [2, 3]
    assert taken(include=("/guide/**",), exclude=("/**/b.html",)) == [2]
    assert taken(pages=((1, 1),), include=("/guide/a",)) == [1, 2]
    assert taken(exclude=("/guide/**",)) == [1]


def test_a_zip_of_many_files_and_of_pieces(tmp_path):
    archive, data = Zip(), bytearray()
    for number in range(70_000):
        data += archive.file(f"{number:05}", b"%d" % number)
    data += b"".join(archive.stream("pieces", (b"a" * 100_000 for _ in range(50))))
    data += b"".join(archive.finish())
    found = zipfile.ZipFile(io.BytesIO(bytes(data)))
    assert len(found.namelist()) == 70_001 and found.read("69999") == b"69999"
    assert found.read("pieces") == b"a" * 5_000_000
