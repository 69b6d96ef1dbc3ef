"""Parts: no larger than they may be, cut at pages where that will do; put together they are the document."""

from __future__ import annotations

import io
import random
import re
import zipfile

import pytest

from docspasta.exports.parts import Document, Parts
from docspasta.tokens import estimated_tokens

from .books import book_of, random_texts, text_of, written

HEAD = re.compile(rb"\A---\n.*?\n---\n\n# [^\n]*\n\n(?:## Contents\n\n(?: *- [^\n]*\n)*\n)?", re.S)
REOPENED = re.compile(rb"\n[ >]*```(?:\n)?\Z")


def parts_of(texts, limit: int, stem: str = "docs") -> list[tuple[str, bytes]]:
    book, pages = book_of(texts)
    archive = zipfile.ZipFile(io.BytesIO(written(Parts(book, estimated_tokens, limit, stem), pages)))
    assert archive.testzip() is None
    return [(name, archive.read(name)) for name in archive.namelist()]


def body(part: bytes) -> bytes:
    found = HEAD.match(part)
    assert found, part[:300]
    return part[found.end() :]


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_lost_and_nothing_repeated(seed):
    rng = random.Random(seed)
    texts = random_texts(rng, rng.randint(1, 25))
    limit = rng.choice((1_000, 1_500, 5_000))
    book, pages = book_of(texts)
    whole = body(written(Document(book), pages))
    parts = parts_of(texts, limit)
    assert b"".join(body(part) for _, part in parts) == whole
    for name, part in parts:
        assert estimated_tokens(part) <= limit, (seed, name)


def test_a_part_ends_at_a_page_where_pages_fit():
    texts = [text_of(f"/{n}", f"# Page {n}\n\n" + "word " * 420) for n in range(10)]
    parts = parts_of(texts, 1_000)
    assert [name for name, _ in parts] == [f"docs.part-{n}-of-5.md" for n in range(1, 6)]
    assert [re.findall(rb"(?m)^## Page (\d)", body(part)) for _, part in parts] == [
        [b"%d" % n, b"%d" % (n + 1)] for n in range(0, 10, 2)
    ]
    assert b'part: "3 of 5"\n' in parts[2][1] and b"pages: 2\n" in parts[2][1]
    assert b"- [Title of /4](#4)\n- [Title of /5](#5)\n\n" in parts[2][1]


def test_a_page_larger_than_a_part_ends_at_headings():
    markdown = "# Page\n\n" + "".join(f"## Section {n}\n\n" + "word " * 400 + "\n\n" for n in range(6))
    parts = parts_of([text_of("/a", "# A\n\nText.\n"), text_of("/b", markdown)], 1_200)
    bodies = [body(part) for _, part in parts]
    assert all(text.startswith((b"## Section", b"#", b"<a")) for text in bodies)
    assert b"- Title of /b (continued)\n" in parts[1][1]


def test_a_code_block_larger_than_a_part_is_closed_and_opened():
    code = "".join(f"x{n} = {n}\n" for n in range(2_000))
    parts = parts_of([text_of("/a", f"# A\n\n```py\n{code}```\n")], 1_000)
    bodies = [body(part) for _, part in parts]
    assert len(bodies) > 5 and all(text.count(b"```") in (0, 2) for text in bodies)
    assert "".join(re.findall(r"(?m)^x.*\n", b"".join(bodies).decode())) == code


def test_one_part_alone_is_the_same_as_in_the_zip():
    texts = random_texts(random.Random(5), 20)
    for number, (_, part) in enumerate(parts_of(texts, 2_000), 1):
        book, pages = book_of(texts)
        assert written(Parts(book, estimated_tokens, 2_000, "docs", number), pages) == part


def test_the_beginning_says_what_is_left():
    texts = [text_of(f"/{n}", f"# Page {n}\n\n" + "word " * 420) for n in range(10)]
    book, pages = book_of(texts)
    text = written(Parts(book, estimated_tokens, 1_000, "docs", first_alone=True), pages)
    assert b"pages: 2\ntokens_at_most: 1000\npages_left: 8\n" in text
    assert estimated_tokens(text) <= 1_000 and b"## Page 1\n" in text and b"## Page 2\n" not in text
