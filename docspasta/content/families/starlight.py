"""Starlight (Astro) with Expressive Code (0.42)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("aside.starlight-aside", Role.ADMONITION),
    ("p.starlight-aside__title", Role.TITLE),
    ("a.sl-anchor-link", Role.DROP),
    ("div.sl-flex.copy", Role.NONE),  # the title and tagline of a home page
    ("div.flex.copy", Role.NONE),
    ("div.copy", Role.DROP),
    ("figcaption.header", Role.CAPTION),
    ("div.meta", Role.DROP),
    ("div.pagination-links", Role.DROP),
    ("p.title", Role.LABEL),
    ("span.description", Role.BLOCK),
    ("mobile-starlight-toc", Role.DROP),
    ("starlight-toc", Role.DROP),
)

FAMILY = Family(
    name="starlight",
    generators=("starlight",),
    marks=("starlight-theme", "sl-markdown-content"),
    content=("main",),
    rows=ROWS,
    navigation=("nav.sidebar a[href]", ".sidebar-pane a[href]"),
    code=CodeRules("", ".ins,.del", True),
)
