"""File names made from a job's start URL. Pure."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_UNSAFE = re.compile(r"[^\w.-]+")
_SUFFIX = re.compile(r"(?:^|/)(?:index|default)\.\w+$|\.(?:x?html?|php)$", re.IGNORECASE)
MAX_NAME = 180  # bytes of UTF-8, the suffix not counted; file systems take 255


def file_name(url: str, suffix: str = ".md") -> str:
    """`https://docs.example.org/guide/` gives `docs.example.org-guide.md`. Never hidden, never a path."""
    parts = urlsplit(url)
    text = f"{parts.netloc}/{_SUFFIX.sub('', unquote(parts.path))}"
    name = _UNSAFE.sub("-", text).strip("-.")
    short = name.encode()[:MAX_NAME].decode(errors="ignore").rstrip("-.")
    return (short or "document") + suffix
