"""ExDoc (pages of 0.11 and 0.38, templates of 0.40). Up to 0.38 every heading of a module's page is an h1."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("h1.section-heading", Role.HEADING2),
    ("h1.signature", Role.CODE_HEADING3),
    ("span.signature", Role.CODE_HEADING3),
    ("small.visible-xs", Role.DROP),
    ("div.top-search", Role.DROP),
    ("small.app-vsn", Role.DROP),
    ("a.icon-action", Role.DROP),
    ("a.hover-link", Role.DROP),
    ("a.detail-link", Role.DROP),
    ("a.view-source", Role.DROP),
    ("div.heading-with-actions", Role.BLOCK),
    ("div.bottom-actions", Role.DROP),
    ("div.livebook-badge-container", Role.DROP),
    ("div.deprecated", Role.ADMONITION),
    ("section.warning", Role.ADMONITION),
    ("section.error", Role.ADMONITION),
    ("section.info", Role.ADMONITION),
    ("section.neutral", Role.ADMONITION),
    ("section.tip", Role.ADMONITION),
    ("footer.footer", Role.DROP),
)

FAMILY = Family(
    name="exdoc",
    generators=("exdoc",),
    content=("#content", "main"),
    rows=ROWS,
    elements=(("div.summary > h2", Role.HEADING3),),
    navigation=("#sidebar a[href]",),
    code=CodeRules("button", "", False),
)
