"""The site as a table of answers: path to status, headers and body. Pure, but for reading its own files."""

from __future__ import annotations

import html
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from string import Template

HERE = files("docspasta.sample")
REDIRECTS = {"/guide/cupboards.html": "/guide/shelves.html"}
# A second address of a page, as sites keep them for old links.
SAME = {"/questions.html": "faq"}
UNLISTED = {"release-policy": "Release policy", "internal/notes": "Notes"}
ROBOTS = "User-agent: *\nDisallow: /internal/\nSitemap: {origin}/sitemap.xml\n"


@dataclass(frozen=True)
class Entry:
    """A line of the contents. `name` is the page's path without `.html`; depth is 0 or 1."""

    name: str
    title: str
    depth: int

    @property
    def path(self) -> str:
        """The page's address on the site."""
        return address(self.name)


@dataclass(frozen=True)
class Answer:
    """What the site says to a GET."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@cache
def contents() -> tuple[Entry, ...]:
    """The pages in reading order, from contents.txt."""
    entries = []
    for line in HERE.joinpath("contents.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, title = line.strip().split("\t")
            entries.append(Entry(name, title, 1 if line.startswith(" ") else 0))
    return tuple(entries)


def address(name: str) -> str:
    """`guide/index` is /guide/, `guide/items` is /guide/items.html."""
    return f"/{name.removesuffix('index')}" if name.split("/")[-1] == "index" else f"/{name}.html"


def answers(origin: str) -> dict[str, Answer]:
    """Every address of the site; all others are 404. `origin` stands in canonical links and the sitemap."""
    site: dict[str, Answer] = {}
    for entry in (*contents(), *(Entry(name, title, 0) for name, title in UNLISTED.items())):
        site[entry.path] = page(entry, origin)
        if entry.path.endswith("/"):
            site[f"{entry.path}index.html"] = site[entry.path]
    for path, name in SAME.items():
        site[path] = site[address(name)]
    for path, target in REDIRECTS.items():
        site[path] = Answer(301, headers={"Location": target})
    for asset in HERE.joinpath("assets").iterdir():
        kind = mimetypes.guess_type(asset.name)[0] or "application/octet-stream"
        site[f"/assets/{asset.name}"] = Answer(200, asset.read_bytes(), {"Content-Type": kind})
    site["/robots.txt"] = text(ROBOTS.format(origin=origin), "text/plain")
    site["/sitemap.xml"] = text(sitemap(origin), "application/xml")
    return site


def text(body: str, kind: str) -> Answer:
    """A text in UTF-8."""
    return Answer(200, body.encode(), {"Content-Type": f"{kind}; charset=utf-8"})


def page(entry: Entry, origin: str) -> Answer:
    """One page in its layout. Links are relative, as documentation generators write them."""
    body = HERE.joinpath("pages", f"{entry.name}.html").read_text("utf-8")
    root = "../" * entry.name.count("/")
    before, after = neighbours(entry)
    layout = Template(HERE.joinpath("layout.html").read_text("utf-8"))
    filled = layout.substitute(
        title=html.escape(entry.title),
        description=html.escape(f"{entry.title}: documentation of Larder 2.3"),
        canonical=origin + entry.path,
        root=root or "./",
        navigation=navigation(entry, root),
        breadcrumbs=breadcrumbs(entry, root),
        relations=each(relation, {"prev": before, "next": after}, root),
        turn=each(turn, {"Previous": before, "Next": after}, root),
        body=body,
    )
    return text(filled, "text/html")


def neighbours(entry: Entry) -> tuple[Entry | None, Entry | None]:
    """The pages before and after in reading order."""
    order = contents()
    if entry not in order:
        return None, None
    at = order.index(entry)
    return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)


def link(entry: Entry, root: str) -> str:
    """The relative address of a page from one whose way to the top is `root`."""
    return (root + entry.path[1:]) or "./"


def each(write: Callable[[str, Entry, str], str], entries: dict[str, Entry | None], root: str) -> str:
    """What `write` makes of each entry that there is."""
    return "\n".join(write(kind, entry, root) for kind, entry in entries.items() if entry is not None)


def relation(kind: str, entry: Entry, root: str) -> str:
    return f'<link rel="{kind}" href="{link(entry, root)}">'


def turn(kind: str, entry: Entry, root: str) -> str:
    return f'<a rel="{kind[:4].lower()}" href="{link(entry, root)}">{kind}: {html.escape(entry.title)}</a>'


def navigation(here: Entry, root: str) -> str:
    """The sidebar: sections and, inside each, its pages."""
    lines = ["<ul>"]
    depth = 0
    for entry in contents():
        while depth < entry.depth:
            lines.append("<ul>")
            depth += 1
        while depth > entry.depth:
            lines.append("</ul></li>")
            depth -= 1
        current = ' aria-current="page"' if entry == here else ""
        lines.append(f'<li><a href="{link(entry, root)}"{current}>{html.escape(entry.title)}</a>')
    return "\n".join([*lines, "</ul>"])


def breadcrumbs(entry: Entry, root: str) -> str:
    """Home, the section and the page."""
    section = next((other for other in contents() if other.name == f"{entry.name.split('/')[0]}/index"), None)
    crumbs = [f'<a href="{root or "./"}">Larder</a>']
    if section is not None and section != entry:
        crumbs.append(f'<a href="{link(section, root)}">{html.escape(section.title)}</a>')
    return " › ".join([*crumbs, html.escape(entry.title)])


def sitemap(origin: str) -> str:
    """The pages that robots.txt allows (sitemaps.org 0.9)."""
    pages = [entry.path for entry in contents()] + [address("release-policy")]
    urls = "".join(f"<url><loc>{html.escape(origin + path)}</loc></url>" for path in pages)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>\n'
    )
