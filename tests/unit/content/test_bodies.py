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


@pytest.mark.parametrize("body", [b'{"error": "not found", "status": 404}', b' [1, 2, {"a": []}]\n'])
def test_json_is_no_page_whatever_its_type_says(body: bytes) -> None:
    page = read_page(body, "https://h.example/x")
    assert page.reason == "not_html" and "JSON" in page.detail


def test_text_that_begins_like_json_is_a_page() -> None:
    assert not read_page(b"{{ page }}<p>The page says what it says.</p>", "https://h.example/x").reason


@pytest.mark.parametrize("codec", ["utf-32-le", "utf-32-be"])
def test_a_mark_names_utf_32(codec: str) -> None:
    html = "\ufeff<title>T</title><main><h1>Größe</h1><p>Drei Wörter hier und noch mehr.</p></main>"
    assert "Größe" in read_page(html.encode(codec), "https://h.example/x").markdown


def test_a_page_whose_conversion_raised_says_what_and_where(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr("docspasta.content.read.read_head", fail)
    said = page(b"<h1>T</h1><p>Words</p>")
    assert said.reason == "parse_limit"
    assert said.detail == (
        "Its conversion failed: IndexError in fail, test_bodies.py. This is a fault of Docspasta."
    )


@pytest.mark.parametrize(
    ("error", "words"), [(MemoryError(), "more memory"), (RecursionError(), "nested too deep")]
)
def test_a_page_that_takes_too_much_says_so(
    monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("docspasta.content.read.read_head", fail)
    assert words in page(b"<h1>T</h1><p>Words</p>").detail
