"""Every bad setting is named, with what to do instead; every good one becomes a job's settings."""

from __future__ import annotations

import pytest

from docspasta.egress.addresses import allowance
from docspasta.egress.ports import EVERY_PORT
from docspasta.errors import InvalidArgument
from docspasta.v1.jobs_pb2 import Header, JobSettings
from services.jobs.admission import Bounds, admit

SERVER = Bounds(
    embedded=False,
    min_delay=0.2,
    max_concurrency=2,
    max_pages=1_000_000,
    max_seconds=21_600.0,
    max_bytes=50 * 1024**3,
    ports=frozenset({80, 443}),
    allowed=allowance(""),
)
LAPTOP = Bounds(
    embedded=True,
    min_delay=0.0,
    max_concurrency=64,
    max_pages=1_000_000,
    max_seconds=21_600.0,
    max_bytes=50 * 1024**3,
    ports=EVERY_PORT,
    allowed=allowance("127.0.0.1:9000"),
)
DOCS = "https://docs.example.org/"


def fields(bounds: Bounds, **asked: object) -> list[str]:
    """The fields that the refusal of these settings names, [] when they are taken."""
    try:
        admit(JobSettings(**{"url": DOCS, **asked}), bounds)  # type: ignore[arg-type]
    except InvalidArgument as error:
        for _, text in error.violations:
            assert text[-1] in ".*" and len(text) > 15, text
        return [field for field, _ in error.violations]
    return []


def test_regular_expressions_have_bounded_steps_together() -> None:
    """They are within every other bound, and took 0.5 s of CPU for each URL."""
    costly = [f"(a?){{40}}(a|b|aa|bb){{20}}[^x]{{40}}x{at}$" for at in range(50)]
    assert fields(SERVER, include_regex=costly) == ["include_regex"]
    assert fields(SERVER, exclude_regex=costly) == ["exclude_regex"]
    assert not fields(SERVER, include_regex=[rf"^/docs/v\d+\.\d+/[^/]+/page{at}/.*$" for at in range(50)])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "docs",
        "http://",
        "http:///",
        "https://exa mple.org/",
        "ftp://docs.example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user:secret@docs.example.org/",
        "https://docs.example.org/" + "a" * 2048,
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1/",
        "http://localhost/",
        "http://printer.local/",
        "https://docs.example.org:22/",
    ],
)
def test_bad_urls_are_refused_by_the_field_url(url: str) -> None:
    assert fields(SERVER, url=url) == ["url"]


@pytest.mark.parametrize(
    "url", [DOCS, "http://93.184.216.34/", "https://docs.example.org:443/a?b#c", "https://bücher.example/"]
)
def test_public_urls_are_taken(url: str) -> None:
    assert fields(SERVER, url=url) == []


