"""A scraped page passes through in chunks; what is cut on the way never looks whole; places are bounded."""

from __future__ import annotations

import json
from contextlib import ExitStack

import grpc
import pytest

from docspasta.rest.requests import ScrapeRequest
from docspasta.rest.scraped import Scraped
from docspasta.v1 import crawler_pb2, processor_pb2
from docspasta.v1.page_pb2 import Page, PageReason
from gateway.credentials import Credential
from gateway.problems import Problem
from gateway.scrape import Body, in_json, read
from gateway.scrape_limits import ScrapeLimits

from .asked import ask, built

HEAD = crawler_pb2.FetchedHead(url="https://e.org/", charset="utf-8", http_status=200)
CUT = grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, grpc.aio.Metadata(), grpc.aio.Metadata())


class Stream:
    """A stream of messages; an exception among them is raised."""

    def __init__(self, *messages) -> None:
        self.messages = list(messages)

    def cancel(self) -> None:
        """A call that is given up."""

    async def read(self):
        found = self.messages.pop(0) if self.messages else grpc.aio.EOF
        if isinstance(found, Exception):
            raise found
        return found


class Call:
    body = ScrapeRequest.model_validate({"url": "https://e.org/", "excludeSelectors": [".ad"]})


def chunk(data: bytes) -> crawler_pb2.FetchPagesResponse:
    return crawler_pb2.FetchPagesResponse(chunk=data)


async def test_a_body_is_handed_on_in_the_chunks_in_which_it_comes():
    fetch = Stream(chunk(b"a"), chunk(b"b"))
    parts = Body(Call, HEAD, fetch).parts()
    head = (await anext(parts)).head
    assert head.url == "https://e.org/" and list(head.options.exclude_selectors) == [".ad"]
    assert (await anext(parts)).chunk == b"a" and len(fetch.messages) == 1, "no chunk is read ahead"
    assert [part.chunk async for part in parts] == [b"b"]


async def test_a_body_that_is_cut_is_not_converted_as_if_it_were_whole():
    body = Body(Call, HEAD, Stream(chunk(b"a"), CUT))
    assert [part.chunk async for part in body.parts()] == [b"", b"a"]
    answer = processor_pb2.ConvertPageResponse(head=processor_pb2.ConvertedHead())
    with pytest.raises(grpc.aio.AioRpcError):
        await body.converted(Stream(answer))


class Asked(Call):
    """A call whose crawler and processor give these answers; what they were asked is noted."""

    caller = None

    def __init__(self, fetched: list, converted: list) -> None:
        self.fetched, self.to_convert, self.asked = fetched, converted, []
        self.services = self
        self.crawler = self
        self.FetchPages = None

    def stream(self, _, asked):
        self.asked.append(asked)
        return Stream(crawler_pb2.FetchPagesResponse(head=self.fetched.pop(0)))

    def convert(self, *_):
        return Stream(processor_pb2.ConvertPageResponse(head=self.to_convert.pop(0)))


def converted(reason: str = "", **more) -> processor_pb2.ConvertedHead:
    value = PageReason.Value(f"PAGE_REASON_{reason}") if reason else 0
    return processor_pb2.ConvertedHead(page=Page(reason=value), **more)


async def test_a_page_that_is_refused_says_why():
    with ExitStack() as held, pytest.raises(Problem) as refused:
        await read(Asked([], [converted("EMPTY")]), HEAD, Stream(), held, html=False)
    assert refused.value.http_status == 422 and refused.value.reason == "empty"


async def test_a_page_that_needs_a_browser_is_asked_for_once_more_with_its_alternates():
    twin = "markdown https://e.org/index.md"
    again = crawler_pb2.FetchedHead(url="https://e.org/", alternate=twin)
    call = Asked([again], [converted("NEEDS_JAVASCRIPT", alternates=[twin]), converted(canonical="c")])
    with ExitStack() as held:
        fetched, found, _ = await read(call, HEAD, Stream(), held, html=False)
    assert list(call.asked[0].alternates) == [twin, "rendered https://e.org/"]
    assert (fetched.alternate, found.canonical) == (twin, "c")
    parts = Body(call, fetched, Stream()).parts()
    assert (await anext(parts)).head.alternate == twin


