"""ProcessorService: a body in, Markdown out, by the same functions as the queue worker's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

import grpc

from docspasta.alternates import read_alternate
from docspasta.content import Options, Page
from docspasta.content.selectors import MAX_SELECTORS, are_long, exclusion_mistake, selector_mistake
from docspasta.domain import PageReason
from docspasta.errors import DocspastaError, InvalidArgument
from docspasta.identity import current_caller
from docspasta.identity.caller import share_of
from docspasta.proto_enums import page_reason_value
from docspasta.serving.limits import CHUNK_BYTES
from docspasta.serving.places import Places
from docspasta.serving.refused_body import pass_over
from docspasta.urls import BadUrl, canonical
from docspasta.v1 import page_pb2, processor_pb2, processor_pb2_grpc

from .conversion import Conversion
from .recording import state_of
from .wire import Body

Context: TypeAlias = grpc.aio.ServicerContext[
    processor_pb2.ConvertPageRequest, processor_pb2.ConvertPageResponse
]


class ProcessorServicer(processor_pb2_grpc.ProcessorServiceServicer):
    """Answers ConvertPage."""

    def __init__(self, conversion: Conversion, places: Places) -> None:
        self._conversion, self._places = conversion, places

    async def ConvertPage(
        self, request: AsyncIterator[processor_pb2.ConvertPageRequest], context: Context
    ) -> AsyncIterator[processor_pb2.ConvertPageResponse]:
        caller = current_caller()
        caller.require("read")
        try:
            with self._places.place(share_of(caller.user_id)):
                async for message in self._converted(caller.user_id, request):
                    yield message
        except DocspastaError:
            await pass_over(request, self._conversion.body_bytes)
            raise

    async def _converted(
        self, user_id: str, request: AsyncIterator[processor_pb2.ConvertPageRequest]
    ) -> AsyncIterator[processor_pb2.ConvertPageResponse]:
        body = await _body_of(request, self._conversion.body_bytes)
        [page] = await self._conversion.convert(user_id, [body])
        assert page is not None  # a call's first page is always begun
        yield processor_pb2.ConvertPageResponse(head=_head(page))
        for start in range(0, len(page.html), CHUNK_BYTES):
            yield processor_pb2.ConvertPageResponse(html=page.html[start : start + CHUNK_BYTES])
        text = page.markdown.encode()
        for start in range(0, len(text), CHUNK_BYTES):
            yield processor_pb2.ConvertPageResponse(chunk=text[start : start + CHUNK_BYTES])


async def _body_of(request: AsyncIterator[processor_pb2.ConvertPageRequest], most: int) -> Body:
    """What is to be converted. The head is judged before a chunk is waited for."""
    first = await anext(aiter(request), None)
    if first is None or first.WhichOneof("part") != "head":
        raise InvalidArgument([("head", "the first message must carry a head with the page's URL")])
    head = first.head
    url, options = _url_of(head), await _judged(head.options)
    if alternate := read_alternate(head.alternate):
        url, options = alternate.url, replace(options, alternate=alternate.kind)
    parts, size = [], 0
    async for message in request:
        parts.append(message.chunk)
        size += len(message.chunk)
        if size > most:
            raise InvalidArgument([("chunk", f"the body is larger than {most} bytes")])
    return Body(b"".join(parts), url, head.charset[:64], options)


def _url_of(head: processor_pb2.ConvertHead) -> str:
    try:
        return canonical(head.url)
    except BadUrl as error:
        raise InvalidArgument([("head.url", str(error))]) from error


async def _judged(options: page_pb2.ConvertOptions) -> Options:
    """`_options_of`, in a thread when the selectors are long."""
    if are_long(options.include_selectors, options.exclude_selectors):
        return await asyncio.to_thread(_options_of, options)
    return _options_of(options)


def _options_of(options: page_pb2.ConvertOptions) -> Options:
    if found := [
        *_mistakes("include_selectors", options.include_selectors, selector_mistake),
        *_mistakes("exclude_selectors", options.exclude_selectors, exclusion_mistake),
    ]:
        raise InvalidArgument(found)
    return Options(
        include_selectors=tuple(options.include_selectors),
        exclude_selectors=tuple(options.exclude_selectors),
        min_words=options.min_words or Options().min_words,
        html=options.html,
        named=not options.min_words,
    )


def _mistakes(
    name: str, selectors: Sequence[str], mistake: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """What is wrong with a list of selectors: a field and a sentence each."""
    if len(selectors) > MAX_SELECTORS:
        many = f"{len(selectors)} entries are too many; give at most {MAX_SELECTORS}."
        yield (f"head.options.{name}", many)
        return
    for index, selector in enumerate(selectors):
        if found := mistake(selector):
            yield (f"head.options.{name}[{index}]", found)


def _head(page: Page) -> processor_pb2.ConvertedHead:
    state = "PAGE_STATE_" + (state_of(PageReason(page.reason)) if page.reason else "processed").upper()
    return processor_pb2.ConvertedHead(
        page=page_pb2.Page(
            url=page.url,
            state=page_pb2.PageState.Value(state),
            reason=page_reason_value(PageReason(page.reason)),
            title=page.title,
            language=page.language,
            description=page.description,
            words=page.words,
            tokens=page.tokens,
            content_hash=page.content_hash,
            markdown_bytes=len(page.markdown.encode()),
        ),
        canonical=page.canonical,
        generator=page.generator,
        links=[link.url for link in page.links],
        alternates=page.alternates,
    )
