"""Contents of exports: as deep as was asked for, and nested as the whole document's are."""

from __future__ import annotations

import random
import re

import pytest

from docspasta.exports.parts import Document, Parts
from docspasta.exports.selection import BadSelection, Selection, checked
from docspasta.tokens import estimated_tokens

from .books import book_of, text_of, written

PATHS = ("/guide/", "/guide/install", "/guide/install/linux", "/guide/use", "/api/")


def texts(paths=PATHS):
    return [text_of(path, f"# {path}\n\n" + "word " * 420) for path in paths]


def listed(text: bytes) -> list[str]:
    """The list of contents, without its heading."""
    head = text.partition(b"<a id=")[0].partition(b"Source: ")[0].decode()
    assert ("## Contents" in head) == bool(re.search(r"(?m)^ *- ", head))
    return re.findall(r"(?m)^ *- .*", head)


def document(**chosen) -> bytes:
    return written(*document_of(Selection(**chosen)))


def document_of(selection: Selection):
    book, pages = book_of(texts(), selection)
    return Document(book), pages


def test_the_contents_of_an_export_are_nested_and_as_deep_as_asked():
    assert listed(document()) == [
        "- [Title of /guide/](#guide)",
        "  - [Title of /guide/install](#guide-install)",
        "    - [Title of /guide/install/linux](#guide-install-linux)",
        "  - [Title of /guide/use](#guide-use)",
        "- [Title of /api/](#api)",
    ]
    assert len(listed(document(contents=2))) == 4
    assert listed(document(contents=1)) == ["- [Title of /guide/](#guide)", "- [Title of /api/](#api)"]
    assert listed(document(contents=0)) == [] and document(contents=0).count(b"\nSource: ") == 5


def test_without_links_contents_are_words_and_pages_have_no_anchors():
    text = document(links=False)
    assert listed(text)[1] == "  - Title of /guide/install" and b"<a id=" not in text


def test_a_part_lists_its_own_pages_from_the_left():
    book, pages = book_of(texts(), Selection(contents=6))
    parts = [
        written(Parts(book, estimated_tokens, 1_000, "docs", only), pages)
        for only in range(1, 1 + parts_in(book, pages, 1_000))
    ]
    assert len(parts) > 1
    for part in parts:
        assert not listed(part)[0].startswith(" ") and estimated_tokens(part) <= 1_000
    book, pages = book_of(texts(), Selection(contents=1))
    last = written(Parts(book, estimated_tokens, 1_000, "docs", 2), pages)
    assert all("install" not in line for line in listed(last))


def parts_in(book, pages, limit: int) -> int:
    made = Parts(book, estimated_tokens, limit, "docs")
    assert all(map(made.survey, pages))
    return made.count


@pytest.mark.parametrize("seed", range(30))
def test_parts_stay_within_their_limit_at_any_depth(seed):
    rng = random.Random(seed)
    names = [f"/{'/'.join(rng.choices('abc', k=rng.randint(1, 6)))}/{n}" for n in range(rng.randint(2, 25))]
    chosen = Selection(contents=rng.randint(0, 6), links=rng.random() < 0.7)
    book, pages = book_of(texts(sorted(names)), chosen)
    bodies = b""
    for only in range(1, 1 + parts_in(book, pages, 1_500)):
        part = written(Parts(book, estimated_tokens, 1_500, "docs", only), pages)
        assert estimated_tokens(part) <= 1_500, (seed, only)
        bodies += part
    assert bodies.count(b"\nSource: ") == len(names), seed


def test_a_depth_that_there_is_not_is_refused():
    with pytest.raises(BadSelection, match="7 is out of range; give 0 to 6"):
        checked(Selection(contents=7))
