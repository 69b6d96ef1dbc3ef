"""One rule for request headers: what a job may carry is what is sent, word for word."""

from __future__ import annotations

import pytest

from docspasta.request_headers import FIXED_HEADERS, header_mistakes
from docspasta.v1.crawler_pb2 import FetchPagesRequest
from docspasta.v1.jobs_pb2 import Header
from services.crawler.fetch import sendable


@pytest.mark.parametrize("name", [*sorted(FIXED_HEADERS), "Via", "Forwarded", "If-Range", "Content-Type"])
def test_what_would_not_be_sent_is_refused_when_it_is_given(name: str) -> None:
    for headers in ([Header(name=name, value="x")], FetchPagesRequest(headers=[{"name": name}]).headers):
        assert [field for field, _ in header_mistakes(headers)] == ["headers[0].name"]


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "Accept-Language", "X_under", "X-a.b~c"])
def test_what_is_accepted_is_sent(name: str) -> None:
    assert not list(header_mistakes([Header(name=name, value="x y\t")]))
    assert sendable([(name, "x y")]) == [(name, "x y")]


def test_a_line_break_is_refused_and_its_value_not_repeated() -> None:
    ((_, words),) = header_mistakes([Header(name="X", value="secret\r\nHost: evil")])
    assert "secret" not in words
