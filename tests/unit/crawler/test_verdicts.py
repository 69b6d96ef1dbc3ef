# ruff: noqa: E501
"""What an answer to /robots.txt means, for how long, and how it is kept for everybody."""

from __future__ import annotations

import asyncio

import pytest

from docspasta.robots import Access
from services.crawler.answer import Answer
from services.crawler.robots import KEPT_BYTES, RobotsVerdicts, judge, lifetime, pack, unpack

ORIGIN = "https://foo.bar"
URL = ORIGIN + "/robots.txt"
RULES = b"User-agent: *\nDisallow: /x\nSitemap: /map.xml\nCrawl-delay: 3\n"


@pytest.mark.parametrize(
    ("answer", "access", "reason", "passing"),
    [
        (Answer(200, body=RULES), Access.RULES, "", False),
        (Answer(404, reason="http_status"), Access.ALLOW, "", False),
        (Answer(403, reason="http_status"), Access.ALLOW, "", False),
        (Answer(429, reason="http_status", passing=True), Access.DISALLOW, "robots_unreachable", True),
        (Answer(503, reason="http_status", passing=True), Access.DISALLOW, "robots_unreachable", True),
        (Answer(301, reason="redirect_limit", redirects=5), Access.ALLOW, "", False),
        (Answer(reason="timeout", passing=True), Access.DISALLOW, "timeout", True),
        (Answer(reason="connection", passing=True), Access.DISALLOW, "connection", True),
        (Answer(reason="dns"), Access.DISALLOW, "dns", False),
        (Answer(reason="forbidden_address"), Access.DISALLOW, "forbidden_address", False),
        (Answer(reason="forbidden_address", redirects=1), Access.DISALLOW, "robots_unreachable", True),
        (Answer(reason="dns", redirects=2), Access.DISALLOW, "robots_unreachable", True),
    ],
)
def test_what_an_answer_means(answer: Answer, access: Access, reason: str, passing: bool) -> None:
    verdict = judge(answer, URL)
    assert (verdict.access, verdict.reason, verdict.passing) == (access, reason, passing)
    assert verdict.allows(ORIGIN + "/y") is (access is not Access.DISALLOW)
    again = unpack(pack(verdict), ORIGIN)
    assert (again.access, again.reason, again.passing, again.status) == (
        access,
        reason,
        passing,
        verdict.status,
    )
    assert again.allows(ORIGIN + "/x") is verdict.allows(ORIGIN + "/x")
    assert again.rules.sitemaps == verdict.rules.sitemaps and again.rules.delay == verdict.rules.delay


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (Answer(reason="dns", detail="no such host"), "no such host"),
        (Answer(reason="connection", detail="refused", passing=True), "refused"),
        (Answer(reason="timeout", detail="nothing for 20 s", passing=True), "robots.txt: nothing for 20 s"),
        (Answer(503, reason="http_status", detail="HTTP 503", passing=True), "robots.txt: HTTP 503"),
        (Answer(reason="dns", detail="no such host", redirects=1), "robots.txt: no such host"),
    ],
)
def test_robots_is_named_where_it_alone_is_the_trouble(answer: Answer, detail: str) -> None:
    assert judge(answer, URL).detail == detail


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (Answer(200), 3600), (Answer(404, reason="http_status"), 3600), (Answer(200, {"Cache-Control": "max-age=600"}), 600),
        (Answer(200, {"Cache-Control": "public, max-age=0, must-revalidate"}), 60), (Answer(200, {"Cache-Control": "max-age=99999999"}), 86400),
        (Answer(200, {"Cache-Control": "s-maxage=5"}), 3600), (Answer(503, reason="http_status"), 30), (Answer(reason="timeout"), 5),
    ],
)  # fmt: skip
def test_how_long_it_holds(answer: Answer, seconds: float) -> None:
    assert lifetime(answer) == seconds


def test_kept_verdicts_are_bounded_by_their_bytes() -> None:
    """Hundreds of the largest robots.txt keep as much as a few."""

    async def keep() -> tuple[int, int, int]:
        room = RobotsVerdicts(None, None)  # type: ignore[arg-type]
        large = judge(
            Answer(200, body=b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % n for n in range(20_000))),
            URL,
        )
        for n in range(200):
            room._keep(f"https://{n}.example", large)
        room._keep("https://199.example", judge(Answer(404, reason="http_status"), URL))
        return large.rules.rules.size, len(room._kept), room._kept_bytes

    size, kept, bytes_kept = asyncio.run(keep())
    assert size > 3_000_000 and 1 < kept < 12 and bytes_kept <= KEPT_BYTES
