"""The resolver's short way gives what ada-url gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from docspasta.content.resolve import Resolver
from docspasta.urls import BadUrl, canonical

PIECES = [
    "a",
    "b.html",
    "..",
    ".",
    "",
    "?q=1",
    "#f",
    "//",
    "/",
    "c d",
    "%2e",
    "ü",
    "http:",
    "https://x.example.org",
    "x.example.org",
    "\\",
    "~u",
    "-",
    ":8080",
    "&a=b",
    "xn--a",
    "1.2.3.4",
    "0x7f",
]
BASES = st.sampled_from(
    ["https://docs.example.org/a/b/c.html", "https://docs.example.org/", "http://docs.example.org/a/?q=1", "https://docs.example.org:8443/x/y", "https://ü.example/ä/", "http://127.0.0.1/a/"]
)  # fmt: skip


def expected(href: str, base: str) -> str:
    try:
        return canonical(href, base)
    except BadUrl:
        return ""


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("/".join) | st.text(max_size=30), BASES)
def test_resolver_agrees_with_ada(href: str, base: str) -> None:
    base = canonical(base)
    assert Resolver(base).resolve(href)[0] == expected(href, base)


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), BASES)
def test_resolver_agrees_with_ada_joined(href: str, base: str) -> None:
    base = canonical(base)
    assert Resolver(base).resolve(href)[0] == expected(href, base)
