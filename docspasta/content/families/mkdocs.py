"""MkDocs: its own themes, Read the Docs, Material, Terminal, Cinder; Python-Markdown and pymdown-extensions,
mkdocstrings (MkDocs 1.6, Material 9)."""

from ..admonition_kinds import KINDS
from ..code import CodeRules
from ..family import Family, Role, Row

_FOLDED: tuple[Row, ...] = tuple(
    (f"details.{kind}", Role.ADMONITION)
    for kinds in KINDS.values()
    for kind in kinds.split()
    if kind != "details"
)
ROWS: tuple[Row, ...] = (
    ("a.md-content__button", Role.DROP),
    ("nav.md-tags", Role.DROP),
    ("div.md-source-file", Role.DROP),
    ("aside.md-source-file", Role.DROP),
    ("form.md-feedback", Role.DROP),
    ("div.md-social__link", Role.DROP),
    *_FOLDED,
    ("span.filename", Role.CAPTION),
    ("div.footnote", Role.NOTES),
)

FAMILY = Family(
    name="mkdocs",
    generators=("mkdocs", "zensical"),
    marks=("MkDocs version :", "mkdocs_page_name", "shortcuts = {"),
    content=("article.md-content__inner|section#mkdocs-terminal-content|div[role=main]", "[role=main]"),
    rows=ROWS,
    navigation=(
        "nav.md-nav--primary a.md-nav__link[href]",
        "div.wy-menu a[href]",
        "aside nav a[href]",
        "ul.navbar-nav a[href]",
    ),
    code=CodeRules(".linenos,.lineno,button", "", False),
)
