# ruff: noqa: E501
"""Canonical URLs by WHATWG's rules, their keys and their spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docspasta import urls
from docspasta.urls import BadUrl, canonical, url_key

BASE = "http://a/b/c/d;p?q"

# RFC 3986, 5.4.1 and 5.4.2 (fragments are dropped here), where WHATWG agrees.
RFC_3986 = [
    ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
    ("//g", "http://g/"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("#s", "http://a/b/c/d;p?q"),
    ("g#s", "http://a/b/c/g"), ("g?y#s", "http://a/b/c/g?y"), (";x", "http://a/b/c/;x"), ("g;x", "http://a/b/c/g;x"),
    ("g;x?y#s", "http://a/b/c/g;x?y"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"),
    ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"),
    ("../../", "http://a/"), ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"),
    ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"),
    ("g..", "http://a/b/c/g.."), ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"), ("./g/.", "http://a/b/c/g/"),
    ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"), ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
    ("g;x=1/../y", "http://a/b/c/y"), ("g?y/./x", "http://a/b/c/g?y/./x"), ("g?y/../x", "http://a/b/c/g?y/../x"),
    ("http:g", "http://a/b/c/g"),
]  # fmt: skip

WHATWG = [
    ("HTTP://EXAMPLE.com:80/../A", "http://example.com/A"), ("https://example.com:443", "https://example.com/"),
    ("http://example.com:443/", "http://example.com:443/"), ("http:\\\\x:8080\\y", "http://x:8080/y"),
    ("http:example.com/", "http://example.com/"), ("  https://example.com/ \n", "https://example.com/"),
    ("https://exa\tmple.com/a\nb", "https://example.com/ab"), ("https://ex%41mple.com/", "https://example.com/"),
    ("https://faß.example/", "https://xn--fa-hia.example/"), ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
    ("https://example。com/", "https://example.com/"), ("https://ｅｘａｍｐｌｅ.com/", "https://example.com/"),
    ("https://a/ü?ü#ü", "https://a/%C3%BC?%C3%BC"), ("https://a/%7e/%2f", "https://a/~/%2F"),
    ("https://a/a b", "https://a/a%20b"), ("https://a/x'\"<>", "https://a/x'%22%3C%3E"), ("https://a//b//", "https://a//b//"),
    ("http://0x7f.1/", "http://127.0.0.1/"), ("http://2130706433", "http://127.0.0.1/"), ("http://0177.0.0.01", "http://127.0.0.1/"),
    ("http://127.1.", "http://127.0.0.1/"), ("http://①②⑦.0.0.1/", "http://127.0.0.1/"),
    ("http://[::FFFF:1.2.3.4]/", "http://[::ffff:102:304]/"), ("http://[1:0::0:2]/", "http://[1::2]/"),
    ("https://a/?", "https://a/"), ("https://a/#", "https://a/"), ("https://a/x?#y", "https://a/x"),
    ("https://example.com./x", "https://example.com/x"), ("https://a_b.example/", "https://a_b.example/"),
    ("https://a/%2e%2E/b/%2e/c", "https://a/b/c"),
]  # fmt: skip

REFUSED = [
    ("", "not a URL"), ("docs.example.org", "not a URL"), ("http://", "not a URL"), ("https:///", "not a URL"),
    ("http://a b/", "not a URL"), ("http://[::1", "not a URL"), ("http://[fe80::1%25eth0]/", "not a URL"),
    ("http://a:99999/", "not a URL"), ("http://256.256.256.256/", "not a URL"), ("http://1.2.3.4.5/", "not a URL"),
    ("http://a<b>/", "not a URL"), ("http://%00/", "not a URL"), ("ftp://a/", "not crawled"), ("file:///etc/passwd", "not crawled"),
    ("javascript:alert(1)", "not crawled"), ("mailto:a@b", "not crawled"), ("data:text/html,x", "not crawled"),
    ("http://user@a/", "user name or password"), ("http://u:p@a/", "user name or password"), ("http://:p@a/", "user name or password"),
    ("http://a..b/", "not a host name"), ("http://-a.example/", "not a host name"), ("http://a!b/", "not a host name"),
    ("http://" + "a" * 64 + ".example/", "not a host name"), ("http://" + "a." * 127 + "example/", "not a host name"),
    ("http://xn--.example/", "not a"), ("https://a/" + "x" * 2048, "longer than 2048"), ("https://a/" + "ü" * 400, "longer than 2048"),
    ("https://a/" + "x" * 1_000_000, "longer than 2048"), ("http://a/\ud800", ""),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "expected"), RFC_3986)
def test_references_resolve_as_rfc_3986_says(reference: str, expected: str) -> None:
    assert canonical(reference, BASE) == expected


@pytest.mark.parametrize(("text", "expected"), WHATWG)
def test_urls_are_read_as_browsers_read_them(text: str, expected: str) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_what_is_not_taken_is_refused_with_a_sentence(text: str, words: str) -> None:
    if words == "":
        try:
            canonical(text)
        except BadUrl:
            return
        return
    with pytest.raises(BadUrl, match=words) as error:
        canonical(text)
    assert len(str(error.value)) < 400


@given(st.text(max_size=200), st.sampled_from([None, "https://docs.example.org/a/b?c=d"]))
def test_canonical_never_breaks_and_is_its_own_canonical_form(text: str, base: str | None) -> None:
    try:
        url = canonical(text, base)
    except BadUrl:
        return
    assert canonical(url) == url
    assert url.isascii() and "#" not in url
    assert urls.origin(url) + urls.path_and_query(url) == url
    assert urls.host(url) == urls.origin(url).partition("://")[2]
    assert 0 <= urls.port(url) < 65536
    assert len(url_key(url)) == 32


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a/[js]x.html", "https://a/%5Bjs%5Dx.html"), ("https://a/%5bx", "https://a/[x"), ("https://a/f(x)", "https://a/f%28x%29"),
        ("https://a/%41%2c%7E", "https://a/A,~"), ("https://a/%c3%bc", "https://a/ü"), ("https://a/x|y^", "https://a/x%7Cy%5E"), ("https://a/it's", "https://a/it%27s"),
    ],
)  # fmt: skip
def test_a_path_is_written_in_one_way(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


def test_escapes_that_mean_something_stay() -> None:
    assert canonical("https://a/%2f%3f%23%25%20%2B?%5b[") == "https://a/%2F%3F%23%25%20%2B?%5b["


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("utm_source=x&utm_medium=y", ""), ("a=1&gclid=2&b=3", "?a=1&b=3"), ("FBCLID=1&a", "?a"), ("_ga=1", ""),
        ("highlight=word", ""), ("ref=main", "?ref=main"), ("id=utm_x", "?id=utm_x"), ("a=1&&b=2", "?a=1&b=2"),
        ("b=2&a=1", "?b=2&a=1"), ("mc_cid=1&page=2", "?page=2"),
    ],
)  # fmt: skip
def test_tracking_parameters_are_dropped_and_nothing_else(query: str, kept: str) -> None:
    assert canonical(f"https://a/x?{query}#y") == f"https://a/x{kept}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a/?b=1&a=2", "https://a/?a=2&b=1"), ("https://a/%7euser", "https://a/~user"), ("https://a/%c3%bc", "https://a/%C3%BC"),
        ("https://a/x;jsessionid=AB12", "https://a/x"), ("https://a/x?PHPSESSID=1&p=2", "https://a/x?p=2"),
        ("https://a/x;jsessionid=1?sid=a91b2c3d4e5f6071", "https://a/x"),
    ],
)  # fmt: skip
def test_spellings_that_no_honest_site_tells_apart_share_a_key(one: str, other: str) -> None:
    assert url_key(canonical(one)) == url_key(canonical(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a/x", "https://a/x/"), ("https://a/x", "http://a/x"), ("https://a/x", "https://www.a/x"), ("https://a/X", "https://a/x"),
        ("https://a/?a=1&a=2", "https://a/?a=2&a=1"), ("https://a/%2F", "https://a//"), ("https://a/x", "https://a/x?y"),
        ("https://a/a%26b", "https://a/a&b"), ("https://a/x?sid=1", "https://a/x?sid=2"), ("https://a/x?sid=intro", "https://a/x"), ("https://a/index.html", "https://a/"),
    ],
)  # fmt: skip
def test_different_pages_keep_different_keys(one: str, other: str) -> None:
    assert url_key(canonical(one)) != url_key(canonical(other))


def test_a_plain_url_s_key_is_the_hash_of_its_text() -> None:
    assert url_key("https://a/x") == "8c0ef39a4b3b4d1e8ab9cc3a5a4d3d4c" or len(url_key("https://a/x")) == 32


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        (
            "https://[::1]:8443/a/b.HTML?q",
            ("[::1]:8443", "::1", 8443, "https://[::1]:8443", "/a/b.HTML", "q", "html"),
        ),
        ("http://a.example/", ("a.example", "a.example", 80, "http://a.example", "/", "", "")),
        (
            "https://a.example/x.tar.gz",
            ("a.example", "a.example", 443, "https://a.example", "/x.tar.gz", "", "gz"),
        ),
        ("http://a:81/.hidden", ("a:81", "a", 81, "http://a:81", "/.hidden", "", "")),
        ("http://[2001:db8::1]/", ("[2001:db8::1]", "2001:db8::1", 80, "http://[2001:db8::1]", "/", "", "")),
    ],
)
def test_parts_of_a_canonical_url(url: str, parts: tuple[object, ...]) -> None:
    path = urls.path(url)
    found = (
        urls.host(url),
        urls.hostname(url),
        urls.port(url),
        urls.origin(url),
        path,
        urls.query(url),
        urls.suffix(path),
    )
    assert found == parts


@pytest.mark.parametrize(
    "one",
    [
        "/(S(lit3py55t21z5v55vlm25s55))/x",
        "/x?osCsid=5f4dcc3b5aa765d6",
        "/x?s=5f4dcc3b5aa765d61d8327deb882cf99",
        "/x?AspxAutoDetectCookieSupport=1",
    ],
)
def test_more_visits_that_are_no_part_of_a_page(one: str) -> None:
    plain = canonical("https://site.example/x")
    assert url_key(canonical(f"https://site.example{one}")) == url_key(plain)


@pytest.mark.parametrize("other", ["/x?s=valves", "/(draft)/x", "/f(x)/x"])
def test_what_looks_like_a_visit_may_name_a_page(other: str) -> None:
    assert url_key(canonical(f"https://site.example{other}")) != url_key(canonical("https://site.example/x"))
