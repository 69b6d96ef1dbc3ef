"""A robots.txt of any kind costs little to check a URL by, and keeps only what speaks to this crawler."""

from __future__ import annotations

import pytest

from docspasta import robots
from docspasta.robots import Robots, read
from docspasta.robots_rules import MAX_WILD
from tests.loop_steps import cpu_seconds

ORIGIN = "https://foo.bar"
LONG = "a" * 1990
HOSTILE = [
    "Disallow:/*%05dz\n",
    "Disallow:/*a*a*a*a*a*a*a*a*a*a*a*a*a*a*%05d\n",
    "Disallow:/*b*%05d\n",
    "Disallow:/%05d\n",
    "Disallow:/%%C3%%A4*%05d\n",
    "Disallow:/*ab*ab*ab*%05d\n",
    "Disallow:/*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab%05d\n",
    "Allow:/" + LONG[:1000] + "%05d*\n",
]


def filled(line: str) -> Robots:
    count = (robots.MAX_BYTES - 20) // len(line % 0)
    text = "User-agent: *\n" + "".join(line % at for at in range(count))
    return read(text.encode(), ORIGIN + "/robots.txt")


@pytest.mark.parametrize("line", HOSTILE)
def test_checking_a_url_takes_milliseconds_whatever_the_rules(line: str) -> None:
    rules = filled(line)
    for path in (LONG + "b", LONG, "ab" * 995):
        took = cpu_seconds(lambda: rules.allows(f"{ORIGIN}/{path}"), 0.02)  # noqa: B023
        assert took < 0.02, "some 4 ms on the slowest machine seen; 250 before"


def test_what_speaks_to_others_is_not_kept() -> None:
    others = "".join(f"User-agent: bot{at}\nDisallow: /{at}\n" for at in range(10_000))
    rules = read((others + "User-agent: *\nDisallow: /x\n").encode(), ORIGIN + "/robots.txt")
    assert len(rules.text) < 100
    assert not rules.allows(ORIGIN + "/x") and rules.allows(ORIGIN + "/1")


def test_what_is_kept_says_the_same_when_it_is_read_again() -> None:
    text = (
        "User-agent: docspasta\nDisallow: /a*b$\nAllow: /a/c\nDisallow: /%7Ea/ü\nDisallow: /end$\n"
        "Crawl-delay: 2\nUser-agent: *\nDisallow: /\nSitemap: /map.xml\n"
    )
    first = read(text.encode(), ORIGIN + "/robots.txt")
    again = read(first.text.encode(), ORIGIN + "/robots.txt")
    for path in ("/a1b", "/a1bc", "/a/c", "/~a/%C3%BC", "/end", "/ends", "/other"):
        assert first.allows(ORIGIN + path) is again.allows(ORIGIN + path), path
    assert (again.delay, again.sitemaps) == (2, (ORIGIN + "/map.xml",))
    assert [first.allows(ORIGIN + path) for path in ("/a1b", "/a1bc", "/~a/%C3%BC", "/end")] == [
        False,
        True,
        False,
        False,
    ]


def test_asterisks_in_a_row_are_one_and_count_as_one() -> None:
    first = read(b"User-agent: *\nDisallow: /b\nAllow: **\n", ORIGIN + "/robots.txt")
    again = read(first.text.encode(), ORIGIN + "/robots.txt")
    assert not first.allows(ORIGIN + "/b") and not again.allows(ORIGIN + "/b")


def test_rules_beyond_the_bound_ask_less_and_never_more() -> None:
    text = "User-agent: *\n" + "".join(f"Disallow: /a{at}/*x\n" for at in range(MAX_WILD + 10))
    rules = read(text.encode(), ORIGIN + "/robots.txt")
    assert rules.allows(ORIGIN + "/a1/y") and not rules.allows(ORIGIN + "/a1/yx")
    assert not rules.allows(f"{ORIGIN}/a{MAX_WILD + 5}/y")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_robots_txt_in_utf_16_is_read(codec: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")
    body = mark + "User-agent: *\r\nDisallow: /privé\r\n".encode(codec)
    assert not read(body, ORIGIN + "/robots.txt").allows(ORIGIN + "/priv%C3%A9")
