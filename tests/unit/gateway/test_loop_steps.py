"""No request holds the gateway's event loop up for more than milliseconds, whatever a client sends.

What is judged before any service is asked. Steps are CPU time, so that a busy machine judges as an idle one.
"""

from __future__ import annotations

import base64
import json

import pytest

from tests.loop_steps import measured_steps, reference

from .asked import ask, built

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
