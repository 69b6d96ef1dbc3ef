"""REST over real services: every answer is what the OpenAPI document says, every error says what to do."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest

from docspasta.codings import decoded
from gateway.openapi import document

JOBS = "/api/v5/jobs"


def template_of(path: str) -> str:
    """The documented path that an address belongs to."""
    wanted = path.partition("?")[0]
    for template in document()["paths"]:
        if re.fullmatch(re.sub(r"\{\w+\}", r"[^/]+", template), wanted):
            return template
    raise AssertionError(f"{path} is not described")


def check(method: str, path: str, status: int, body: Any) -> None:
    """Hold a JSON answer to the document."""
    operation = document()["paths"][template_of(path)][method.lower()]
    assert str(status) in operation["responses"], f"{method} {path} answered {status}, which is not described"
    response = operation["responses"][str(status)]
    if "$ref" in response:
        response = document()["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    for kind, content in response.get("content", {}).items():
        if kind.endswith("json"):
            schema = {**content["schema"], "components": document()["components"]}
            jsonschema.Draft202012Validator(schema).validate(body)


@pytest.fixture
def ask(client, bearer):
    """Ask as a user, hold the answer to the document; (status, body, headers)."""

    async def asking(method: str, path: str, body: Any = None, **headers: str):
        sent = {**bearer(), **{name.replace("_", "-"): value for name, value in headers.items()}}
        async with client.request(method, path, json=body, headers=sent) as answer:
            is_json = "json" in answer.headers.get("content-type", "") and "jsonl" not in answer.content_type
            found = await answer.json(content_type=None) if is_json else await answer.text()
            check(method, path, answer.status, found)
            return answer.status, found, answer.headers

    return asking


async def test_a_jobs_life(ask):
    status, job, headers = await ask("POST", "/api/v5/crawl", {"url": "https://docs.example.org/guide/"})
    assert status == 202 and headers["Location"] == f"{JOBS}/{job['jobId']}"
    assert job["state"] in ("queued", "running") and job["discovered"] == 1 and job["failed"] == 0
    here = headers["Location"]
    status, listed, _ = await ask("GET", f"{JOBS}?pageSize=1")
    assert status == 200 and listed["jobs"][0]["jobId"] == job["jobId"]
    for step, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        status, job, _ = await ask("POST", f"{here}/{step}")
        assert status == 200 and job["state"] == state
    status, shown, _ = await ask("GET", here)
    assert status == 200 and shown["finishedAt"] and shown["recentPages"][0]["reason"] == "cancelled"
    assert (await ask("POST", f"{here}/pause"))[0] == 409
    assert (await ask("GET", f"{here}/markdown"))[0] == 409
    status, shown, _ = await ask("GET", f"{here}?include=markdown")
    assert status == 200 and shown["markdown"] is None
    assert shown["documentBytes"] == 0
    assert (await ask("GET", f"{here}/pages?state=skipped&q=guide"))[1]["pages"][0]["state"] == "skipped"
    assert (await ask("DELETE", here))[0] == 204
    assert (await ask("GET", here))[0] == 404


async def test_the_finished_document(ask, records, client, bearer):
    crawl = await records.crawl(12)
    here = f"{JOBS}/{crawl.job_id}"
    await crawl.advance(3)
    _, _, unfinished = await ask("GET", f"{here}/markdown")
    assert unfinished["Docspasta-Complete"] == "false" and "ETag" not in unfinished
    status, problem, _ = await ask("DELETE", here)
    assert status == 409 and "cancel" in problem["detail"].lower()
    await crawl.finish()
    status, text, headers = await ask("GET", f"{here}/markdown?download=1")
    assert status == 200 and headers["Docspasta-Complete"] == "true" and "page-000003" in text
    assert headers["Content-Disposition"].startswith('attachment; filename="docs.example.org')
    status, _, _ = await ask("GET", f"{here}/markdown", If_None_Match=headers["ETag"])
    assert status == 304
    status, _, _ = await ask("GET", f"{here}/markdown", If_None_Match='"other", W/' + headers["ETag"])
    assert status == 304
    async with client.head(f"{here}/markdown", headers=bearer()) as answer:
        assert answer.status == 200 and answer.headers["ETag"] == headers["ETag"]
        assert int(answer.headers["Content-Length"]) > 0
    _, job, _ = await ask("GET", f"{here}?include=markdown")
    assert job["markdown"] == text and job["documentBytes"] == len(text.encode())
    assert job["documentTokens"] > 0 and job["documentPages"] == int(headers["Docspasta-Pages"])
    _, jobs, _ = await ask("GET", JOBS)
    assert [one["documentBytes"] for one in jobs["jobs"] if one["jobId"] == crawl.job_id] == [
        job["documentBytes"]
    ]
    _, lines, _ = await ask("GET", f"{here}/pages.jsonl")
    assert len(lines.splitlines()) >= 13
    _, pages, _ = await ask("GET", f"{here}/pages?order=reading&pageSize=5")
    assert [page["position"] for page in pages["pages"]] == [1, 2, 3, 4, 5]
    _, more, _ = await ask(
        "GET", f"{here}/pages?order=reading&pageSize=500&pageToken={pages['nextPageToken']}"
    )
    assert len(more["pages"]) == 8 and more["nextPageToken"] is None
    page = pages["pages"][0]["pageId"]
    assert (await ask("GET", f"{here}/pages/{page}"))[1]["pageId"] == page
    assert "# Page" in (await ask("GET", f"{here}/pages/{page}/markdown"))[1]
    assert (await ask("GET", f"{here}/outline"))[1]["entries"]


async def test_a_selection_and_its_exports(ask, records):
    crawl = await records.crawl(12)
    here = f"{JOBS}/{crawl.job_id}"
    await crawl.finish()
    _, told, _ = await ask("GET", f"{here}/selection?pages=1-3,5")
    assert told["pages"] == 4 and told["tokens"] > 0 and len(told["entries"]) > 1
    status, text, headers = await ask("GET", f"{here}/export?pages=2&links=0")
    assert status == 200 and text.startswith("---\n") and headers["Docspasta-Pages"] == "1"
    assert "## Contents" in text
    _, text, _ = await ask("GET", f"{here}/export?pages=2&contents=0")
    assert "## Contents" not in text
    _, chunks, headers = await ask("GET", f"{here}/export?format=chunks.jsonl&download=1")
    assert len(chunks.splitlines()) >= 13 and headers["Content-Disposition"].startswith("attachment")
    same = await ask("GET", f"{here}/export?format=chunks", If_None_Match=headers["ETag"])
    assert same[0] == 304
    _, found, _ = await ask("GET", f"{here}/grep?pattern=text%20of&limit=2&context=0")
    assert len(found["matches"]) == 2 and "Text of" in found["matches"][0]["text"]
    assert (await ask("GET", f"{here}/grep"))[0] == 400
    _, part, headers = await ask("GET", f"{here}/export?format=parts&maxTokens=1000&part=1")
    assert 'part: "1 of ' in part and int(headers["Docspasta-Parts"]) > 0


async def test_a_jobs_page_is_markdown_for_who_asks_for_it(client, bearer, records):
    crawl = await records.crawl(3)
    await crawl.finish()
    page = f"/jobs/{crawl.job_id}"
    markdown = {**bearer(), "Accept": "text/markdown, text/html;q=0.9"}
    async with client.get(page, headers=markdown) as answer:
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/markdown")
        assert (await answer.text()).startswith("---\n") and "Accept" in answer.headers["Vary"]
    async with client.get(page, headers={"Accept": "text/html,*/*;q=0.8"}) as answer:
        assert answer.headers["Content-Type"].startswith("text/html")
        assert (
            f'</api/v5/jobs/{crawl.job_id}/markdown>; rel="alternate"; type="text/markdown"'
            in (answer.headers["Link"])
        )
    async with client.get(page, headers={"Accept": "text/markdown"}) as answer:
        assert answer.status in (401, 404)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("format=pdf", "format"),
        ("format=parts&maxTokens=1", "maxTokens"),
        ("format=parts&maxTokens=x", "maxTokens"),
        ("format=zip&include=/nowhere/**", "include"),
        ("format=zip&include=nowhere", "include"),
        ("format=zip&pages=a-b", "pages"),
        ("format=zip&tokens=cl100k", "tokens"),
        ("format=parts&maxTokens=5000&part=99", "part"),
        ("selection=1", "selection"),
    ],
)
async def test_an_export_that_cannot_be_made_names_the_field(ask, records, query, field):
    crawl = await records.crawl(3)
    await crawl.finish()
    status, problem, _ = await ask("GET", f"{JOBS}/{crawl.job_id}/export?{query}")
    assert status == 400 and [error["field"] for error in problem["errors"]] == [field]


async def test_a_document_in_each_coding_and_in_parts(records, client, bearer):
    crawl = await records.crawl(12)
    await crawl.finish()
    path = f"{JOBS}/{crawl.job_id}/markdown"

    async def read(status: int, method: str = "GET", **headers: str) -> tuple[bytes, Any]:
        sent = {**bearer(), **{name.replace("_", "-"): value for name, value in headers.items()}}
        async with client.request(method, path, headers=sent, auto_decompress=False) as answer:
            assert answer.status == status
            return await answer.read(), answer.headers

    whole, plain = await read(200, Accept_Encoding="identity")
    assert int(plain["Content-Length"]) == len(whole) and "Content-Encoding" not in plain
    tags = {plain["ETag"]}
    for coding in ("gzip", "zstd", "br"):
        coded, headers = await read(200, Accept_Encoding=coding)
        assert headers["Content-Encoding"] == coding and decoded(coded, coding, len(whole)) == whole
        assert "Accept-Encoding" in headers["Vary"]
        tags.add(headers["ETag"])
        await read(304, Accept_Encoding=coding, If_None_Match=headers["ETag"])
    assert len(tags) == 4 and headers["Accept-Ranges"] == "bytes"
    assert int((await read(200, "HEAD", Accept_Encoding="gzip"))[1]["Content-Length"]) < len(whole)
    part, headers = await read(206, Range="bytes=10-29")
    assert part == whole[10:30] and headers["Content-Range"] == f"bytes 10-29/{len(whole)}"
    assert (await read(206, Range="bytes=-7", If_Range=plain["ETag"]))[0] == whole[-7:]
    assert (await read(206, Range=f"bytes={len(whole) - 3}-"))[0] == whole[-3:]
    assert (await read(200, Range="bytes=10-29", If_Range='"other"'))[0] == whole
    assert (await read(200, Range="bytes=0-1,5-6"))[0] == whole
    _, headers = await read(416, Range=f"bytes={len(whole)}-")
    assert headers["Content-Range"] == f"bytes */{len(whole)}"


async def test_idempotency(ask):
    body = {"url": "https://docs.example.org/once/"}
    _, first, _ = await ask("POST", "/api/v5/crawl", body, Idempotency_Key="a-key")
    _, second, headers = await ask("POST", "/api/v5/crawl", body, Idempotency_Key="a-key")
    assert first["jobId"] == second["jobId"] and headers["Idempotency-Replayed"] == "true"
    status, problem, _ = await ask("POST", "/api/v5/crawl", {**body, "maxPages": 3}, Idempotency_Key="a-key")
    assert status == 422 and problem["type"].startswith("urn:docspasta:problem:")
    assert (await ask("POST", "/api/v5/crawl", body, Idempotency_Key="a b"))[0] == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "ftp://e.org/"}, "url"),
        ({"url": "https://user:secret@e.org/"}, "url"),
        ({"url": "http://127.0.0.1/"}, "url"),
        ({"url": "https://e.org/" + "a" * 2100}, "url"),
        ({"url": "https://e.org/", "maxPages": 0}, "maxPages"),
        ({"url": "https://e.org/", "delay": 0.001}, "delay"),
        ({"url": "https://e.org/", "includeSelectors": ["main", "[["]}, "includeSelectors[1]"),
        ({"url": "https://e.org/", "include": ["guide"]}, "include[0]"),
        ({"url": "https://e.org/", "maxPagez": 1}, "maxPagez"),
    ],
)
async def test_bad_settings_are_named(ask, body, field):
    status, problem, headers = await ask("POST", "/api/v5/crawl", body)
    assert status == 400 and headers["Content-Type"].startswith("application/problem+json")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert "secret" not in str(problem) and problem["requestId"] == headers["X-Request-Id"]


async def test_parameters_that_mean_nothing_are_refused(ask):
    for path in (f"{JOBS}?pagesize=1", f"{JOBS}?pageSize=0", f"{JOBS}?pageSize=x", f"{JOBS}?state=done"):
        assert (await ask("GET", path))[0] == 400
    assert (await ask("GET", f"{JOBS}?pageToken=nonsense"))[0] == 400


async def test_keys(client, ask):
    status, made, _ = await ask("POST", "/api/v5/keys", {"name": "ci", "scopes": ["read", "write"]})
    assert status == 201 and made["secret"].startswith("dsp_")
    key = {"Authorization": f"Bearer {made['secret']}"}
    async with client.get(JOBS, headers=key) as answer:
        assert answer.status == 200
    async with client.get("/api/v5/keys", headers=key) as answer:
        assert answer.status == 403
    assert (await ask("DELETE", f"/api/v5/keys/{made['keyId']}"))[0] == 204
    assert any(row["revokedAt"] for row in (await ask("GET", "/api/v5/keys"))[1]["keys"])
    wrong = {"Authorization": "Bearer dsp_nonsense"}
    async with client.get(JOBS, headers=wrong) as answer:
        assert answer.status == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_unknown_addresses_and_methods(client):
    async with client.get("/api/v5/nothing") as answer:
        assert answer.status == 404 and answer.content_type == "application/problem+json"
    async with client.put(JOBS) as answer:
        assert answer.status == 405 and answer.headers["Allow"]
    async with client.post(f"{JOBS}/x/stream") as answer:
        assert answer.status == 405
