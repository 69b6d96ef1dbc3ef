# ruff: noqa: E501
"""Globs: what they match, against a plain matcher; what is refused; how long they take."""

from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docspasta.globs import BadGlob, check_glob, check_globs, matches


@pytest.mark.parametrize(
    ("pattern", "target", "expected"),
    [
        ("/docs/**", "/docs/a", True), ("/docs/**", "/docs/a/b/c?x=1", True), ("/docs/**", "/docs/", True), ("/docs/**", "/docs", False),
        ("/docs/**", "/doc/a", False), ("/docs/*", "/docs/a", True), ("/docs/*", "/docs/a/b", False), ("/docs/*", "/docs/", True),
        ("/docs/*/x", "/docs/a/x", True), ("/docs/*/x", "/docs/a/b/x", False), ("/docs/**/x", "/docs/x", True), ("/docs/**/x", "/docs/a/b/x", True),
        ("/docs/**/x", "/docs/ax", False), ("**", "/", True), ("**/x.html", "/a/b/x.html", True), ("/**.html", "/a/b.html", True),
        ("/a*", "/abc", True), ("/a*c", "/abc", True), ("/a*c", "/abd", False), ("/*.html", "/index.html", True), ("/*.html", "/a/index.html", False),
        ("/x", "/x", True), ("/x", "/x?y=1", True), ("/x", "/x/", False), ("/x?y=1", "/x?y=1", True), ("/x?y=1", "/x", False), ("/x?y=1", "/x?y=12", False),
        ("/x?y=*", "/x?y=12&z", True), ("/**?*", "/a/b?c", True), ("/**?*", "/a/b", False), ("/*?lang=en", "/x?lang=en", True),
        ("/a.b", "/axb", False), ("/a+b", "/a+b", True), ("/a(b)[c]", "/a(b)[c]", True), ("/ü/*", "/%C3%BC/x", True), ("/a%20b", "/a%20b", True),
    ],
)  # fmt: skip
def test_what_globs_match(pattern: str, target: str, expected: bool) -> None:
    check_glob(pattern)
    assert matches(pattern, "https://site.example" + target) is expected


def plainly(pattern: str, target: str) -> bool:
    """The same question, answered letter by letter. No query; `/**/` also stands for `/`."""
    tokens: list[str] = []
    i = 0
    while i < len(pattern):
        for token in ("/**/", "**", "*"):
            if pattern.startswith(token, i):
                tokens.append(token)
                i += len(token)
                break
        else:
            tokens.append(pattern[i])
            i += 1

    @cache
    def match(at: int, rest: int) -> bool:
        if at == len(tokens):
            return rest == len(target)
        token, left = tokens[at], target[rest:]
        if token == "**":
            return any(match(at + 1, rest + n) for n in range(len(left) + 1))
        if token == "*":
            longest = left.index("/") if "/" in left else len(left)
            return any(match(at + 1, rest + n) for n in range(longest + 1))
        if token == "/**/":
            if not left.startswith("/"):
                return False
            return any(match(at + 1, rest + n + 1) for n, letter in enumerate(left) if letter == "/")
        return left.startswith(token) and match(at + 1, rest + 1)

    return match(0, 0)


@settings(max_examples=600)
@given(
    st.lists(st.sampled_from(["/", "a", "b", "*", "**", "/**/", ".", "ab"]), max_size=9).map("".join),
    st.lists(st.sampled_from(["/", "a", "b", "ab", "."]), max_size=9).map("".join),
)
def test_globs_match_what_a_plain_matcher_matches(pattern: str, target: str) -> None:
    pattern, target = "/" + pattern.replace("***", "*"), "/" + target
    if "***" in pattern:
        return
    assert matches(pattern, "https://site.example" + target) is plainly(pattern, target), (pattern, target)


@settings(max_examples=400)
@given(
    st.lists(st.sampled_from(["a", "b", "*", "**", "=", "&", "/"]), max_size=8).map("".join),
    st.lists(st.sampled_from(["a", "b", "ab", "=", "&", "/"]), max_size=8).map("".join),
)
def test_in_a_query_every_wildcard_stands_for_anything(pattern: str, query: str) -> None:
    if "***" in pattern or not query:
        return
    wild = pattern.replace("**", "*").replace("*", "**")
    expected = plainly("/x=" + wild, "/x=" + query) if "***" not in wild else None
    if expected is not None and "/**/" not in wild:
        assert matches("/x?" + pattern, "https://site.example/x?" + query) is expected, (pattern, query)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("docs/**", "must start with /"), ("", "must start with /"), ("https://a/**", "must start with /"), ("/a***b", "two asterisks"),
        ("/a#b", "fragment"), ("/a b", "white space"), ("/" + "x" * 600, "longer than 512"),
    ],
)  # fmt: skip
def test_bad_globs_are_refused_with_a_sentence(pattern: str, words: str) -> None:
    with pytest.raises(BadGlob, match=words):
        check_glob(pattern)


def test_there_may_be_fifty() -> None:
    check_globs(["/a"] * 50)
    with pytest.raises(BadGlob, match="50 is the limit"):
        check_globs(["/a"] * 51)


HARD = (
    "/**a*a*a*a*b", "/**/a*a*a*a*b", "/**a*a*a*b**", "/**a/**a*a/**a*b/**/a*c", "/**?**a*a*a*a*b", "/**a*b*c/**/b*a*d",
    "/" + "**a" * 100 + "X", "/" + "*a" * 200 + "X", "/**/a" * 80 + "X", "/**a*b" * 60 + "X", "/" + "a*" * 200,
    "/**" + "a*" * 200 + "b", "/**/" + "a/" * 200 + "b/**", "/**/" + "a*/" * 20 + "b/**", "/**?" + "a**" * 100 + "b",
)  # fmt: skip
LONG = (
    "a" * 2000,
    "a/" * 1000,
    "ab/a" * 500,
    "aa/" * 660,
    "a" * 1000 + "/" + "a" * 990,
    "x?" + "a" * 1990,
    "/" * 2000,
)


@pytest.mark.parametrize("pattern", HARD)
def test_a_pattern_looks_at_a_url_of_two_kilobytes_in_one_go(pattern: str) -> None:
    """Some 0.1 ms; a pattern that goes back over what a wildcard skipped takes ten times the bound."""
    matches(pattern, "https://site.example/")
    for target in LONG:
        took = []
        for _ in range(5):
            began = time.process_time()
            matches(pattern, "https://site.example/" + target)
            took.append(time.process_time() - began)
        assert min(took) < 0.002, (pattern, target[:20])