async def test_an_alternate_that_says_nothing_is_followed_by_the_next():
    texts = ["text https://e.org/README.md", "rendered https://e.org/"]
    heads = [crawler_pb2.FetchedHead(url="https://e.org/", alternate=each) for each in texts]
    shell = converted("NEEDS_JAVASCRIPT", alternates=texts[:1])
    call = Asked(heads, [shell, converted("NEEDS_JAVASCRIPT"), converted(canonical="c")])
    with ExitStack() as held:
        fetched, found, _ = await read(call, HEAD, Stream(), held, html=False)
    assert [list(each.alternates) for each in call.asked] == [texts, texts[1:]]
    assert (fetched.alternate, found.canonical) == (texts[1], "c")


async def test_a_twin_that_a_header_names_and_that_says_nothing_is_not_asked_for_without_end():
    twin = crawler_pb2.FetchedHead(url="https://e.org/", alternate="markdown https://e.org/named.md")
    shells = [converted("NEEDS_JAVASCRIPT", alternates=["text https://e.org/a.md"]) for _ in range(9)]
    call = Asked([twin] * 8, shells)
    with ExitStack() as held, pytest.raises(Problem):
        await read(call, HEAD, Stream(), held, html=False)
    assert len(call.asked) == 2


async def test_a_page_that_nobody_draws_says_so():
    away = crawler_pb2.FetchedHead(url="https://e.org/", detail="the renderer is away")
    call = Asked([away], [converted("NEEDS_JAVASCRIPT")])
    with ExitStack() as held, pytest.raises(Problem) as refused:
        await read(call, HEAD, Stream(), held, html=False)
    assert refused.value.reason == "needs-javascript" and "the renderer is away" in str(refused.value.detail)


async def test_markdown_in_json_is_streamed_and_whole():
    text = 'é"\\\n\t' * 50 + "\U0001f600"
    data = text.encode()

    async def pieces(*names):
        for name in names:
            for start in range(0, len(data), 3):  # cuts characters in two
                yield processor_pb2.ConvertPageResponse(**{name: data[start : start + 3]})

    found = processor_pb2.ConvertedHead(links=["https://e.org/a"])
    for names in ("chunk",), ("html", "chunk"), ("html",), ():
        page = Scraped.of(HEAD, found, html="html" in names)
        sent = [piece async for piece in in_json(page, pieces(*names))]
        told = page.to_dict() | {name.replace("chunk", "markdown"): text for name in names}
        assert len(sent) > 50 * len(names) and json.loads(b"".join(sent)) == told


def test_places_are_bounded_for_process_user_and_client():
    limits = ScrapeLimits(process=3, user=1, client=2)

    def refused(user: str, client: str) -> int:
        with pytest.raises(Problem) as caught, limits.place(user, client):
            pass
        return caught.value.http_status

    with limits.place("ann", "1"), limits.place("bob", "1"):
        assert refused("ann", "2") == 429 and refused("cyd", "1") == 429
        with limits.place("cyd", "2"):
            assert refused("dan", "3") == 503
    assert limits.running == 0 and not limits._open
    with limits.place("ann", "1"):
        pass


def test_a_bearer_does_not_use_up_the_share_of_the_user_that_it_names():
    import jwt

    token = jwt.encode({"iss": "i", "sub": "victim"}, "k" * 32, algorithm="HS256")
    assert Credential("bearer", token).user(token, "1") != Credential("key", "dsp_x").user(token, "2")
    assert Credential("bearer", token).user(token, "1") != Credential("bearer", token).user(token, "2")
    assert Credential("cookie", token).user(token, "1") == Credential("cookie", token).user(token, "2")


async def test_what_is_no_address_is_said_before_anything_is_asked():
    answer = await ask(
        built(),
        "/api/v5/scrape",
        "POST",
        body=b'{"url": "not an address"}',
        content_type="application/json",
        origin="http://localhost",
    )
    assert answer.status == 400 and answer.json()["errors"][0]["field"] == "url"
