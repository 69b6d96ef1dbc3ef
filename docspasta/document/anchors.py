"""Where links inside the document lead: one anchor a page, made from its URL, and one a linked id. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from docspasta import urls

MAX_ANCHOR = 80  # characters
_SUFFIX = re.compile(r"\.(?:x?html?|php|aspx?|md)$", re.IGNORECASE)
_PLAIN = re.compile(r"[^\w.:-]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def page_anchor(url: str) -> str:
    """`/guide/install.html` gives `guide-install`: letters and digits, with single hyphens."""
    text = unquote(f"{_SUFFIX.sub('', urls.path(url))} {urls.query(url)} {urls.route(url)}")
    anchor = _BETWEEN_WORDS.sub("-", text.lower()).strip("-") or "index"
    if len(anchor) > MAX_ANCHOR:
        digest = hashlib.blake2b(url.encode(), digest_size=4).hexdigest()
        anchor = f"{anchor[: MAX_ANCHOR - 9].rstrip('-')}-{digest}"
    return anchor


def page_anchors(found: Iterable[str]) -> Iterator[str]:
    """An anchor for each URL, each once: the second of a kind ends in `-2`, in the order given."""
    taken: set[str] = set()
    for url in found:
        plain = anchor = page_anchor(url)
        number = 1
        while anchor in taken:
            number += 1
            anchor = f"{plain}-{number}"
        taken.add(anchor)
        yield anchor


def id_anchor(page: str, html_id: str) -> str:
    """The anchor of an HTML id (decoded) on a page. The double hyphen keeps it apart from every page's."""
    return f"{page}--" + _PLAIN.sub(lambda found: f"_{ord(found[0]):x}_", html_id)
