"""GitBook of today, whose pages are made by its server (packages/gitbook of 2026)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.hint", Role.CALLOUT),
    ("div.hash", Role.DROP),
)

FAMILY = Family(
    name="gitbook",
    generators=("gitbook (", "gitbook"),
    content=("main",),
    drop=(
        # What stands before and after the page, when it was changed, the number of a step.
        "main > div.sr-only, main > div:has(> a[href]), main > div:has(> p.text-sm),"
        " main div.relative.select-none",
    ),
    rows=ROWS,
    elements=(("div.shiki > div.flex.items-center > div", Role.CAPTION),),
    navigation=(
        "[data-gb-table-of-contents] a[href]",
        '[data-testid="table-of-contents"] a[href]',
        "aside a[href]",
    ),
    code=CodeRules("button", "", False),
)
