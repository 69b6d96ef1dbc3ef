"""Bodies that are not what an HTML parser expects: XHTML, UTF-16 that the header alone names, files."""

from __future__ import annotations

import gzip

import pytest

from docspasta.content import Page, read_page

TEXT = "<h1>Größe</h1><p>The words of this page stand here, and are not few.</p>"
XHTML = (
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head>%s</head><body>%s</body></html>'
)


def page(body: bytes, charset: str = "") -> Page:
    return read_page(body, "https://docs.example.org/a", charset)


SELF_CLOSED = {
    "a script": XHTML % ('<title>T</title><script src="a.js"/>', TEXT),
    "a title": XHTML % ("<title/>", TEXT),
    "a style without the prolog": (XHTML % ("<title>T</title><style/>", TEXT)).partition("?>")[2],
    "an anchor": XHTML % ("<title>T</title>", TEXT.replace("<p>", '<p><a id="x"/>')),
}


@pytest.mark.parametrize("html", SELF_CLOSED.values(), ids=SELF_CLOSED)
def test_xhtml_closes_its_elements(html: str) -> None:
    assert page(html.encode()).markdown.startswith("# Größe\n\nThe words")


def test_xhtml_is_not_all_heading_behind_a_closed_anchor() -> None:
    html = XHTML % ("<title>T</title>", "<h1><a name='t'/>Größe</h1><div/><p>One two three four five.</p>")
    assert page(html.encode()).markdown == "# Größe\n\nOne two three four five.\n"


def test_cdata_is_text() -> None:
    html = XHTML % ("<title>T</title>", TEXT + "<pre><![CDATA[if (a < b) <x/>]]></pre>")
    assert "```\nif (a < b) <x/>\n```" in page(html.encode()).markdown


def test_html_closes_nothing_by_a_slash() -> None:
    html = f"<body><p>{'word ' * 20}</p><svg><g/><path d=''/></svg><div/>{TEXT}</body>"
    assert "# Größe" in page(html.encode()).markdown


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [TEXT, TEXT.replace("Größe", "Size"), TEXT.replace("Größe", "打开阀门")])
def test_the_header_alone_may_name_utf_16(codec: str, text: str) -> None:
    label = codec.replace("-le", "LE").replace("-be", "BE")
    assert page(text.encode(codec), label).markdown.startswith("# ")
    assert "The words of this page" in page(text.encode(codec), label).markdown


def test_a_header_that_names_utf_16_falsely_is_not_believed() -> None:
    assert page(TEXT.encode(), "utf-16").markdown.startswith("# Größe")
    assert page(TEXT.encode("cp1252"), "utf-16").markdown.startswith("# Größe")


FILES = {
    "a PDF": b"%PDF-1.7\n<h1>One two three four five six</h1>",
    "a ZIP": b"PK\x03\x04" + bytes(40),
    "gzip without a coding": gzip.compress(TEXT.encode()),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "something": bytes(range(256)) * 8,
}


@pytest.mark.parametrize("body", FILES.values(), ids=FILES)
def test_a_file_is_no_text_whatever_its_type_says(body: bytes) -> None:
    found = page(body)
    assert (found.reason, found.markdown) == ("not_html", "")
    assert found.detail.startswith("The body is ")


def test_a_page_with_stray_controls_is_text() -> None:
    assert page(f"<body>\x00\x01{TEXT}\x08".encode()).reason == ""
