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
    "a label that is misspelt": ("Привет всем читателям этой страницы", "cp1251", "win-1251", ""),
    "one with a database's name": ("Grüße an alle Leser dieser Seite", "cp1252", "ISO8859_1", ""),
    "nothing says that it is Russian": ("Привет всем читателям этой страницы", "cp1251", "", ""),
    "nothing says that it is Russian in KOI8": ("Привет всем читателям этой страницы", "koi8-r", "", ""),
    "nothing says that it is Greek": ("Γεια σε όλους τους αναγνώστες αυτής της σελίδας", "cp1253", "", ""),
    "nothing says that it is Japanese": ("この ページ の 読者 の みなさん こんにちは", "euc_jp", "", ""),
    "nothing says that it is Japanese on Windows": (
        "この ページ の 読者 の みなさん こんにちは",
        "cp932",
        "",
        "",
    ),
    "nothing says that it is Korean": ("안녕 하세요 여러분 모두 반갑 습니다", "cp949", "", ""),
    "nothing says that it is Chinese": ("这 是 一个 页面 请 打开 阀门 然后 阅读 说明", "gb18030", "", ""),
    "nothing says that it is Western": ("Déjà vu à l'été, größer über Österreich", "cp1252", "", ""),
    "euc-kr": ("안녕 하세요 여러분 모두 반갑 습니다", "cp949", "", "euc-kr"),
}


@pytest.mark.parametrize("name", CASES)
def test_charset(name: str) -> None:
    text, codec, header, meta = CASES[name]
    html = (f"<meta charset={meta}>" if meta else "") + f"<p>{text}</p>"
    assert read_page(html.encode(codec), URL, header).markdown == text + "\n"


@pytest.mark.parametrize(
    ("language", "text", "codec"),
    [
        ("pl", "Źródło żółtej śluzy jest ponad znakiem, więc pompa działa", "iso8859-2"),
        ("pl", "Źródło żółtej śluzy jest ponad znakiem, więc pompa działa", "cp1250"),
        ("tr", "Seviye işaretin üzerindeyken başlar ve altına inince durur", "cp1254"),
        ("he", "המשאבה מזיזה מים מן הרציף כאשר המפלס עולה", "cp1255"),
        ("zh-TW", "幫浦 將水 從泊位 中抽出 請閱讀 說明書", "big5"),
    ],
)
def test_the_pages_language_says_which_it_may_be(language: str, text: str, codec: str) -> None:
    html = f"<html lang={language}><body><p>{text}</p></body></html>"
    assert read_page(html.encode(codec), URL).markdown == text + "\n"


def test_xhtml_with_a_declaration() -> None:
    html = '<?xml version="1.0" encoding="iso-8859-15"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Fünf Wörter stehen hier, sieh</p></body></html>'
    assert read_page(html.encode("iso-8859-15"), URL).markdown == "Fünf Wörter stehen hier, sieh\n"
