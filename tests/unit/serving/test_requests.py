"""What no request may hold is refused in every message of every RPC; no handler has to think of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor as Field

from docspasta.errors import MOST_BYTES, InvalidArgument
from docspasta.serving.limits import MOST_ITEMS, PART_BYTES, REQUEST_BYTES, REQUEST_BYTES_OF
from docspasta.serving.requests import IDS, read
from docspasta.serving.status import details_of
from docspasta.urls import MAX_URL_BYTES
from docspasta.v1 import crawler_pb2
from docspasta.v1 import jobs_pb2 as pb
from services.crawler.service import MAX_URLS
from tests.e2e.security.methods import Method, leaves, methods, setting

METHODS = list(methods())
BAD: dict[int, list[Any]] = {
    Field.CPPTYPE_STRING: ["\0", "a\0b"],
    Field.CPPTYPE_DOUBLE: [float("nan"), float("inf"), -float("inf")],
}


def refused(method: Method, message: Any) -> str:
    """The field that is refused."""
    with pytest.raises(InvalidArgument) as error:
        read(message.SerializeToString(), method.request.FromString)
    return error.value.violations[0][0]


def fields() -> Iterator[tuple[Method, tuple[Field, ...]]]:
    for method in METHODS:
        for path in leaves(method.request.DESCRIPTOR):
            yield method, path


def test_no_text_holds_nul_and_no_number_is_none() -> None:
    tried = 0
    for method, path in fields():
        if path[-1].type == Field.TYPE_BYTES or path[-1].name in IDS:
            continue
        for value in BAD.get(path[-1].cpp_type, []):
            told = refused(method, setting(method.request(), path, value))
            assert told.replace("[0]", "") == ".".join(field.name for field in path), method.path
            tried += 1
    assert tried > 100


def test_what_cannot_be_an_id_is_left_to_its_method() -> None:
    """It is not found there. The gateway asks for many callers at once: one's bad id must not refuse all."""
    [check] = [method for method in METHODS if method.path.endswith("/CheckAccess")]
    asked = pb.CheckAccessRequest(checks=[pb.AccessCheck(credential="a", job_id="a\0b")])
    assert read(asked.SerializeToString(), check.request.FromString) == asked


def test_no_list_is_endless() -> None:
    tried = 0
    for method in METHODS:
        for field in method.request.DESCRIPTOR.fields:
            if not field.is_repeated:
                continue
            message = method.request()
            rows, one = getattr(message, field.name), field.cpp_type == Field.CPPTYPE_MESSAGE
            for _ in range(MOST_ITEMS + 1):
                rows.add() if one else rows.append("" if field.cpp_type == Field.CPPTYPE_STRING else 0)
            assert refused(method, message) == field.name
            tried += 1
    assert tried >= 5


def test_as_many_urls_as_a_method_takes_fit_into_its_request() -> None:
    urls = ["https://docs.example.org/" + "a" * (MAX_URL_BYTES - 25)] * MAX_URLS
    headers = [pb.Header(name="a" * 50, value="b" * 150)] * 50
    raw = crawler_pb2.FetchPagesRequest(urls=urls, headers=headers).SerializeToString()
    most = REQUEST_BYTES_OF["/docspasta.v1.CrawlerService/FetchPages"]
    assert len(read(raw, crawler_pb2.FetchPagesRequest.FromString, most).urls) == MAX_URLS
    assert most <= PART_BYTES, "what the server takes at all"


def test_a_request_is_short_and_a_message() -> None:
    [create] = [method for method in METHODS if method.path.endswith("/CreateJob")]
    long = pb.CreateJobRequest(idempotency_key="a" * REQUEST_BYTES)
    assert refused(create, long) == "request"
    for raw in (b"\xff", b"\x0a\x02\xff\xff", b"\x1a\x01\xff"):
        with pytest.raises(InvalidArgument):
            read(raw, create.request.FromString)
    assert read(b"", create.request.FromString) == pb.CreateJobRequest()


@pytest.mark.parametrize("text", ["a", "\u20ac", "\U0001f600", "\ud800"])
@pytest.mark.parametrize("count", [1, 9, 50, 3_000])
def test_what_is_told_of_wrong_fields_fits_into_metadata(text: str, count: int) -> None:
    """gRPC's clients take some 8 KiB of metadata: messages percent-encoded, details in base64."""
    error = InvalidArgument([(f"include[{at}]", text * 2_000) for at in range(count)])
    assert (
        0 < len(error.violations) <= count
        and sum(len(said.encode()) for _, said in error.violations) < MOST_BYTES
    )
    assert len(error.violations) == count or "more." in error.message
    assert 3 * len(error.message.encode()) + len(details_of(error)) * 4 / 3 < 8 * 1024


def test_a_few_mistakes_are_all_told() -> None:
    violations = [(f"include[{at}]", "The glob is not right; write it like /guide/**.") for at in range(20)]
    assert InvalidArgument(violations).violations == tuple(violations)