@pytest.mark.parametrize(
    ("bounds", "asked", "field"),
    [
        (SERVER, {"max_pages": 0}, "max_pages"),
        (SERVER, {"max_pages": -5}, "max_pages"),
        (SERVER, {"max_pages": 1_000_001}, "max_pages"),
        (SERVER, {"max_depth": -1}, "max_depth"),
        (SERVER, {"max_depth": 1001}, "max_depth"),
        (SERVER, {"delay": 0.1}, "delay"),
        (SERVER, {"delay": float("nan")}, "delay"),
        (SERVER, {"delay": float("inf")}, "delay"),
        (LAPTOP, {"delay": -0.1}, "delay"),
        (SERVER, {"concurrency": 3}, "concurrency"),
        (LAPTOP, {"concurrency": 65}, "concurrency"),
        (LAPTOP, {"concurrency": 0}, "concurrency"),
        (SERVER, {"max_seconds": 0}, "max_seconds"),
        (SERVER, {"max_seconds": 30_000}, "max_seconds"),
        (SERVER, {"max_bytes": 0}, "max_bytes"),
        (SERVER, {"include": ["/a/**", "docs/**"]}, "include[1]"),
        (SERVER, {"exclude": [""]}, "exclude[0]"),
        (SERVER, {"exclude": ["/a b"]}, "exclude[0]"),
        (SERVER, {"exclude": ["/" + "a" * 1000]}, "exclude[0]"),
        (SERVER, {"include": ["/a"] * 51}, "include"),
        (SERVER, {"include_selectors": ["main", "div >"]}, "include_selectors[1]"),
        (SERVER, {"exclude_selectors": ["p:nth-child(x)"]}, "exclude_selectors[0]"),
        (SERVER, {"allow_hosts": ["docs.example.org/path"]}, "allow_hosts[0]"),
        (SERVER, {"allow_hosts": ["a b"]}, "allow_hosts[0]"),
        (SERVER, {"headers": [Header(name="a", value="b")] * 9}, "headers"),
        (SERVER, {"headers": [Header(name="Bad Name", value="b")]}, "headers[0].name"),
        (SERVER, {"headers": [Header(name="", value="b")]}, "headers[0].name"),
        (SERVER, {"headers": [Header(name="HOST", value="b")]}, "headers[0].name"),
        (SERVER, {"headers": [Header(name="a", value="b\r\nInjected: 1")]}, "headers[0].value"),
        (SERVER, {"headers": [Header(name="a", value="b" * 5000)]}, "headers[0]"),
        (SERVER, {"headers": [Header(name="a"), Header(name="A")]}, "headers[1].name"),
        (SERVER, {"include_regex": ["^/a", "(b"]}, "include_regex[1]"),
        (SERVER, {"exclude_regex": ["a(?!b)"]}, "exclude_regex[0]"),
        (SERVER, {"exclude_regex": ["\\pL" * 200] * 7}, "exclude_regex"),
        (SERVER, {"urls": ["https://a.example/", "http://127.0.0.1/"]}, "urls[1]"),
        (SERVER, {"urls": ["https://a.example/"] * 1001}, "urls"),
        (SERVER, {"urls": ["https://a.example/"], "push": True}, "urls"),
        (SERVER, {"private_origin": "http://127.0.0.1:8000"}, "private_origin"),
        (LAPTOP, {"private_origin": "http://127.0.0.1:8000/path"}, "private_origin"),
        (LAPTOP, {"private_origin": "nonsense"}, "private_origin"),
    ],
)
def test_each_bad_setting_is_named(bounds: Bounds, asked: dict[str, object], field: str) -> None:
    assert fields(bounds, **asked) == [field]


def test_all_mistakes_are_told_at_once() -> None:
    assert fields(SERVER, url="", max_pages=0, exclude=["x"]) == ["url", "max_pages", "exclude[0]"]


def test_a_header_value_is_never_repeated() -> None:
    with pytest.raises(InvalidArgument) as caught:
        admit(JobSettings(url=DOCS, headers=[Header(name="Authorization", value="top-secret\n")]), SERVER)
    assert "top-secret" not in str(caught.value)


def test_a_private_origin_opens_that_origin_only() -> None:
    assert fields(LAPTOP, url="http://127.0.0.1:8000/a", private_origin="http://127.0.0.1:8000") == []
    assert fields(LAPTOP, url="http://127.0.0.1:8001/a", private_origin="http://127.0.0.1:8000") == ["url"]


def test_what_the_operator_opened_is_taken() -> None:
    assert fields(LAPTOP, url="http://127.0.0.1:9000/a") == []
    assert fields(LAPTOP, url="http://127.0.0.1:9001/a") == ["url"]


def test_defaults_are_written_out() -> None:
    settings = admit(JobSettings(url="https://Docs.Example.org#top"), SERVER)
    assert settings.url == DOCS
    assert (settings.max_pages, settings.max_seconds) == (10_000, 21_600)
    assert settings.respect_robots and settings.use_sitemaps
    assert settings.max_depth is None and settings.delay is None


def test_what_was_asked_stays() -> None:
    asked = JobSettings(
        url=DOCS, max_pages=7, max_depth=0, delay=0.5, use_sitemaps=False, respect_robots=False
    )
    settings = admit(asked, SERVER)
    assert (settings.max_pages, settings.max_depth, settings.delay) == (7, 0, 0.5)
    assert not settings.use_sitemaps and not settings.respect_robots


def said(bounds: Bounds, **asked: object) -> str:
    with pytest.raises(InvalidArgument) as caught:
        admit(JobSettings(**{"url": DOCS, **asked}), bounds)  # type: ignore[arg-type]
    return caught.value.violations[0][1]


def test_large_numbers_are_written_as_people_write_them() -> None:
    assert "give 1 to 1,000,000 pages" in said(SERVER, max_pages=0)
    assert said(SERVER, max_pages=20_000_000).startswith("20,000,000 is out of range")


def test_the_person_of_a_machine_is_told_how_to_open_a_private_address() -> None:
    assert "docspasta up --allow 10.0.0.1:80" in said(LAPTOP, url="http://10.0.0.1/")
    assert "public website" in said(SERVER, url="http://10.0.0.1/")
