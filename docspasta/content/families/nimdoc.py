"""nimdoc (a page of 1.2, 1.6). Its sections are h1, under the page's own h1.title."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("a.toc-backref", Role.TRANSPARENT),
    ("p.module-desc", Role.BLOCK),
    ("a.nimdoc-heading-anchor", Role.DROP),
    ("a.link-seesrc", Role.DROP),
    ("a.link-editsrc", Role.DROP),
    ("div.theme-switch-wrapper", Role.DROP),
    ("div.footer", Role.DROP),
)

FAMILY = Family(
    name="nimdoc",
    signs=("nimdoc.out.css", "dochack.js", "nimdoc.css"),
    content=("h1.title & #content", "#content"),
    drop=("#tocRoot, #toc-list, span:has(> span.pragmadots)",),
    rows=ROWS,
    elements=(("#content dl:has(> dt > pre)", Role.FIELDS),),
    navigation=("#global-links a[href]",),
    code=CodeRules("", "", False),
)
