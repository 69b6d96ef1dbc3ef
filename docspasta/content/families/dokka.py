"""Dokka, HTML format (1.8 to 2.3: a class page of 1.8, and HtmlRenderer.kt and the templates of 2.3)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.symbol", Role.SIGNATURE),
    ("div.breadcrumbs", Role.DROP),
    ("div.tabs-section", Role.DROP),
    ("button.section-tab", Role.DROP),
    ("button.platform-bookmark", Role.NONE),
    ("div.platform-bookmarks-row", Role.TABLIST),
    ("div.sourceset-dependent-content", Role.PANEL),
    ("div.platform-tags", Role.DROP),
    ("span.anchor-wrapper", Role.DROP),
    ("div.copy-popup-wrapper", Role.DROP),
    ("span.copy-tooltip", Role.DROP),
    ("span.kdoc-tag", Role.BLOCK),
    ("span.brief-comment", Role.INLINE),
    ("div.footer", Role.DROP),
)

FAMILY = Family(
    name="dokka",
    signs=("sourceset_dependencies.js", "dokka-dark-mode"),
    content=("#content", "#main"),
    # Tools that a signature holds, whose text would be part of it.
    drop=("span.source-link-wrapper, span.copy-tooltip, span.top-right-position, button.playground-btn",),
    rows=ROWS,
    navigation=("#sideMenu a[href]",),
    code=CodeRules("button", "", False),
)
