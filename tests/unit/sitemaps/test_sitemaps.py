# ruff: noqa: E501
"""Sitemaps and llms.txt: what they list, in every form, and what hostile ones come to."""

from __future__ import annotations

import gzip
import time

import pytest

from docspasta.sitemaps import MAX_ENTRIES, Sitemap, gunzip, llms_links, read

URL = "https://docs.example/maps/sitemap.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*locations: str) -> bytes:
    entries = "".join(f"<url><loc>{text}</loc><lastmod>2024-01-01</lastmod></url>" for text in locations)
    return f"{HEAD}<urlset {NAMESPACE}>{entries}</urlset>".encode()


def test_a_urlset_lists_pages_in_its_order_each_once() -> None:
    found = read(
        urlset("https://docs.example/b", " https://docs.example/a \n", "/c", "https://docs.example/b"), URL
    )
    pages = ("https://docs.example/b", "https://docs.example/a", "https://docs.example/c")
    assert found == Sitemap(pages, lastmods=("2024-01-01",) * 3)


def test_a_lastmod_is_that_of_its_own_entry_wherever_it_stands() -> None:
    entries = (
        "<url><lastmod> 2026-11-01T10:00:00Z </lastmod><loc>https://docs.example/a</loc></url>"
        "<url><loc>https://docs.example/b</loc></url>"
        "<url><loc>ftp://no.page/</loc><lastmod>2026-01-01</lastmod></url>"
        "<url><loc>https://docs.example/c</loc><lastmod>2026-11-02</lastmod></url>"
    )
    found = read(f"{HEAD}<urlset {NAMESPACE}>{entries}</urlset>".encode(), URL)
    assert found.lastmods == ("2026-11-01T10:00:00Z", "", "2026-11-02")


def test_an_index_lists_sitemaps() -> None:
    body = f"{HEAD}<sitemapindex {NAMESPACE}><sitemap><loc>a.xml.gz</loc></sitemap><sitemap><loc>/b.xml</loc></sitemap></sitemapindex>"
    assert read(body.encode(), URL).sitemaps == (
        "https://docs.example/maps/a.xml.gz",
        "https://docs.example/b.xml",
    )


def test_entities_cdata_prefixes_and_other_namespaces_are_read() -> None:
    body = f"""{HEAD}<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
    <s:url><s:loc>https://docs.example/?a=1&amp;b=2</s:loc><image:image><image:loc>https://docs.example/x.png</image:loc></image:image></s:url>
    <s:url><s:loc><![CDATA[https://docs.example/c?d&e]]></s:loc></s:url></s:urlset>"""
    assert read(body.encode(), URL).pages == ("https://docs.example/?a=1&b=2", "https://docs.example/c?d&e")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_are_read(encoding: str) -> None:
    declared = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    body = f'<?xml version="1.0" encoding="{declared}"?><urlset><url><loc>https://docs.example/ü</loc></url></urlset>'
    assert read(body.encode(encoding), URL).pages == ("https://docs.example/%C3%BC",)


def test_text_sitemaps_and_feeds_are_read() -> None:
    text = b"https://docs.example/a\r\nhttps://docs.example/b\n\nnot a url\nftp://docs.example/\n"
    assert read(text, URL).pages == ("https://docs.example/a", "https://docs.example/b")
    paths = b"/a\n./b\nc d\n/not a path\n"
    assert read(paths, URL).pages == ("https://docs.example/a", "https://docs.example/maps/b")
    rss = b"<rss><channel><link>https://docs.example/</link><item><link>https://docs.example/p</link></item></channel></rss>"
    assert read(rss, URL).pages == ("https://docs.example/p",)
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/q"/><link rel="edit" href="/r"/></entry></feed>'
    assert read(atom, URL).pages == ("https://docs.example/q",)


def test_gzip_is_read_also_when_it_is_cut() -> None:
    body = urlset(*(f"https://docs.example/{n}" for n in range(5000)))
    assert len(read(gzip.compress(body), URL).pages) == 5000
    cut = read(gzip.compress(body)[:-3000], URL)
    assert 1000 < len(cut.pages) < 5000 and not cut.complete and cut.detail


def test_fifty_thousand_entries_are_read_and_no_more() -> None:
    full = read(urlset(*(f"/{n}" for n in range(MAX_ENTRIES))), URL)
    assert len(full.pages) == MAX_ENTRIES and full.complete
    over = read(urlset(*(f"/{n}" for n in range(MAX_ENTRIES + 1))), URL)
    assert len(over.pages) == MAX_ENTRIES and not over.complete and "50000" in over.detail


def test_what_a_damaged_file_held_before_its_end_still_counts() -> None:
    damaged = read(urlset("/a", "/b")[:-20] + b"<<<", URL)
    assert damaged.pages == ("https://docs.example/a", "https://docs.example/b")
    assert not damaged.complete and "broken" in damaged.detail


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE urlset [<!ENTITY x "https://docs.example/">]>',
        '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE urlset SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>',
    ],
)
def test_a_document_type_ends_the_parse(doctype: str) -> None:
    found = read(f"{HEAD}{doctype}<urlset><url><loc>&x;</loc></url></urlset>".encode(), URL)
    assert found.pages == () and not found.complete and "document type" in found.detail


