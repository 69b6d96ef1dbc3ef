"""Scaladoc 3 (3.3)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.signature", Role.SIGNATURE),
    ("div.fqname", Role.DROP),
    ("div.documentableBrief", Role.DROP),  # the first sentence of the whole text that follows
    ("h2.h200", Role.LABEL),
    ("dl.attributes", Role.FIELDS),
    ("div.documentableFilter", Role.DROP),
    ("div.buttons", Role.DROP),
    ("div.breadcrumbs", Role.DROP),
    ("span.icon", Role.DROP),
)

FAMILY = Family(
    name="scaladoc3",
    signs=("dotty-icons.css", "scastieConfiguration.js", "scaladoc-searchBar"),
    content=("#content", "#main"),
    drop=(
        "h2.h200:has(+ dl:empty), dt:has(+ dd > #inheritance-diagram),"
        " #inheritance-diagram, #toc, #content-contributors",
    ),
    rows=ROWS,
    navigation=("#leftColumn a[href]", "#sideMenu2 a[href]"),
    code=CodeRules("span.tooltip-container", "", False),
)
