"""Where a crawl starts, from what a person typed or pasted: one rule for command line, page and REST. Pure.

    start_url("docs.example.org/guide")  ->  "https://docs.example.org/guide"
    start_url("localhost:8000")          ->  "http://localhost:8000/"

A scheme may be missing, a sentence may stand around the address, a page of a Git host may be meant to be its
file. What can be no start is refused with what to do instead.
"""

from __future__ import annotations

import re
from ipaddress import ip_address

from .urls import BadUrl, canonical, hostname, origin, path, path_and_query, suffix

LOCAL_NAMES = ("localhost", "local", "internal", "lan", "home.arpa", "test")
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(?=//|[^0-9/]|/)", re.I)
WEB = re.compile(r"^(?:view-source:)?(https?)(?::/*|//+)(?=[^/\s])", re.I)
# `host`, `host:port` or an IPv6 address, up to the path; a name without a dot is one only with a port
HOST = re.compile(
    r"^(?:(?:[^\s/?#:@.]+\.)+[^\s/?#:@.]{2,}\.?|localhost|\d[\d.]*|\[[0-9a-f:.]+\])(?::\d+)?(?=[/?#]|$)"
    r"|^[\w-]+:\d+(?=[/?#]|$)",
    re.I,
)
GIT_ADDRESS = re.compile(r"^(?:git@|ssh://git@|git://)([^:/]+)[:/](.+?)(?:\.git)?/?$")
# A link as it is written in Markdown: `[Valve](https://docs.example.org/ "The docs")`
MARKDOWN_LINK = re.compile(
    r"\[[^\[\]]{0,500}\]\(\s*<?(?P<url>[^\s<>()]{1,2000}(?:\([^\s<>()]{0,500}\)[^\s<>()]{0,500})?)>?"
    r"(?:\s[^()]{0,500})?\)"
)
AROUND = "<>\"'`“”‘’«»"
AFTER = ".,;:!?…" + AROUND
PAIRS = {")": "(", "]": "[", "}": "{"}
# Pages of Git hosts that show a file: `/owner/repository/blob/main/README.md`
GIT_FILE = re.compile(
    r"^(?P<project>(?:/[^/]+){2,}?)(?P<mark>/-)?/(?P<word>blob|src/(?:branch|tag|commit))/(?P<rest>[^/]+/.+)$"
)
TEXTS = frozenset(("md", "markdown", "txt"))
FILES = {
    "pdf": "a PDF is not read; give the address of the documentation's web pages",
    "epub": "a book file is not read; give the address of the documentation's web pages",
    "zip": "an archive is not opened; give the address of the documentation's web pages",
}
LISTING = re.compile(
    r"/(?:sitemap[\w.-]*\.xml(?:\.gz)?|[\w-]+[-_]sitemap[\w.-]*\.xml(?:\.gz)?|llms\.txt)$", re.I
)


def start_url(typed: str, *, routes: bool = False) -> str:
    """The canonical URL that a crawl starts with; with `routes` it keeps its `#/route`. Raises BadUrl with a
    sentence for people."""
    url = canonical(_address(typed), routes=routes)
    if mistake := FILES.get(suffix(path(url))):
        raise BadUrl(f"{url[:200]!r}: {mistake}")
    return _file_of_git_host(url)


def lists_pages(url: str) -> bool:
    """Whether a start is no page but a list of pages: a sitemap or an llms.txt."""
    return LISTING.search(path(url)) is not None


def is_text(url: str) -> bool:
    """Whether a start is written in Markdown or as plain text: README.md, llms-full.txt."""
    return suffix(path(url)) in TEXTS and not lists_pages(url)


def _address(typed: str) -> str:
    """The address in what was typed, with a scheme."""
    words = MARKDOWN_LINK.sub(r" \g<url> ", typed.strip(" \t\r\n")).split()
    words = [word for word in map(_trimmed, words) if word]
    if not words:
        raise BadUrl("a URL is needed; write it like https://docs.example.org/")
    if len(words) == 1:
        return _with_scheme(words[0])
    found = [word for word in words if WEB.match(word) or _is_host(word)]
    if not found:
        raise BadUrl(
            f"{typed.strip()[:100]!r} is not a URL and holds no host name; write it like https://docs.example.org/"
        )
    if len(found) > 1:
        raise BadUrl(f"{typed.strip()[:100]!r} names {len(found)} addresses; write one URL")
    return _with_scheme(found[0])


def _trimmed(word: str) -> str:
    """A word without the quotes around it and a sentence's marks behind it; a bracket stays with its pair."""
    word = word.lstrip(AROUND + "(")
    while word and (word[-1] in AFTER or word.count(word[-1]) > word.count(PAIRS.get(word[-1], word[-1]))):
        word = word[:-1]
    return word


def _with_scheme(text: str) -> str:
    if web := WEB.match(text):
        return f"{web[1].lower()}://{text[web.end() :]}"
    if git := GIT_ADDRESS.match(text):
        return f"https://{git[1]}/{git[2]}"
    bare = text[2:] if text.startswith("//") else text
    if _is_host(bare):
        return f"{'http' if is_local(bare) else 'https'}://{bare}"
    if text.startswith(("/", "./", "../", "~", "file:")):
        raise BadUrl(
            f"{text[:100]!r} is a file on this machine; serve its folder (python -m http.server) and give "
            f"that address"
        )
    if SCHEME.match(text):
        return text
    raise BadUrl(f"{text[:100]!r} is not a URL; write it like https://docs.example.org/")


def _is_host(text: str) -> bool:
    return HOST.match(text) is not None and "@" not in text.partition("/")[0]


def is_local(address: str) -> bool:
    """Whether `host[:port][/…]` is this machine or its network, where pages are seldom served over TLS."""
    authority = re.split(r"[/?#]", address, maxsplit=1)[0].lower()
    name = authority[1:].partition("]")[0] if authority.startswith("[") else authority.partition(":")[0]
    try:
        return ip_address(name).is_private
    except ValueError:
        name = name.rstrip(".")
        return "." not in name or any(name.endswith("." + local) for local in LOCAL_NAMES)


def _file_of_git_host(url: str) -> str:
    """A text that a Git host shows among its buttons, as the file itself; any other URL as it is."""
    found = GIT_FILE.match(path(url))
    if found is None or suffix(path(url)) not in TEXTS or hostname(url).startswith("raw."):
        return url
    word = found["word"].replace("blob", "raw").replace("src/", "raw/")
    rest = path_and_query(url)[found.start("rest") :]
    return f"{origin(url)}{found['project']}{found['mark'] or ''}/{word}/{rest}"
