"""What is refused, with which words: bodies, parameters, errors of the services, names of files."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor

from docspasta import errors
from docspasta.rest.requests import CrawlRequest, KeyRequest, ScrapeRequest
from docspasta.serving import status
from docspasta.v1.jobs_pb2 import DocumentHeader, JobSettings
from gateway.bodies import parse_object
from gateway.clients import network
from gateway.document import JSON_LINES, MARKDOWN, content_disposition, document_headers, entity_tags
from gateway.problems import HTTP_STATUS, TITLES, Problem, camel_case, problem_body, problem_of
from gateway.rate_limit import RateLimiter
from gateway.response_headers import request_id_of
from gateway.validation import checked


def crawl_settings(body):
    return checked(CrawlRequest, body).settings()


def refused(body, model=CrawlRequest) -> dict[str, str]:
    with pytest.raises(Problem) as caught:
        checked(model, body)
    assert caught.value.http_status == 400
    return dict(caught.value.fields)


def test_all_settings_reach_the_proto():
    settings = crawl_settings(
        {
            "url": "https://e.org/", "maxPages": 5, "maxDepth": 0, "include": ["/a/**"], "exclude": ["/b"],
            "delay": 0.5, "concurrency": 3, "headers": {"Authorization": "x"}, "includeSelectors": ["main"],
            "excludeSelectors": [".ad"], "keepRaw": True, "respectRobots": False, "respectNoindex": True,
            "useSitemaps": False, "allowHosts": ["e.net"], "maxSeconds": 60, "maxBytes": 10**12,
        }
    )  # fmt: skip
    assert settings.max_depth == 0 and settings.HasField("max_depth") and settings.max_bytes == 10**12
    assert settings.headers[0].name == "Authorization" and not settings.respect_robots


def test_every_mistake_is_named_at_once():
    found = refused({"maxPages": "5", "keepRaw": 1, "include": "x", "headers": [1], "maxDept": 3})
    assert found.keys() == {"url", "maxPages", "keepRaw", "include", "headers", "maxDept"}
    assert "did you mean maxDepth?" in found["maxDept"]


@pytest.mark.parametrize(
    "value", [True, 1.5, 2**31, -(2**63), "\ud800", [], {}, float(10**300)], ids=lambda v: ascii(v)[:20]
)
def test_numbers_that_are_none(value):
    assert "maxPages" in refused({"url": "https://e.org/", "maxPages": value})


@pytest.mark.parametrize("name", ["max_pages", "max_depth", "concurrency", "max_seconds", "max_bytes"])
def test_a_number_fits_its_field_of_the_proto_or_is_refused(name):
    kind = JobSettings.DESCRIPTOR.fields_by_name[name].type
    most = 2 ** (31 if kind == FieldDescriptor.TYPE_INT32 else 63)
    alias = CrawlRequest.model_fields[name].alias
    for value in most - 1, -most:
        assert getattr(crawl_settings({"url": "https://e.org/", alias: value}), name) == value
    for value in most, -most - 1:
        assert alias in refused({"url": "https://e.org/", alias: value})


def test_every_whole_number_is_among_these():
    """The cases above: each of the settings that is a whole number."""
    kinds = FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_INT64
    fields = {field.name for field in JobSettings.DESCRIPTOR.fields if field.type in kinds}
    assert fields & set(CrawlRequest.model_fields) == {
        "max_pages", "max_depth", "concurrency", "max_seconds", "max_bytes",
    }  # fmt: skip


def test_text_that_is_not_unicode_is_refused():
    assert "url" in refused({"url": "https://e.org/\ud800"})
    assert "include" in refused({"url": "https://e.org/", "include": ["\ud800"]})


def test_header_values_are_never_repeated():
    found = refused({"url": "https://e.org/", "headers": {"Authorization": ["secret"]}})
    assert "secret" not in str(found)


def test_a_list_of_addresses_stands_for_the_start():
    settings = crawl_settings({"urls": ["e.org/a", "https://e.org/b"], "delay": 1})
    assert list(settings.urls) == ["e.org/a", "https://e.org/b"] and not settings.url
    assert settings.all_pages and settings.HasField("use_sitemaps") and not settings.use_sitemaps
    for bad in (
        {"urls": []},
        {"urls": "x"},
        {"urls": [1]},
        {"urls": ["https://e.org/"], "url": "https://e.org/"},
    ):
        assert "either url or urls" in refused(bad)["urls"]
    assert crawl_settings({"url": "https://e.org/", "urls": None}).url == "https://e.org/"
    assert "urls" in refused({"url": "https://e.org/", "urls": ["https://e.org/"]}, ScrapeRequest)


def test_scrape_knows_fewer_fields():
    assert "maxPages" in refused({"url": "https://e.org/", "maxPages": 1}, ScrapeRequest)


def test_null_is_unset():
    assert not crawl_settings({"url": "https://e.org/", "maxDepth": None}).HasField("max_depth")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'"x"', b'{"a": NaN}', b"\xff{}", b"[" * 30_000, b"1" * 30_000]
)
def test_bodies_that_are_not_json_objects(body):
    with pytest.raises(Problem) as caught:
        parse_object(body)
    assert caught.value.http_status == 400


def test_every_grpc_status_has_an_http_status():
    assert set(HTTP_STATUS) == set(grpc.StatusCode) - {grpc.StatusCode.OK}
    assert set(HTTP_STATUS.values()) <= set(TITLES)


@pytest.mark.parametrize(
    ("error", "http_status"),
    [
        (errors.InvalidArgument([("include_selectors[0]", "Not a selector.")]), 400),
        (errors.Unauthenticated("x"), 401),
        (errors.PermissionDenied("x"), 403),
        (errors.NotFound("x"), 404),
        (errors.AlreadyExists("x"), 422),
        (errors.Aborted("x"), 409),
        (errors.FailedPrecondition("x", reason="no-content-yet"), 409),
        (errors.ResourceExhausted("x", retry_after=3), 429),
        (errors.Unavailable("x"), 503),
        (RuntimeError("secret"), 500),
    ],
)
def test_errors_become_problems(error, http_status):
    problem = problem_of(error)
    assert problem.http_status == http_status and "secret" not in problem.detail
    assert set(problem_body(problem, "r")) >= {"type", "title", "status", "detail", "requestId"}


def test_a_calls_error_keeps_its_words_fields_and_retry():
    error = errors.InvalidArgument([("max_pages", "0 is out of range; give 1 to 10.")])
    trailing = grpc.aio.Metadata((status.DETAILS_KEY, status.details_of(error)))
    call = grpc.aio.AioRpcError(
        grpc.StatusCode.INVALID_ARGUMENT, grpc.aio.Metadata(), trailing, error.message
    )
    assert problem_of(call).fields == (("maxPages", "0 is out of range; give 1 to 10."),)


def test_grpcs_own_words_do_not_get_out():
    call = grpc.aio.AioRpcError(
        grpc.StatusCode.UNAVAILABLE, grpc.aio.Metadata(), grpc.aio.Metadata(), "ipv4:10.0.0.7:50051 refused"
    )
    problem = problem_of(call)
    assert problem.http_status == 503 and "10.0.0.7" not in problem.detail and problem.retry_after


def test_field_names_in_jsons_words():
    assert camel_case("include_selectors[0]") == "includeSelectors[0]"
    assert camel_case("head.options.exclude_selectors[1]") == "excludeSelectors[1]"
    assert camel_case("headers[2].name") == "headers[2].name"


def test_keys():
    assert checked(KeyRequest, {"name": "ci", "ttlSeconds": 60}).request().scopes == ["read", "write"]
    found = refused({"name": "", "scopes": "read", "ttlSeconds": -1, "nam": 1}, KeyRequest)
    assert found.keys() == {"name", "scopes", "ttlSeconds", "nam"}


def test_file_names():
    assert content_disposition("attachment", "docs.e.org.md") == 'attachment; filename="docs.e.org.md"'
    value = content_disposition("attachment", 'наука/"x"\r\nSet-Cookie: a.md')
    assert "\r" not in value and "\n" not in value and "/" not in value.split("filename*")[0].split("=", 1)[1]
    assert value.isascii() and "filename*=UTF-8''" in value
    assert content_disposition("inline", "../..") == 'inline; filename="document"' or ".." not in value


def test_entity_tags():
    assert entity_tags('"a", W/"b"') == ["a", "b"]
    assert entity_tags("*") == ["*"] and entity_tags("") == []
    assert entity_tags("bare") == ["bare"]


def test_an_unfinished_document_says_so():
    headers = document_headers(DocumentHeader(complete=False, pages=3), MARKDOWN, False)
    assert headers["Docspasta-Complete"] == "false" and "ETag" not in headers
    whole = document_headers(DocumentHeader(complete=True, etag="x", file_name="e.org.md"), MARKDOWN, True)
    assert whole["ETag"] == '"x"' and whole["Content-Disposition"] == 'attachment; filename="e.org.md"'


def test_a_download_has_one_suffix():
    for name in ("e.org.md", "e.org.jsonl"):
        headers = document_headers(DocumentHeader(complete=True, file_name=name), JSON_LINES, True)
        assert headers["Content-Disposition"] == 'attachment; filename="e.org.jsonl"'


def test_pace_refills_and_addresses_do_not_share():
    now = [0.0]
    pace = RateLimiter(2.0, lambda: now[0])
    assert [pace.take("10.0.0.1") for _ in range(4)] == [0.0] * 4
    assert 0 < pace.take("10.0.0.1") <= 0.5 and pace.take("10.0.0.2") == 0.0
    now[0] += 0.5
    assert pace.take("10.0.0.1") == 0.0


def test_an_ipv6_client_is_its_64():
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2:ffff::1") != network("2001:db8:1:3::1")
    assert network("::1%lo") == network("::1") and network("10.1.2.3") == "10.1.2.3"


def test_request_ids_that_are_sent_must_be_ids():
    assert request_id_of([(b"x-request-id", b"abc-1")]) == "abc-1"
    assert len(request_id_of([(b"x-request-id", b"a b\n")])) == 32


def test_a_byte_order_mark_before_json_is_ignored():
    assert parse_object(b'\xef\xbb\xbf{"url": "https://docs.example.org/"}') == {
        "url": "https://docs.example.org/"
    }
