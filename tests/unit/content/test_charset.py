"""Any charset: BOM, header, meta, WHATWG's labels, wrong claims."""

from __future__ import annotations

import pytest

from docspasta.content import read_page

URL = "https://docs.example.org/"
CASES = {
    "utf-8": ("Grüße an alle Leser dieser Seite", "utf-8", "", ""),
    "header": ("Grüße an alle Leser dieser Seite", "cp1252", "ISO-8859-1", ""),
    "meta": ("Привет всем читателям этой страницы", "cp1251", "", "windows-1251"),
    "shift_jis": ("日本語 の ページ です よ ね", "cp932", "Shift_JIS", ""),
    "gb2312 means gb18030": ("这 是 一个 页面 啊 吗", "gb18030", "", "gb2312"),
    "bom beats header": ("Grüße an alle Leser dieser Seite", "utf-8-sig", "latin1", ""),
    "utf-16 by its mark": ("Grüße an alle Leser dieser Seite", "utf-16", "", ""),
    "the header is wrong": ("Grüße an alle Leser dieser Seite", "utf-8", "iso-8859-1", ""),
    "the header says utf-8 and is wrong": ("Grüße an alle Leser dieser Seite", "cp1252", "utf-8", ""),
    "a label nobody knows": ("Grüße an alle Leser dieser Seite", "utf-8", "no-such-charset", ""),
    "euc-kr": ("안녕 하세요 여러분 모두 반갑 습니다", "cp949", "", "euc-kr"),
}


@pytest.mark.parametrize("name", CASES)
def test_charset(name: str) -> None:
    text, codec, header, meta = CASES[name]
    html = (f"<meta charset={meta}>" if meta else "") + f"<p>{text}</p>"
    assert read_page(html.encode(codec), URL, header).markdown == text + "\n"


def test_xhtml_with_a_declaration() -> None:
    html = '<?xml version="1.0" encoding="iso-8859-15"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Fünf Wörter stehen hier, sieh</p></body></html>'
    assert read_page(html.encode("iso-8859-15"), URL).markdown == "Fünf Wörter stehen hier, sieh\n"
