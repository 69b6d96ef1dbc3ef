"""dartdoc (pages of 8, the templates of 9.0)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("section.multi-line-signature", Role.SIGNATURE),
    ("dl.constructor-summary-list", Role.MEMBERS),
    ("dl.properties", Role.MEMBERS),
    ("dl.callables", Role.MEMBERS),
    ("dl.constants", Role.MEMBERS),
    ("span.feature", Role.INLINE),
    ("div.features", Role.BLOCK),
    ("div.btn-group", Role.DROP),
    ("a.source-link", Role.DROP),
    ("ol.breadcrumbs", Role.DROP),
)

FAMILY = Family(
    name="dartdoc",
    generators=("made with love by dartdoc",),
    signs=("dartdoc-main-content", "dartdoc-sidebar-left", "dartdoc-sidebar-right"),
    content=("#dartdoc-main-content", "div.main-content"),
    rows=ROWS,
    navigation=("#dartdoc-sidebar-left a[href]", "div.sidebar-offcanvas-left a[href]"),
    code=CodeRules("", "", False),
)
