"""What bytes are that are not UTF-8 and say nothing of themselves: by the language of the page, by what each
encoding makes of them, by the letters that are frequent. Asked of hardly any page."""

from __future__ import annotations

import re

_LANGUAGE = re.compile(rb"<html[^>]{0,300}?\slang\s*=\s*[\"']?\s*([A-Za-z]{2,3})(?:[-_](\w{2,4}))?", re.I)
_TAGS = re.compile(rb"<[^>]*>")
_RUN = re.compile(rb"[\xa1-\xff]{3,}")
_LOOKED_AT = 100_000  # bytes
_ENOUGH = 0.5  # share of the bytes above ASCII that stand in runs, in a script that is not Latin
_BY_LANGUAGE = {
    **dict.fromkeys("ru uk bg be sr mk kk".split(), ("cyrillic",)),
    **dict.fromkeys("pl cs sk hu ro hr sl bs sq".split(), ("central",)),
    "ja": ("euc_jp", "cp932"), "ko": ("cp949",), "zh": ("gb18030", "big5hkscs"), "el": ("cp1253",),
    "he": ("cp1255",), "iw": ("cp1255",), "ar": ("cp1256",), "fa": ("cp1256",), "ur": ("cp1256",),
    "tr": ("cp1254",), "az": ("cp1254",), "lt": ("cp1257",), "lv": ("cp1257",), "et": ("cp1257",),
    "th": ("cp874",), "vi": ("cp1258",),
}  # fmt: skip
_TRADITIONAL = frozenset(("tw", "hk", "mo", "hant"))
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_COMMON = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")
# The bytes of the letters that are most frequent in Russian (а е и о in Windows-1251) and in Greek (α ε ι ο).
_RUSSIAN, _GREEK = frozenset(b"\xe0\xe5\xe8\xee"), frozenset(b"\xe1\xe5\xe9\xef")


def guess(body: bytes) -> str:
    """Python's codec for a page that is not plainly UTF-8 and claims no other."""
    sample = body[:_LOOKED_AT]
    text = sample.decode("utf-8", "replace")
    high = sum(1 for char in text if char > "\x7f")
    if text.count("\ufffd") * 4 < high:  # UTF-8 with slips
        return "utf-8"
    return _by_language(sample) or _by_script(_TAGS.sub(b" ", sample)) or "cp1252"


def _by_language(sample: bytes) -> str:
    found = _LANGUAGE.search(sample)
    if found is None:
        return ""
    codecs = _BY_LANGUAGE.get(found[1].decode().lower(), ())
    if (found[2] or b"").decode("ascii", "replace").lower() in _TRADITIONAL:
        codecs = codecs[::-1]
    for codec in codecs:
        if codec == "cyrillic":
            return _cyrillic(sample)
        if codec == "central":
            return _central(sample)
        if _decoded(sample, codec):
            return codec
    return ""


def _by_script(sample: bytes) -> str:
    """The encoding of a text whose letters are hardly ever ASCII; '' for one in Latin letters."""
    runs = _RUN.findall(sample)
    high = sum(1 for byte in sample if byte > 0xA0)
    if sum(map(len, runs)) < _ENOUGH * high:
        return "cp932" if _share(_KANA, _decoded(sample, "cp932")) > 0.1 else ""
    for codec, letters, least in (("euc_jp", _KANA, 0.15), ("cp949", _HANGUL, 0.85), ("cp932", _KANA, 0.15)):
        if _share(letters, _decoded(sample, codec)) > least:
            return codec
    joined = b"".join(runs)
    if _counted(joined, _RUSSIAN) + _counted(joined, _GREEK) > len(joined) / 5:
        return "cp1251" if _counted(joined, _RUSSIAN) > _counted(joined, _GREEK) else "cp1253"
    chinese = _share(_COMMON, _decoded(sample, "gb18030"))
    if chinese > 0.8 and _is_frequent(joined):
        return "gb18030"
    if _share(_COMMON, _decoded(sample, "big5hkscs")) > 0.8:
        return "big5hkscs"
    return _cyrillic(sample)


def _decoded(sample: bytes, codec: str) -> str:
    """The text, without a character that the sample may have been cut in; '' for bytes that are none."""
    for end in range(4):
        try:
            return sample[: len(sample) - end].decode(codec)
        except UnicodeDecodeError as error:
            if error.start < len(sample) - 8:
                return ""
    return ""


def _share(letters: re.Pattern[str], text: str) -> float:
    """The share of such letters among those that are not ASCII."""
    other = sum(1 for char in text if char > "\x7f")
    return len(letters.findall(text)) / other if other else 0.0


def _counted(sample: bytes, wanted: frozenset[int]) -> int:
    return sum(1 for byte in sample if byte in wanted)


def _is_frequent(joined: bytes) -> bool:
    """Whether most of the first bytes are those of the frequent characters of GB2312."""
    first = joined[::2]
    return sum(1 for byte in first if 0xA1 <= byte <= 0xD7) > 0.8 * len(first)


def _cyrillic(sample: bytes) -> str:
    """Most letters are small: those of Windows-1251 have the last codes, those of KOI8 the ones before."""
    last = sum(1 for byte in sample if byte >= 0xE0)
    before = sum(1 for byte in sample if 0xC0 <= byte < 0xE0)
    return "cp1251" if last >= before else "koi8_u"


def _central(sample: bytes) -> str:
    """Letters of ISO 8859-2 stand where Windows-1250 has signs."""
    signs = sum(1 for byte in sample if byte in b"\xa1\xa6\xac\xb1\xb6\xbc")
    windows = sum(1 for byte in sample if 0x80 <= byte < 0xA0 or byte in b"\xa5\xb9")
    return "iso8859_2" if signs > windows else "cp1250"