def test_hostile_files_are_bounded_in_time_and_memory() -> None:
    began = time.process_time()
    deep = read(b"<a>" * 1_000_000, URL)
    assert not deep.complete and "deep" in deep.detail
    bomb = gzip.compress(bytes(50 * 1024 * 1024))
    body, whole = gunzip(bomb, 1024 * 1024)
    assert (len(body), whole) == (1024 * 1024, False)
    read(b"<urlset><url><loc>" + b"x" * 9_000_000 + b"</loc></url></urlset>", URL)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "body", [b"", b"\0" * 100, b"<html><body>404</body></html>", b"\x1f\x8b\x08garbage", b"{}"]
)
def test_what_is_no_sitemap_lists_nothing(body: bytes) -> None:
    assert read(body, URL).pages == ()


LLMS = b"""# Project

> What it is. See [the spec](https://llmstxt.org/).

## Docs

- [Quick start](https://docs.example/start.html.md): begin here
- [API](/api.md)
- [Directory](/guide/index.html.md)
- [Parens](/a_(b).md) and [again](/api.md)
- [Angle](</x.html>) [mail](mailto:a@b) [plain](/plain)
- not a link: /nothing
"""


def test_llms_txt_links_to_the_pages_whose_markdown_it_names() -> None:
    assert llms_links(LLMS, "https://docs.example/llms.txt") == (
        "https://llmstxt.org/", "https://docs.example/start.html", "https://docs.example/api", "https://docs.example/guide/",
        "https://docs.example/a_(b)", "https://docs.example/x.html", "https://docs.example/plain",
    )  # fmt: skip


def test_llms_txt_is_bounded() -> None:
    began = time.process_time()
    assert len(llms_links(b"".join(b"[x](/%d)\n" % n for n in range(9000)), URL)) == 5000
    llms_links(b"[" * 1_000_000, URL)
    llms_links(b"[x](" * 200_000, URL)
    llms_links(b"[x](/a(" + b"(" * 500_000, URL)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("before", [b"\n", b"\r\n\r\n", b"  \n\t", b"\xef\xbb\xbf\n", b"\n\xef\xbb\xbf"])
def test_blank_lines_before_the_declaration_lose_nothing(before: bytes) -> None:
    found = read(before + f"{HEAD}<urlset><url><loc>https://a.example/x</loc></url></urlset>".encode(), URL)
    assert (found.pages, found.complete) == (("https://a.example/x",), True)


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><html><body>Not here</body></html>", b"\n<html lang=en>", b"<HTML>"]
)
def test_a_page_in_a_sitemap_s_place_is_none_and_not_a_broken_one(page: bytes) -> None:
    assert read(page, URL) == Sitemap()


def test_a_document_type_that_is_only_a_name_is_passed_over() -> None:
    found = read(
        f"{HEAD}<!DOCTYPE urlset><urlset><url><loc>https://docs.example/a</loc></url></urlset>".encode(), URL
    )
    assert found.pages == ("https://docs.example/a",) and found.complete


BROKEN = {
    "a warning first": b"<br />\n<b>Warning</b>: x in y.php on line 3\n<?xml version='1.0'?><urlset><url><loc>/a</loc></url><url><loc>/b</loc></url></urlset>",
    "a comment first": b"<!-- cached -->\n<?xml version='1.0'?><urlset><url><loc>/a</loc></url><url><loc>/b</loc></url></urlset>",
    "an entity of HTML": b"<urlset><url><loc>/a</loc><t>x&nbsp;y</t></url><url><loc>/b</loc></url></urlset>",
    "packed twice": gzip.compress(gzip.compress(b"<urlset><url><loc>/a</loc></url><url><loc>/b</loc></url></urlset>")),
    "a feed by its guid": b"<rss><channel><item><link>/a</link></item><item><guid>https://site.example/b</guid></item><item><guid>42</guid></item></channel></rss>",
}  # fmt: skip


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_what_sites_hand_out_as_a_sitemap_is_read(body: bytes) -> None:
    found = read(body, "https://site.example/sitemap.xml")
    assert found.pages == ("https://site.example/a", "https://site.example/b")


def test_an_ampersand_in_an_address_loses_no_page_and_is_told() -> None:
    body = b"<urlset><url><loc>https://x.example/a</loc></url><url><loc>https://x.example/b?x=1&y=2</loc></url><url><loc>https://x.example/c</loc></url></urlset>"
    found = read(body, "https://x.example/sitemap.xml")
    assert found.pages == ("https://x.example/a", "https://x.example/b?x=1&y=2", "https://x.example/c")
    assert "broken" in found.detail


def test_an_index_that_names_its_lists_as_urls_is_an_index() -> None:
    found = read(
        b"<sitemapindex><url><loc>/s1.xml</loc></url></sitemapindex>", "https://x.example/sitemap.xml"
    )
    assert (found.pages, found.sitemaps) == ((), ("https://x.example/s1.xml",))


@pytest.mark.parametrize(
    "text",
    [
        "- https://site.example/a\n- See https://site.example/b.\n",
        "- <https://site.example/a>\n- <https://site.example/b>\n",
        "- [A][1]\n- [B][2]\n\n[1]: /a\n[2]: <b> 'B'\n",
    ],
)
def test_an_llms_txt_may_write_its_links_in_any_way(text: str) -> None:
    assert llms_links(text.encode(), "https://site.example/llms.txt") == (
        "https://site.example/a",
        "https://site.example/b",
    )
