"""Google's DevSite: developers.google.com, android.com, cloud.google.com and others (their pages of 2026)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    (".nocontent", Role.DROP),
    ("devsite-content-footer", Role.DROP),
    ("devsite-feedback", Role.DROP),
    ("devsite-thumb-rating", Role.DROP),
    ("devsite-actions", Role.DROP),
    ("devsite-toc", Role.DROP),
    ("devsite-page-rating", Role.DROP),
    ("devsite-bookmark", Role.DROP),
    ("devsite-key-takeaways-panel", Role.DROP),
    ("devsite-recommendations", Role.DROP),
    ("devsite-hats-survey", Role.DROP),
    ("devsite-llm-tools", Role.DROP),
    ("devsite-nav-buttons", Role.DROP),
    ("aside.note", Role.CALLOUT),
    ("aside.caution", Role.CALLOUT),
    ("aside.warning", Role.CALLOUT),
    ("aside.special", Role.CALLOUT),
    ("aside.key-point", Role.CALLOUT),
    ("aside.key-term", Role.CALLOUT),
    ("aside.objective", Role.CALLOUT),
    ("aside.success", Role.CALLOUT),
    ("aside.tip", Role.CALLOUT),
    ("aside.beta", Role.CALLOUT),
    ("aside.deprecated", Role.CALLOUT),
    ("aside.dogfood", Role.CALLOUT),
    ("aside.preview", Role.CALLOUT),
    ("div.devsite-table-wrapper", Role.BLOCK),
)

FAMILY = Family(
    name="devsite",
    signs=("devsite-wrapper", "devsite-header", "devsite-book-nav", "devsite-main-content"),
    content=("article.devsite-article", "#main-content"),
    rows=ROWS,
    navigation=("nav.devsite-book-nav a[href]", "devsite-book-nav a[href]"),
    code=CodeRules("button,devsite-toc", "", False),
)
