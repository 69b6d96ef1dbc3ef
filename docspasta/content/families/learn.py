"""Microsoft Learn (its pages of 2025 and 2026, before and after its scripts have run)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.codeHeader", Role.DROP),
    ("div.page-metadata-container", Role.DROP),
    ("ul.page-metadata", Role.DROP),
    ("nav.doc-outline", Role.DROP),
    ("div.NOTE", Role.CALLOUT),
    ("div.TIP", Role.CALLOUT),
    ("div.IMPORTANT", Role.CALLOUT),
    ("div.WARNING", Role.CALLOUT),
    ("div.CAUTION", Role.CALLOUT),
    ("div.alert", Role.CALLOUT),
    ("div.has-pivot", Role.BLOCK),
    ("div.nextstepaction", Role.BLOCK),
    ("button.action", Role.DROP),
)

FAMILY = Family(
    name="learn",
    signs=("x-ms-format-detection", "layout-holy-grail", "ms--content-header", "ms--site-toc"),
    content=("[data-main-column]", "#main"),
    drop=(
        "#article-metadata, #user-feedback, #ms--inline-notifications, #site-user-feedback-footer,"
        " #article-header, #center-doc-outline, #ms--unit-user-feedback, #ms--additional-resources-mobile,"
        " #assertive-live-region, #polite-live-region",
    ),
    rows=ROWS,
    navigation=("#ms--site-toc a[href]",),
    code=CodeRules("button", "", False),
)
