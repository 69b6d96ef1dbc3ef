"""What a body is by its first bytes, whatever its headers say. Pure.

Servers name types by a file's suffix or not at all: what they call text/html may be a PDF, an archive or a
picture. Only unmistakable marks count; anything else may be text.
"""

from __future__ import annotations

import re

HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--(?:(?!-->).)*-->\s*)*"
    rb"(?:<!doctype\s+html\b|<html[\s>])",
    re.I | re.S,
)
GZIP = b"\x1f\x8b\x08"
ENOUGH = 512  # bytes that are looked at
MARKS = (
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"GIF87a", "a picture"),
    (b"GIF89a", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\0\0\x01\0", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
    (b"fLaC", "a sound"),
    (b"\x1a\x45\xdf\xa3", "a film"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\0asm", "a program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database"),
)
RIFF = {b"WEBP": "a picture", b"WAVE": "a sound", b"AVI ": "a film"}
WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")  # byte order marks of UTF-16 and UTF-32
CONTROLS = bytes(sorted({*range(32), 127} - {*b"\t\n\f\r\x1b"}))  # none of them stands in text


def kind_of(first: bytes) -> str:
    """What a body that begins so is, as part of a sentence; '' when it may be text."""
    head = first[:ENOUGH]
    for mark, kind in MARKS:
        if head.startswith(mark):
            return kind
    if head.startswith(b"RIFF"):
        return RIFF.get(head[8:12], "binary data")
    if head[4:8] == b"ftyp":
        return "a film or picture"
    if head[257:262] == b"ustar":
        return "a tar archive"
    return "binary data" if _is_binary(head) else ""


def begins_as_html(first: bytes) -> bool:
    """Whether a body is an HTML page by its first bytes: its declaration, its root, or XHTML's name."""
    return HTML.match(first[:ENOUGH]) is not None


def _is_binary(head: bytes) -> bool:
    """Whether a tenth is control characters. Not markup, nor UTF-16 and UTF-32, whose half or more is NUL."""
    if head.startswith(WIDE) or len(head) < 16 or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return False
    controls = len(head) - len(head.translate(None, CONTROLS))
    return controls * 10 > len(head) and not head.count(0) * 3 > len(head)
