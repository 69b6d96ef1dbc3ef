"""read_page: bytes of HTML in, Page out. Never raises; work is linear in the size of the page."""

from __future__ import annotations

import hashlib

from selectolax.lexbor import LexborHTMLParser, LexborNode

from docspasta.urls import BadUrl, canonical

from .page import Heading, Link, Options, Page, Placement

_DROP = frozenset({"script", "style", "template", "noscript", "svg", "iframe", "nav", "header", "footer", "aside"})
_BLOCK = frozenset({"p", "div", "section", "article", "ul", "ol", "dl", "dt", "dd", "table", "tr", "blockquote"})
_CONTENT = "main, article, [role=main], div.body, div.document, #content, body"


def read_page(body: bytes, url: str, charset: str = "", options: Options | None = None) -> Page:
    """The page that `body` is. `charset` is the HTTP Content-Type's, or ''."""
    options = options or Options()
    try:
        text = body.decode(charset or "utf-8", "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    tree = LexborHTMLParser(text)
    title, language = _head(tree)
    root = tree.css_first(_CONTENT) or tree.root
    if root is None:
        return Page(url=url, reason="empty")
    writer = _Writer(url)
    writer.walk(root)
    markdown = "".join(writer.out).strip("\n") + "\n"
    words = len(markdown.split())
    links = _links(tree, url)
    if words < options.min_words:
        return Page(url=url, reason="empty", links=links, words=words)
    return Page(
        url=url,
        markdown=markdown,
        placements=tuple(writer.placements),
        headings=tuple(writer.headings),
        anchors=tuple(writer.anchors),
        links=links,
        navigation=tuple(link.url for link in links if link.navigation),
        content_hash=hashlib.blake2b(markdown.encode(), digest_size=16).hexdigest(),
        words=words,
        tokens=(len(markdown.encode()) + 3) // 4,
        title=title,
        language=language,
    )


def _head(tree: LexborHTMLParser) -> tuple[str, str]:
    title = tree.css_first("title")
    html = tree.css_first("html")
    language = (html.attributes.get("lang") or "") if html else ""
    return " ".join(title.text().split()) if title else "", language


def _links(tree: LexborHTMLParser, url: str) -> tuple[Link, ...]:
    nav = {n.mem_id for n in tree.css("nav a[href]")}
    found: dict[str, Link] = {}
    for node in tree.css("a[href]"):
        try:
            target = canonical(node.attributes.get("href") or "", url)
        except BadUrl:
            continue
        rel = (node.attributes.get("rel") or "").lower().split()
        found.setdefault(target, Link(target, "nofollow" in rel, node.mem_id in nav))
        if len(found) >= 5000:
            break
    return tuple(found.values())


class _Writer:
    def __init__(self, url: str) -> None:
        self.url = url
        self.out: list[str] = []
        self.size = 0  # UTF-8 bytes written
        self.placements: list[Placement] = []
        self.headings: list[Heading] = []
        self.anchors: list[tuple[str, int]] = []

    def put(self, text: str) -> None:
        if text:
            self.out.append(text)
            self.size += len(text.encode())

    def line(self) -> None:
        if self.out and not self.out[-1].endswith("\n\n"):
            self.put("\n\n")

    def walk(self, root: LexborNode) -> None:
        stack: list[LexborNode | str] = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                self.line() if node == "\n" else self.put(node)
            elif node.is_text_node:
                text = node.text_content or ""
                joined = " ".join(text.split())
                lead, tail = text[:1].isspace(), joined and text[-1:].isspace()
                self.put(" " * bool(lead) + joined + " " * bool(tail))
            elif node.tag not in _DROP:
                self.element(node, stack)

    def element(self, node: LexborNode, stack: list[LexborNode | str]) -> None:
        tag, attributes = node.tag or "", node.attributes
        if attributes.get("id"):
            self.anchors.append((attributes["id"] or "", self.size))
        if tag == "pre":
            self.line()
            self.put("```\n" + node.text().strip("\n") + "\n```\n\n")
            return
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.line()
            text = " ".join(node.text().split()).rstrip("¶# ")
            self.headings.append(Heading(int(tag[1]), text, attributes.get("id") or "", self.size))
            self.put("#" * int(tag[1]) + " " + text + "\n\n")
            return
        if tag == "code":
            self.put("`" + node.text().replace("`", "'") + "`")
            return
        if tag == "a" and attributes.get("href"):
            self.link(attributes["href"] or "", " ".join(node.text().split()))
            return
        if tag in _BLOCK or tag == "li":
            self.line()
            stack.append("\n")
        if tag == "li":
            self.put("- ")
        stack.extend(reversed(list(node.iter(include_text=True))))

    def link(self, href: str, text: str) -> None:
        try:
            target = canonical(href, self.url)
        except BadUrl:
            self.put(text)
            return
        fragment = href.partition("#")[2]
        full = target + ("#" + fragment if fragment else "")
        self.put("[" + text.replace("]", "\\]") + "](")
        self.placements.append(Placement(self.size, len(full.encode()), target, fragment))
        self.put(full + ")")
