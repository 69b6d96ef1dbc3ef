"""Mintlify (its pages of 2025 and 2026; its components are marked by data-component-part)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.eyebrow", Role.DROP),
    ("div.feedback-toolbar", Role.DROP),
    ("div.callout", Role.CALLOUT),
    ("a.card", Role.NONE),
)

FAMILY = Family(
    name="mintlify",
    generators=("mintlify",),
    signs=("page-context-menu",),
    content=("#content-area",),
    drop=(
        "#page-context-menu, #pagination, #footer, #feedback-form, [data-component-part=step-number],"
        ' a[aria-label="Navigate to header"], #header div.eyebrow',
    ),
    rows=ROWS,
    elements=(
        ("[data-component-part=code-block-header-filename]", Role.CAPTION),
        ("[data-component-part=step-title]", Role.LABEL),
        ("[data-component-part=accordion-button]", Role.LABEL),
        ("[data-component-part=tab-content]", Role.PANEL),
        ("div.field > div.param-head", Role.ROW),
        ("[data-component-part=field-name]", Role.CODE_SPAN),
        ("[data-component-part=card-title]", Role.LABEL),
        ('span[data-as="p"]', Role.BLOCK),
    ),
    navigation=("#navigation-items a[href]", "#sidebar-content a[href]", "#sidebar a[href]"),
    code=CodeRules("button", "", True),
)
