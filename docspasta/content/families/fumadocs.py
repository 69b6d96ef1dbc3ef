"""Fumadocs (packages/radix-ui and base-ui of 16, ui of 14 and 15)."""

from ..code import CodeRules
from ..family import Family, Role

FAMILY = Family(
    name="fumadocs",
    signs=("nd-page", "nd-docs-layout", "nd-sidebar", "nd-subnav", "nd-toc"),
    content=("#nd-page article", "#nd-page", "article", "main"),
    drop=(
        "[data-toc-popover], #nd-tocnav, #nd-toc,"
        # Where the page stands, what stands before and after it, where its source is, when it was changed.
        " #nd-page > div.text-fd-muted-foreground:first-child,"
        " #nd-page article > div.text-fd-muted-foreground:first-child,"
        ' #nd-page > div[class*="@container grid"], #nd-page div.grid.gap-4:has(> a > div > svg),'
        " #nd-page > a[target=_blank].not-prose, #nd-page > p.text-sm.text-fd-muted-foreground:last-child",
    ),
    rows=(("a.peer", Role.TRANSPARENT), ("div.fd-steps", Role.BLOCK), ("div.fd-step", Role.BLOCK)),
    elements=(
        ('a[data-card][href^="#"]', Role.TRANSPARENT),
        ('div[style*="--callout-color"]', Role.CALLOUT),
        ('div[style*="--callout-color"] > div > p.font-medium:first-child', Role.TITLE),
        ("figure > div > figcaption", Role.CAPTION),
    ),
    navigation=("#nd-sidebar a[href]", "aside a[href]"),
    code=CodeRules("button", "", False),
)
