"""No request holds the gateway's event loop up for more than milliseconds, whatever a client sends.

What is judged before any service is asked. Steps are CPU time, so that a busy machine judges as an idle one.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import Any

import pytest

from docspasta.identity.installation import LOCAL_ISSUER
from docspasta.identity.tokens import Signer
from docspasta.rest.pages import Page, Pages
from docspasta.v1 import jobs_pb2, page_pb2, webhooks_pb2
from gateway.firecrawl.crawls import BATCH_BODY
from gateway.firecrawl.written import Text, Written, pieces
from gateway.problems import Problem
from gateway.services import Services
from tests.loop_steps import measured_steps, reference

from .asked import KEYS, ask, built

MOST = 1.5  # times the reference, which stands for 5 ms
URL = "https://a.example/"
NAMES = [f"includ{at:05}" for at in range(4_000)]
BODIES: dict[str, bytes] = {
    "unknown fields": json.dumps(dict.fromkeys(NAMES, 1)).encode()[:64_000].rsplit(b",", 1)[0] + b"}",
    "nested": b'{"url":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "a long list": json.dumps({"url": URL, "include": ["/a"] * 10_000}).encode(),
    "a list of wrong things": json.dumps({"url": URL, "include": [1] * 15_000}).encode(),
    "a long number": b'{"url":"https://a.example/","maxPages":' + b"9" * 60_000 + b"}",
    "a long url": json.dumps({"url": "https://" + "ü." * 7_000 + "example/"}).encode(),
    "many headers": json.dumps({"url": URL, "headers": dict.fromkeys(NAMES[:3_000], "x")}).encode(),
    "escapes": b'{"url":"' + b"\\u00e9" * 10_000 + b'"}',
}
TOKEN = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=")
    for part in (b'{"alg":"EdDSA"}', b'{"iss":' + b"[" * 9_000 + b"]" * 9_000 + b"}", b"x" * 64)
)
HEADERS: dict[str, dict[str, str]] = {
    "a deep token": {"authorization": f"Bearer {TOKEN}"},
    "a long token": {"authorization": "Bearer " + "a." * 12_000},
    "a long key": {"authorization": "Bearer dsp_" + "a" * 24_000},
    "many cookies": {"cookie": "; ".join(f"c{at}=x" for at in range(3_000))},
    "a cookie of quotes": {"cookie": 'c="' + "\\" * 24_000},
    "many types": {"accept": ", ".join(f"a/b;q=0.{at}" for at in range(2_000))},
    "many codings": {"accept_encoding": ", ".join(f"gzip;q=0.{at}" for at in range(1_700))},
    "many ranges": {"range": "bytes=" + ",".join(f"{at}-{at}" for at in range(2_500))},
    "many tags": {"if_none_match": ", ".join(f'"{at}"' for at in range(3_000))},
    "many addresses": {"x_forwarded_for": ", ".join(["192.0.2.1"] * 2_500)},
    "a long host": {"host": "a." * 12_000},
    "a long origin": {"origin": "http://" + "a." * 12_000},
    "a long trace": {"traceparent": "00-" + "a" * 24_000, "tracestate": "a=b," * 6_000},
}
LONG: dict[str, bytes] = {
    "lists": b'{"urls":["https://a.example/"],"x":[' + b"[]," * 170_000 + b"[]]}",
    "numbers": b'{"urls":[' + b"1," * 250_000 + b"1]}",
    "fields": b'{"urls":["https://a.example/"],' + b'"a":1,' * 80_000 + b'"a":1}',
    "objects": b'{"urls":[' + b"{}," * 170_000 + b"{}]}",
    "as many parts as may be": b'{"urls":['
    + b"[]," * 8_000
    + b'{"":1},' * 8_000
    + b'"'
    + b"x" * 300_000
    + b'"]}',
    "addresses": json.dumps(
        {"urls": [f"https://a{at}.example/" + "é/../%" * 12 for at in range(1_000)]}
    ).encode(),
}
PATHS = ["/", "/api/v5/jobs/x/stream?after=" + "9" * 7_000]


async def held_up(
    monkeypatch: pytest.MonkeyPatch, path: str, method: str = "GET", **sent: str | bytes
) -> str:
    """What was too long each time, '' when nothing was."""
    gateway = built()
    for _ in range(3):
        with measured_steps(monkeypatch) as steps:
            answer = await ask(gateway, path, method, **sent)  # type: ignore[arg-type]
        assert answer.status < 600
        if steps.worst < MOST * reference():
            return ""
    return f"steps of {steps}, where {MOST * reference() * 1000:.1f} ms are the most"


@pytest.mark.parametrize("path", ["/api/v5/crawl", "/api/v5/scrape"])
@pytest.mark.parametrize("name", BODIES)
async def test_a_body(path: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(BODIES[name]) <= 65_536
    sent = {"content_type": "application/json", "origin": "http://localhost", "body": BODIES[name]}
    assert not await held_up(monkeypatch, path, "POST", **sent)


@pytest.mark.parametrize("path", PATHS, ids=["page", "stream"])
@pytest.mark.parametrize("name", HEADERS)
async def test_headers(path: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(map(len, HEADERS[name].values())) <= 49_000
    assert not await held_up(monkeypatch, path, **HEADERS[name])


@pytest.mark.parametrize("name", LONG)
async def test_a_long_body(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a batch, the longest JSON that the gateway reads."""

    async def refused(*_: object) -> None:
        raise Problem(503, "away", "No service is here.")

    monkeypatch.setattr(Services, "ask", refused)
    signer = Signer.from_pem(KEYS["LOCAL_KEY"], LOCAL_ISSUER, "docspasta")
    token = signer.sign("mallory", ("write",), 300, time.time())
    sent = {"content_type": "application/json", "authorization": f"Bearer {token}", "body": LONG[name]}
    assert len(LONG[name]) <= BATCH_BODY
    assert not await held_up(monkeypatch, "/v2/batch/scrape", "POST", **sent)


