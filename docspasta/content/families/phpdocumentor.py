"""phpDocumentor (3, its default theme)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("h2.phpdocumentor-content__title", Role.HEADING1),
    ("div.phpdocumentor-element__package", Role.DROP),
    ("ul.phpdocumentor-breadcrumbs", Role.DROP),
    ("section.phpdocumentor-on-this-page__sidebar", Role.DROP),
    ("aside.phpdocumentor-element-found-in", Role.DROP),
    ("div.phpdocumentor-modal", Role.DROP),
    ("code.phpdocumentor-signature", Role.SIGNATURE),
    ("div.phpdocumentor-label", Role.SPREAD),
    ("div.phpdocumentor-admonition", Role.ADMONITION),
)

FAMILY = Family(
    name="phpdocumentor",
    signs=("phpdocumentor-header", "phpdocumentor-title", "phpdocumentor-section"),
    content=("div.phpdocumentor-content",),
    rows=ROWS,
    navigation=("aside.phpdocumentor-sidebar a[href]",),
    code=CodeRules("button", "", True),
)
