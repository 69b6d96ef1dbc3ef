"""VitePress, default theme (1.6)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.custom-block", Role.ADMONITION),
    ("p.custom-block-title", Role.TITLE),
    ("details.custom-block", Role.DETAILS),
    ("button.copy", Role.DROP),
    ("span.lang", Role.DROP),
    ("div.vp-code-group", Role.BLOCK),
    ("div.tabs", Role.TABLIST),
    ("div.blocks", Role.PANELS),
    ("div.line-numbers-wrapper", Role.DROP),
    ("section.footnotes", Role.NOTES),
    ("hr.footnotes-sep", Role.DROP),
    ("sup.footnote-ref", Role.NOTE_REF),
    ("nav.table-of-contents", Role.DROP),
    ("span.name", Role.BLOCK),  # of the home page's heading
    ("span.text", Role.BLOCK),
)

FAMILY = Family(
    name="vitepress",
    generators=("vitepress",),
    marks=("__VP_HASH_MAP__",),
    content=("div.VPHome", "div.vp-doc", "main", "div.VPContent"),
    rows=ROWS,
    navigation=("aside.VPSidebar a[href]", ".VPSidebar a[href]"),
    code=CodeRules("", ".diff", False),
)
