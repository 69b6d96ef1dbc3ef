"""ReadMe's hubs (their pages of 2025)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("a.suggestEdits", Role.DROP),
    ("div.UpdatedAt", Role.DROP),
    ("hr.NextStepsDivider", Role.DROP),
    ("div.PageThumbs", Role.DROP),
    ("nav.PaginationControls*", Role.DROP),
    ("div.CodeTabs-toolbar", Role.TABLIST),
    ("div.CodeTabs-inner", Role.PANELS),
    ("nav.TabGroup-nav", Role.TABLIST),
    ("div.TabContent", Role.PANELS),
    ("h2.Card-title", Role.LABEL),
    ("a.heading-anchor-icon", Role.DROP),
    ("div.heading-anchor", Role.DROP),
    ("div.heading-text", Role.INLINE),
    ("blockquote.callout", Role.CALLOUT),
    ("h3.callout-heading", Role.TITLE),
    ("h2.callout-heading", Role.TITLE),
    ("span.callout-icon", Role.DROP),
    ("span.lightbox", Role.TRANSPARENT),
    ("div.rdmd-table", Role.BLOCK),
)

FAMILY = Family(
    name="readme",
    signs=("readme-deploy", "rm-Article", "rm-Container", "rm-Header"),
    content=("#content-head & .content-body", "article.rm-Article", "#content"),
    drop=("#content-head-actions",),
    rows=ROWS,
    navigation=("nav.rm-Sidebar a[href]", "#hub-sidebar a[href]"),
    code=CodeRules("button", "", True),
)
