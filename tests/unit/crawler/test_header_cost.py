"""What a site writes into its headers costs the crawler's loop next to nothing, however long it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from docspasta.codings import BadCoding, coding_of
from docspasta.egress.sessions import MAX_HEADER_BYTES
from docspasta.refresh import read_refresh
from services.crawler.cookies import Jar
from services.crawler.fetch import _charset, _media_type, retry_after
from services.crawler.robots import MAX_AGE
from tests.loop_steps import reference

URL = "https://a.example/"
LINE = MAX_HEADER_BYTES // 4  # the longest that is taken
PUMPS = (
    " ",
    "1",
    "a",
    ";",
    ",",
    "=",
    ".",
    "1 ",
    "; ",
    "a=b;",
    "url=",
    ";expires=1",
    "max-age ",
    ":",
    "\t",
    "'",
    "-",
)


def in_cookies(value: str) -> object:
    return Jar().store(URL, ["a=b" + value[: LINE // 2]] * 8)


READ: dict[str, Callable[[str], Any]] = {
    "Refresh": read_refresh,
    "Retry-After": lambda value: retry_after(CIMultiDictProxy(CIMultiDict({"Retry-After": value}))),
    "Content-Type": lambda value: (_media_type(value), _charset(value)),
    "Cache-Control": MAX_AGE.search,
    "Set-Cookie": in_cookies,
}


@pytest.mark.parametrize("name", [*READ, "Content-Encoding"])
def test_a_header(name: str) -> None:
    most = reference() / 2
    for begin in ("", "a", "1", "text/html", "a=b", "0;url"):
        for pump in PUMPS:
            value = (begin + pump * LINE)[: LINE - 1] + "\x01"
            took = seconds(name, value)
            took = took if took < most else min(took, seconds(name, value), seconds(name, value))
            assert took < most, (begin, pump)


def seconds(name: str, value: str) -> float:
    began = time.thread_time()
    try:
        READ.get(name, coding_of)(value)
    except BadCoding:
        pass
    return time.thread_time() - began
