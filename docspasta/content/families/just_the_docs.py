"""Just the Docs, a theme of Jekyll (a page of 0.10, _layouts and _includes of it)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("a.anchor-heading", Role.PERMALINK),
    ("h2.no_toc.text-delta", Role.DROP),
    ("p.highlight", Role.CALLOUT),
    ("p.new", Role.CALLOUT),
    ("p.fs-2.text-grey-dk-000", Role.DROP),
    ("blockquote.note-title", Role.ADMONITION),
    ("blockquote.warning-title", Role.ADMONITION),
    ("blockquote.important-title", Role.ADMONITION),
    ("blockquote.highlight-title", Role.ADMONITION),
    ("blockquote.new-title", Role.ADMONITION),
)

FAMILY = Family(
    name="just-the-docs",
    signs=(
        "just-the-docs.js",
        "just-the-docs-default.css",
        "just-the-docs-light.css",
        "just-the-docs-dark.css",
        "jtd-head-nav-stylesheet",
    ),
    content=("#main-content main", "#main-content"),
    drop=("#markdown-toc",),
    rows=ROWS,
    elements=(('blockquote[class$="-title"] > p:first-child', Role.TITLE),),
    navigation=("#site-nav a.nav-list-link[href]", "nav.site-nav a.nav-list-link[href]"),
    code=CodeRules("button,.lineno,.gutter", "", False),
)