async def test_an_answer_of_long_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents of megabytes are read, written and sent in steps, and are the same JSON."""
    chunk = ('wörd "quoted"\n' * 17_000).encode()
    sent = bytearray()
    documents: list[dict[str, Any]] = [{"links": ["/" * 2_000] * 2_000} for _ in range(3)]
    for _ in range(3):
        with measured_steps(monkeypatch) as steps:
            for document in documents:
                document["markdown"] = Text()
                for _ in range(40):
                    document["markdown"].add(chunk)
                    await asyncio.sleep(0)
            sent.clear()
            async for part in Written({"success": True, "data": documents}).body_iterator:
                sent += part
        if steps.worst < MOST * reference():
            break
    assert steps.worst < MOST * reference(), steps
    told = [{"markdown": (chunk * 40).decode(), "links": document["links"]} for document in documents]
    assert json.loads(sent) == {"success": True, "data": told}


async def test_a_long_list_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """500 pages with the longest addresses and texts that are kept."""
    long = {"title": "é" * 1_000, "description": "d" * 1_000, "detail": "d" * 1_000}
    page = page_pb2.Page(page_id="1", url=URL + "a" * 1_990, redirected_to=URL + "b" * 1_990, **long)
    answer = jobs_pb2.ListPagesResponse(pages=[page] * 500)

    async def listed(*_: object) -> jobs_pb2.ListPagesResponse:
        return answer

    monkeypatch.setattr(Services, "ask", listed)
    signer = Signer.from_pem(KEYS["LOCAL_KEY"], LOCAL_ISSUER, "docspasta")
    token = signer.sign("mallory", ("read",), 300, time.time())
    headers = {"authorization": f"Bearer {token}"}
    path = "/api/v5/jobs/x/pages?pageSize=500"
    assert not await held_up(monkeypatch, path, **headers)
    told = json.loads((await ask(built(), path, **headers)).body)
    assert Pages(**told).pages == [Page.of(page)] * 500
    assert told["nextPageToken"] is None


async def test_a_long_list_of_deliveries(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as jobs gives at once."""
    one = webhooks_pb2.Delivery(delivery_id="a" * 32, type="job.completed", job_id="j", detail="d" * 1_000)
    for moment in (one.created_at, one.next_at, one.settled_at):
        moment.GetCurrentTime()
    answer = webhooks_pb2.ListDeliveriesResponse(deliveries=[one] * 200)

    async def listed(*_: object) -> webhooks_pb2.ListDeliveriesResponse:
        return answer

    monkeypatch.setattr(Services, "ask", listed)
    signer = Signer.from_pem(KEYS["LOCAL_KEY"], LOCAL_ISSUER, "docspasta")
    headers = {"authorization": f"Bearer {signer.sign('mallory', ('read',), 300, time.time())}"}
    assert not await held_up(monkeypatch, "/api/v5/webhooks/x/deliveries?pageSize=500", **headers)


@pytest.mark.parametrize("text", ["", "é", "a😀b", "\x00\u2028</script>"])
def test_a_text_in_pieces_is_read_as_a_whole(text: str) -> None:
    """Wherever its chunks end."""
    data = text.encode()
    for cut in range(len(data) + 1):
        read = Text()
        read.add(data[:cut])
        read.add(data[cut:])
        assert json.loads("".join(pieces({"a": read.end(), "b": [1, None, True, {}]})))["a"] == text
