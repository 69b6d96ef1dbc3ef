"""MDN Web Docs (yari of 2025, fred of 2026)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("span.language-name", Role.DROP),
    ("div.example-header", Role.DROP),
    ("div.code-example__header", Role.DROP),
    ("details.baseline-indicator", Role.DROP),
    ("div.notecard", Role.CALLOUT),
    ("aside.article-footer", Role.DROP),
    ("section.article-footer", Role.DROP),
    ("aside.metadata", Role.DROP),
    ("div.metadata", Role.DROP),
    ("section.bc-loading", Role.DROP),
    ("ul.prev-next", Role.DROP),
    ("mdn-baseline-indicator", Role.DROP),
    ("mdn-content-feedback", Role.DROP),
    ("mdn-copy-button", Role.DROP),
    ("mdn-toggle-sidebar", Role.DROP),
)

FAMILY = Family(
    name="mdn",
    signs=("skip-select-language", "sidebar-quicklinks", "reference-layout__header", "mdn-search-button"),
    content=(
        "article.main-page-content",
        "div.reference-layout__header & div.reference-layout__body",
        "main",
    ),
    drop=("div.reference-layout__header nav, h2 > a[href]:empty",),
    rows=ROWS,
    elements=(
        ("div.notecard > p:first-child > strong:first-child", Role.TITLE),
        ("main h2 > a, main h3 > a, main h4 > a", Role.TRANSPARENT),
    ),
    navigation=("#sidebar-quicklinks a[href]", "#main-sidebar a[href]", "aside.document-sidebar a[href]"),
    code=CodeRules("button", "", False),
)
