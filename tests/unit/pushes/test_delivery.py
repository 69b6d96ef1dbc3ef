"""Deliveries as pages, and what is wrong with them."""

from __future__ import annotations

import json
import tracemalloc
from contextlib import suppress
from typing import Any

import pytest

from docspasta.pushes.delivery import BadDelivery, Delivery, Envelope, job_named, reading
from docspasta.turns import at_once
from tests.loop_steps import longest_step, reference

PAGE = {"jobId": "j1", "url": "https://docs.example.org/a", "html": "<h1>A</h1>"}


def read(body: bytes, content_type: str = "application/json", **beside: str) -> Delivery:
    return at_once(reading(Envelope(content_type, **beside), body))


def of(**fields: Any) -> bytes:
    return json.dumps(
        {name: value for name, value in {**PAGE, **fields}.items() if value is not None}
    ).encode()


def test_json_lines_and_raw_bytes_are_the_same_page() -> None:
    [page] = read(of()).pages
    assert (page.url, page.body, page.content_type) == (PAGE["url"], b"<h1>A</h1>", "text/html")
    assert read(of() + b"\n\n", "application/x-ndjson") == read(of())
    [raw] = read(b"<h1>A</h1>", "text/html; charset=utf-8", job_id="j1", url=PAGE["url"]).pages
    assert raw == page and raw.digest == page.digest


def test_markdown_is_text() -> None:
    [page] = read(of(html=None, markdown="# A")).pages
    assert page.is_text and page.content_type == "text/markdown"


def test_a_batch_names_its_job_once_and_holds_each_address_once() -> None:
    lines = b"\n".join([of(), of(jobId=None, url="https://docs.example.org/b"), of()])
    found = read(lines, "application/x-ndjson")
    assert found.job_id == "j1" and [page.url[-1] for page in found.pages] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (of(url="ftp://docs.example.org/"), "url"),
        (of(url=None), "url"),
        (of(html=None), "html"),
        (of(html=""), "html"),
        (of(markdown="# A"), "html"),
        (of(html=5), "html"),
        (of(html="\ud800"), "html"),
        (of(jobId=None), "jobId"),
        (of(contentType="application/pdf"), "contentType"),
        (of(fetchedAt="yesterday"), "fetchedAt"),
        (of(fetchedAt="2026-13-01T00:00:00Z"), "fetchedAt"),
        (of(fetchedAt="0001-01-01T00:00:00+14:00"), "fetchedAt"),
        (of(fetchedAt="9999-12-31T23:59:59-14:00"), "fetchedAt"),
        (of(colour="red"), "colour"),
        (b"[]", "body"),
        (b"{", "body"),
        (b"\xff\xfe", "body"),
        (b"[" * 100_000, "body"),
    ],
)
def test_every_mistake_is_named(body: bytes, field: str) -> None:
    with pytest.raises(BadDelivery) as refused:
        read(body)
    assert refused.value.violations[0][0] == field
    assert all(said for _, said in refused.value.violations)


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([of(), of(url="nothing")], "pages[1].url"),
        ([of(), of(html="<h1>B</h1>")], "pages[1].url"),
        ([of(), of(jobId="j2")], "jobId"),
        ([], "jobId"),
    ],
)
def test_a_mistake_in_a_batch_names_its_line(lines: list[bytes], field: str) -> None:
    with pytest.raises(BadDelivery) as refused:
        read(b"\n".join(lines), "application/x-ndjson")
    assert refused.value.violations[0][0] == field


@pytest.mark.parametrize("content_type", ["text/html; charset=a\0b", "text/html; charset=" + "x" * 400])
def test_a_charset_is_a_name(content_type: str) -> None:
    assert read(b"x", content_type, job_id="j1", url=PAGE["url"]).pages[0].charset == ""


BEGIN = b'{"jobId": "j1", "url": "https://docs.example.org/a", "html": "'
DEAR = {
    "a list": b'{"jobId": "j1", "x": [' + b"[]," * 400_000 + b"[]]}",
    "many fields": b"{" + b",".join(b'"k%d":1' % at for at in range(100_000)) + b"}",
    "the same field": b"{" + b",".join([b'"jobId":"j"'] * 100_000) + b"}",
    "a long text": BEGIN + b"x" * 1_200_000 + b'"}',
    "escapes": BEGIN + b"\\n" * 600_000 + b'"}',
    "surrogates": BEGIN + b"\\ud83d\\ude00" * 100_000 + b'"}',
    "characters": BEGIN + "€".encode() * 400_000 + b'"}',
    "a long name": b'{"' + b"x" * 1_200_000 + b'": ""}',
    "a long address": BEGIN[:-10] + b'"' + b"../" * 400_000 + b'"}',
    "space": b" " * 1_200_000,
    "empty lines": b"\n" * 1_200_000,
    "a number": b'{"html": ' + b"1" * 1_200_000 + b"}",
    "many lines": b"{}\n" * 400_000,
}


@pytest.mark.parametrize("name", DEAR)
def test_no_step_is_long_and_nothing_is_built_that_no_page_has(name: str) -> None:
    """Steps of milliseconds, however long the body is, and a few times its own memory."""
    body = DEAR[name]
    assert len(body) > 1_000_000
    for kind in ("application/json", "application/x-ndjson"):
        for begin in (reading, job_named):
            worst = min(longest_step(begin(Envelope(kind), body), BadDelivery) for _ in range(3))
            assert worst < reference(), (kind, worst)
    tracemalloc.start()
    with suppress(BadDelivery):
        read(body)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4 * len(body)


def test_a_type_that_is_no_page_is_refused() -> None:
    with pytest.raises(BadDelivery, match="Content-Type"):
        read(b"%PDF", "application/pdf", job_id="j1", url=PAGE["url"])


def test_another_delivery_has_another_digest() -> None:
    one = read(of()).digest
    others = (
        of(html="<h1>B</h1>"),
        of(url="https://docs.example.org/b"),
        of(contentType="application/xhtml+xml"),
    )
    assert len({one, *(read(body).digest for body in others)}) == 4


@pytest.mark.parametrize("body", [b"[]", b"{", b"", b'{"jobId": 5}', b"null", b"[" * 100_000])
def test_whose_delivery_it_is_can_be_asked_of_anything(body: bytes) -> None:
    assert at_once(job_named(Envelope("application/json"), body)) == ""
