"""Bytes of HTML to text, as WHATWG's encoding sniffing says (HTML 13.2.3): BOM, header, meta, then UTF-8."""

from __future__ import annotations

import codecs
import re
from typing import Final

from .charset_guess import guess

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # browsers read none; a page in it is better read than shown as noise
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# By a mark or by the header; a <meta> in ASCII is none (13.2.3.3).
_UTF_16: Final = ("utf-16-le", "utf-16-be")
_PRESCAN: Final = 4096
_WIDE: Final = 256  # bytes that are looked at for UTF-16
_META: Final = re.compile(rb"<meta[^>]*?charset\s*=\s*[\"']?\s*([^\s\"'/>;]+)", re.I)
_XML: Final = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)", re.I)

# Labels of the Encoding Standard (4.2) whose decoder is not what Python takes the name for.
_LABELS: Final = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "l1": "cp1252", "us-ascii": "cp1252",
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso88591": "cp1252", "iso_8859-1": "cp1252",
    "windows-1252": "cp1252",
    "x-cp1252": "cp1252", "ansi_x3.4-1968": "cp1252", "ibm819": "cp1252", "cp819": "cp1252",
    "csisolatin1": "cp1252",
    "iso-8859-9": "cp1254", "latin5": "cp1254", "iso8859-9": "cp1254", "tis-620": "cp874",
    "iso-8859-11": "cp874",
    "dos-874": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
    "chinese": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "ms_kanji": "cp932", "windows-31j": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "korean": "cp949",
    "ksc5601": "cp949", "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs",
    "unicode": "utf-16-le",
    "utf-16": "utf-16-le", "ucs-2": "utf-16-le", "iso-10646-ucs-2": "utf-16-le", "unicode-1-1-utf-8": "utf-8",
    "x-unicode20utf8": "utf-8", "utf8": "utf-8", "macintosh": "mac-roman", "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic", "iso-8859-8-i": "iso-8859-8", "logical": "iso-8859-8",
    "x-euc-jp": "euc_jp", "x-user-defined": "cp1252",
}  # fmt: skip
_SPACE: Final = re.compile(r"[^a-z0-9]+|(?<=[a-z])0+(?=\d)")
# Labels without what people leave out or put in: `windows1251`, `win-1251`, `iso 8859-1`, `utf8mb4`.
_SQUEEZED: Final = {
    **{_SPACE.sub("", name): codec for name, codec in _LABELS.items()},
    **{
        f"{prefix}{number}": f"cp{number}"
        for number in (874, 932, 936, 949, 950, *range(1250, 1259))
        for prefix in ("windows", "window", "win", "cp", "xcp", "xwindows", "xwin", "ms", "ansi", "windowscp")
    },
    **{
        f"{prefix}8859{part}": f"iso-8859-{part}"
        for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)
        for prefix in ("iso", "isoiec", "is0", "xiso", "")
    },
    **dict.fromkeys(("iso88591", "is088591", "88591", "isolatin1", "ansi", "western"), "cp1252"),
    **dict.fromkeys(
        ("utf8mb4", "utf8mb3", "utf8n", "utf8bom", "uft8", "utf", "xutf8", "unicodeutf8"), "utf-8"
    ),
    **dict.fromkeys(("koi8", "koi8ru", "xkoi8r", "koi8r"), "koi8-r"),
    **dict.fromkeys(("xeucjp", "eucjp", "ujis"), "euc_jp"),
    **dict.fromkeys(("xsjis", "shiftjis", "shiftjisx0213", "mskanji", "windows31j"), "cp932"),
    **dict.fromkeys(("gb18030", "gb2312", "gbk", "xgbk", "cp936", "euccn"), "gb18030"),
    **dict.fromkeys(("euckr", "ksc5601", "ksc56011987", "uhc", "xwindows949"), "cp949"),
}
_NOT_TEXT: Final = frozenset(
    "utf-7 hz-gb-2312 iso-2022-kr iso-2022-cn replacement base64 hex rot13 rot-13 bz2 zlib uu quopri"
    " punycode idna"
    " unicode-escape raw-unicode-escape undefined mbcs oem utf-32 utf-32-le utf-32-be utf-8-sig".split()
)


def codec_of(label: str) -> str:
    """Python's codec for an encoding label, or '' for one that no browser takes. One that is misspelt is read
    as what it means: no page is better for its text being unreadable."""
    name = label.strip().strip("\"'").lower().removeprefix("charset=")
    return _lookup(_LABELS.get(name, name)) or _lookup(_SQUEEZED.get(_SPACE.sub("", name), ""))


def _lookup(name: str) -> str:
    if not name or name.replace("_", "-") in _NOT_TEXT:
        return ""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError, UnicodeError):
        return ""
    return _LABELS.get(found.replace("_", "-"), found)


def decode(body: bytes, header: str = "") -> bytes:
    """A page as UTF-8, which nearly every one is already; bytes that are UTF-8 are hardly ever anything else.
    Never fails: what is no character becomes U+FFFD."""
    if not (body.isascii() or _is_utf8(body)) or _may_claim_more(body):
        return _decoded(body, header).encode()
    return body


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _may_claim_more(body: bytes) -> bool:
    """Whether bytes that are UTF-8 begin with its mark, or may be ISO-2022-JP, or UTF-16 without a mark."""
    return body.startswith(codecs.BOM_UTF8) or b"\x1b" in body or b"\x00" in body[:_WIDE]


def _decoded(body: bytes, header: str) -> str:
    """The text of a page that is not plainly UTF-8."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    wide = codec_of(header) if header else ""
    if wide in _UTF_16 and _has_zeros(body, wide):
        return body.decode(wide, "replace")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(_claimed(body, header) or guess(body), "replace")
    if "\x1b" in text and (codec_of(header) if header else _meta_codec(body)) == "iso2022_jp":
        return body.decode("iso2022_jp", "replace")
    return text


def _has_zeros(body: bytes, codec: str) -> bool:
    """Whether markup stands in the body as UTF-16 writes it: the other half of ASCII characters is zero."""
    start = body[:_WIDE]
    return start[1 if codec == "utf-16-le" else 0 :: 2].count(0) > len(start) // 8


def _claimed(body: bytes, header: str) -> str:
    """The codec that the header or the page claims, unless it claims UTF-8, which the bytes are not."""
    for codec in (codec_of(header) if header else "", _meta_codec(body)):
        if codec and codec != "utf-8" and codec not in _UTF_16:
            return codec
    return ""


def _meta_codec(body: bytes) -> str:
    start = body[:_PRESCAN]
    found = _META.search(start) or _XML.search(start)
    if found is None:
        return ""
    codec = codec_of(found[1].decode("ascii", "replace"))
    return "utf-8" if codec.startswith("utf-16") else codec  # a meta in ASCII is not UTF-16 (13.2.3.3)
