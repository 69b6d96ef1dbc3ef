"""Codox (a page of 0.9, writer/html.clj of 0.10)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.src-link", Role.DROP),
    ("h4.type", Role.LABEL),
    ("h4.dynamic", Role.LABEL),
    ("h4.added", Role.LABEL),
    ("h4.deprecated", Role.LABEL),
    ("div.usage", Role.BLOCK),
)

FAMILY = Family(
    name="codox",
    signs=("page_effects.js", "namespace-docs", "namespace-index"),
    content=("#content",),
    rows=ROWS,
    navigation=("div.sidebar.primary a[href]",),
    code=CodeRules("", "", False),
)
