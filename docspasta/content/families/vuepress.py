"""VuePress, default themes (1.9, 2.0), with its plugins for tabs and hints."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.hint-container", Role.ADMONITION),
    ("p.hint-container-title", Role.TITLE),
    ("details.hint-container", Role.DETAILS),
    ("div.custom-block", Role.ADMONITION),
    ("p.custom-block-title", Role.TITLE),
    ("details.custom-block", Role.DETAILS),
    ("div.code-block-title-bar", Role.CAPTION),
    ("div.vp-code-tab-title", Role.DROP),
    ("div.vp-tab-title", Role.DROP),
    ("div.line-numbers", Role.DROP),
    ("div.line-numbers-wrapper", Role.DROP),
    ("div.highlight-lines", Role.DROP),
    ("div.table-of-contents", Role.DROP),
    ("nav.table-of-contents", Role.DROP),
    ("section.footnotes", Role.NOTES),
    ("hr.footnotes-sep", Role.DROP),
    ("sup.footnote-ref", Role.NOTE_REF),
    ("span.badge", Role.INLINE),
    ("footer.page-edit", Role.DROP),
    ("div.page-nav", Role.DROP),
    ("div.vp-footer", Role.DROP),
)

FAMILY = Family(
    name="vuepress",
    generators=("vuepress",),
    marks=("theme-default-content", "vp-theme-container"),
    content=("main.vp-home|main.home", "[vp-content]|div.theme-default-content", "main"),
    rows=ROWS,
    navigation=("aside.vp-sidebar a[href]", "aside.sidebar a[href]"),
    code=CodeRules("", "", False),
)
