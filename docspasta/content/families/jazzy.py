"""jazzy, themes apple, fullwidth and jony (a class page of it, lib/jazzy/themes). Above each declaration it
says its language, which the block says, too."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.aside", Role.ADMONITION),
    ("p.aside-title", Role.TITLE),
    ("div.slightly-smaller", Role.DROP),
    ("div.pointer-container", Role.DROP),
    ("div.pointer", Role.DROP),
    ("ul.item-container", Role.LAYOUT_LIST),
    ("h3.section-name", Role.HEADING2),
    ("a.dashAnchor", Role.TRANSPARENT),
    ("span.declaration-note", Role.INLINE),
    ("table.graybox", Role.PARAMETERS),
    ("p.footer", Role.DROP),
    ("section.footer", Role.DROP),
)

FAMILY = Family(
    name="jazzy",
    signs=("jazzy.css", "jazzy.js"),
    content=("article.main-content|div.main-content|section.main-content", "article"),
    drop=("div.language > p.aside-title",),
    rows=ROWS,
    elements=(("li.item > div > code:has(> a.token)", Role.CODE_HEADING3),),
    navigation=("nav.navigation a[href]", "nav.sidebar a[href]", "nav a[href]"),
    code=CodeRules("", "", False),
)
