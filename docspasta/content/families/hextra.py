"""Hextra, a theme of Hugo (layouts of 0.12 and of before its prefix `hx:`)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("a.subheading-anchor", Role.PERMALINK),
    ("div.hextra-code-filename", Role.CAPTION),
    ("div.filename", Role.CAPTION),
    ("div.hextra-code-copy-btn-container", Role.DROP),
    ("div.hextra-tabs-panel", Role.PANEL),
    ("button.hextra-filetree-folder", Role.TRANSPARENT),
    ("div.hextra-page-context-menu", Role.DROP),
)

FAMILY = Family(
    name="hextra",
    signs=("hextra-nav-container", "hextra-sidebar-container", "hextra-max-page-width", "hextra-toc"),
    content=("#content div.content", "#content", "article"),
    rows=ROWS,
    navigation=(
        "aside.hextra-sidebar-container a[href]",
        "aside.sidebar-container a[href]",
    ),
    code=CodeRules("button,.lnt,.ln", "", False),
)
