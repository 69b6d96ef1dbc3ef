"""What a body is, whatever its Content-Type says: the first bytes of a file that is no text."""

from __future__ import annotations

import json
from typing import Final

_SIGNATURES: Final = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a", "a RAR archive"),
    (b"\x89PNG\r\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture, a sound or a film"),
    (b"OggS", "a sound or a film"),
    (b"ID3", "a sound"),
    (b"\x00\x00\x00\x18ftyp", "a film"),
    (b"\x00\x00\x00\x20ftyp", "a film"),
    (b"\x1aE\xdf\xa3", "a film"),
    (b"\x7fELF", "a program"),
    (b"\x00asm", "a program"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
)
_STARTS: Final = tuple(signature for signature, _ in _SIGNATURES)
_JSON: Final = 1 << 20  # bytes; what is longer is looked at as HTML
_LOOKED_AT: Final = 1_024
_MOST: Final = 0.1  # share of bytes that no text has
_FEW: Final = 8  # such bytes in a short text
# WHATWG MIME Sniffing, "binary data byte".
_BINARY: Final = bytes([*range(9), 11, *range(14, 27), *range(28, 32)])
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")


def no_text(body: bytes) -> str:
    """What a body is that is no text, as a noun with its article; '' for text of any encoding."""
    if body.startswith(_STARTS):
        return next(name for signature, name in _SIGNATURES if body.startswith(signature))
    start = body[:_LOOKED_AT]
    odd = len(start) - len(start.translate(None, _BINARY))
    if odd <= _FEW or odd <= _MOST * len(start) or start.startswith(_WIDE) or _is_utf_16(start):
        return ""
    return "binary data"


def is_json(body: bytes) -> bool:
    """Whether a body is a JSON object or array, as an API answers that calls all it says text/html."""
    text = body.strip() if body[:64].lstrip()[:1] in (b"{", b"[") and len(body) <= _JSON else b""
    if text[-1:] not in (b"}", b"]"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_utf_16(start: bytes) -> bool:
    """Whether every second byte is mostly zero, as in markup of two bytes a character."""
    half = len(start) // 2
    return half > 0 and max(start[::2].count(0), start[1::2].count(0)) > 0.3 * half
