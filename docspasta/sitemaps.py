"""Sitemaps (sitemaps.org: XML, index files, text; gzip) and llms.txt: bytes in, URLs out. Pure.

No DTD is ever read: a document type declaration ends the parse. What a damaged or cut file held before
its end still counts, and `complete` says that it was not the whole.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from html import unescape
from xml.parsers import expat

from .urls import BadUrl, canonical

MAX_ENTRIES = 50_000
MAX_NESTING = 3  # an index inside an index inside an index
MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 32  # elements inside elements
MAX_LLMS_LINKS = 5_000
MAX_LASTMOD = 40  # characters; a W3C date and time has 35 at most
GZIP = b"\x1f\x8b"
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0")
BEFORE_XML = b"\xef\xbb\xbf \t\r\n"  # templates leave blank lines there, where XML allows nothing
HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.I)
BEGIN = re.compile(rb"<\?xml\s|<(?:\w+:)?(?:urlset|sitemapindex|rss|feed)[\s>]", re.I)
LATEST_BEGIN = 4_096  # bytes of comments and warnings that a server's templates put before it
ENTRY = re.compile(
    r"<(?:\w+:)?(?P<kind>url|sitemap)>\s*<(?:\w+:)?loc>\s*(?:<!\[CDATA\[)?(?P<url>[^<>\]]{1,2048})", re.I
)
MARKDOWN_LINK = re.compile(
    r"\[[^\[\]\n]{0,500}\]\(\s*<?(?P<inline>[^\s()<>]{1,2048}(?:\([^\s()<>]{0,500}\)[^\s()<>]{0,500})?)>?"
    r"|^[ ]{0,3}\[[^\[\]\n]{1,500}\]:[ \t]*<?(?P<named>[^\s<>]{1,2048})"
    r"|(?P<bare>https?://[^\s()<>\[\]`\"']{1,2048})",
    re.M,
)
AFTER = ".,;:!?*_"  # a sentence's marks behind a bare address


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists, in its order, each URL once: absolute and canonical."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    complete: bool = True  # False: damaged, cut, or more than 50,000 entries
    detail: str = ""  # why it is not complete
    lastmods: tuple[str, ...] = ()  # as written, of each of `pages`, '' for none; empty if no page has one


def read(body: bytes, url: str) -> Sitemap:
    """The sitemap in `body`, which may be gzipped; `url` is its own. Never raises."""
    body, whole = gunzip(body, MAX_BYTES)
    if body.startswith(GZIP):  # packed by the site, and once more by its server
        body, inner = gunzip(body, MAX_BYTES)
        whole = whole and inner
    start = body[:1024].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    if HTML.match(start):  # the site's page for a missing address, with status 200
        return Sitemap()
    found = _Entries(url)
    if not whole:
        found.detail = "the file is longer than 10 MiB or its gzip is broken"
    begin = BEGIN.search(body, 0, LATEST_BEGIN)
    if start.startswith(b"<") or begin is not None:
        found.parse_xml(body[begin.start() :] if begin is not None else _from_start(body))
    else:
        found.parse_text(body)
    lastmods = tuple(found.lastmods.get(page, "") for page in found.pages) if found.lastmods else ()
    return Sitemap(tuple(found.pages), tuple(found.sitemaps), not found.detail, found.detail, lastmods)


def _from_start(body: bytes) -> bytes:
    return body if body.startswith(UTF_16) else body.lstrip(BEFORE_XML)


def gunzip(body: bytes, limit: int) -> tuple[bytes, bool]:
    """`body` without its gzip layer, at most `limit` bytes; and whether that is all of it."""
    if not body.startswith(GZIP):
        return body[:limit], len(body) <= limit
    decoder = zlib.decompressobj(wbits=31)
    try:
        plain = decoder.decompress(body, limit)
    except zlib.error:
        return _salvage(body, limit), False
    return plain, decoder.eof


def _salvage(body: bytes, limit: int) -> bytes:
    """What a broken gzip still yields before its fault."""
    decoder, plain = zlib.decompressobj(wbits=31), bytearray()
    for start in range(0, len(body), 256):
        try:
            plain += decoder.decompress(body[start : start + 256], limit - len(plain))
        except zlib.error:
            break
        if len(plain) >= limit:
            break
    return bytes(plain)


class _Stop(Exception):
    """Ends a parse: nothing more of this file counts."""


@dataclass
class _Entries:
    """The entries of one file as they are found."""

    url: str
    pages: dict[str, None] = field(default_factory=dict)
    sitemaps: dict[str, None] = field(default_factory=dict)
    lastmods: dict[str, str] = field(default_factory=dict)
    page: str = ""  # of the entry that is read
    lastmod: str = ""
    detail: str = ""
    path: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    linked: bool = False  # whether the feed's entry has said its link
    permanent: bool = True  # whether its guid is one

    def parse_text(self, body: bytes) -> None:
        """One URL a line (UTF-8), or the path of one."""
        for line in map(str.strip, body.decode("utf-8-sig", "replace").splitlines()):
            if line.startswith(("http://", "https://", "/", "./")) and len(line.split()) == 1:
                try:
                    self.add(self.pages, line)
                except _Stop:
                    return

    def parse_xml(self, body: bytes) -> None:
        """`urlset/url/loc`, `sitemapindex/sitemap/loc`, and feeds' links, whatever their namespace."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = self.doctype
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        try:
            parser.Parse(body, True)
        except _Stop:
            pass
        except (expat.ExpatError, ValueError) as error:
            self.detail = self.detail or f"the XML is broken: {str(error)[:100]}"
            self.salvage(body)

    def salvage(self, body: bytes) -> None:
        """The entries of a file that is no XML: an `&` in an address, an entity of HTML."""
        for entry in ENTRY.finditer(body.decode("utf-8", "replace")):
            try:
                is_index = entry["kind"].lower() == "sitemap"
                self.add(self.sitemaps if is_index else self.pages, unescape(entry["url"]))
            except _Stop:
                return

    def doctype(self, _name: str, system: str | None, _public: str | None, has_subset: bool) -> None:
        if not has_subset and system is None:  # only a name: nothing hangs on it
            return
        self.detail = "the file declares a document type, which is not read"
        raise _Stop

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name.rpartition(":")[2].lower())
        self.text.clear()
        if len(self.path) > MAX_DEPTH:
            self.detail = "the XML is nested too deeply"
            raise _Stop
        if self.path[-1] == "item":
            self.linked = False
        if self.path[-1] == "guid":
            self.permanent = attributes.get("isPermaLink", "true").lower() == "true"
        if self.path[-2:] == ["entry", "link"] and attributes.get("rel", "alternate") == "alternate":
            self.add(self.pages, attributes.get("href", ""))

    def characters(self, text: str) -> None:
        self.text.append(text)

    def end(self, _: str) -> None:
        match self.path[-2:]:
            case ["item", "guid"] if not self.linked and self.permanent:
                if (address := "".join(self.text)).lstrip().startswith("http"):
                    self.add(self.pages, address)
            case ["url", "loc"] if self.path[:1] != ["sitemapindex"]:
                self.page = self.add(self.pages, "".join(self.text))
            case ["url", "lastmod"]:
                self.lastmod = "".join(self.text).strip()[:MAX_LASTMOD]
            case [*_, "url"]:
                if self.page and self.lastmod:
                    self.lastmods[self.page] = self.lastmod
                self.page = self.lastmod = ""
            case ["item", "link"]:
                self.linked = True
                self.add(self.pages, "".join(self.text))
            case ["sitemap", "loc"] | ["url", "loc"]:
                self.add(self.sitemaps, "".join(self.text))
        self.path.pop()
        self.text.clear()

    def add(self, where: dict[str, None], text: str) -> str:
        """The URL as it was added, '' for what is none."""
        try:
            where.setdefault(added := canonical(text.strip(), self.url))
        except BadUrl:
            return ""
        if len(self.pages) + len(self.sitemaps) > MAX_ENTRIES:
            where.popitem()
            self.detail = f"the file has more than {MAX_ENTRIES} entries"
            raise _Stop
        return added


def llms_links(body: bytes, url: str) -> tuple[str, ...]:
    """The pages that an llms.txt (llmstxt.org) links to, in its order, each once, at most 5,000.

    By that convention a page's Markdown stands at its own address with `.md` appended (`index.html.md`
    for a directory); the page itself is what is wanted here.
    """
    text = body[:MAX_BYTES].decode("utf-8-sig", "replace")
    found: dict[str, None] = {}
    for match in MARKDOWN_LINK.finditer(text):
        try:
            target = canonical(match["inline"] or match["named"] or match["bare"].rstrip(AFTER), url)
        except BadUrl:
            continue
        found.setdefault(_page_of(target))
        if len(found) == MAX_LLMS_LINKS:
            break
    return tuple(found)


def _page_of(url: str) -> str:
    before, mark, after = url.partition("?")
    if before.endswith("/index.html.md"):
        before = before.removesuffix("index.html.md")
    return before.removesuffix(".md") + mark + after
