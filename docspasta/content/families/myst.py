"""MyST sites and Jupyter Book 2 (a page of it, myst-theme 1). Where a script is to show a cell's output,
nothing stands."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("aside.myst-admonition", Role.ADMONITION),
    ("aside.admonition", Role.ADMONITION),
    ("details.admonition", Role.ADMONITION),
    ("details.myst-admonition", Role.ADMONITION),
    ("div.myst-footer-links", Role.DROP),
    ("div.footer-links", Role.DROP),
)

FAMILY = Family(
    name="myst",
    generators=("mystmd",),
    signs=("myst-theme.css",),
    content=("main article.content|main article.article", "main", "article"),
    drop=(
        'a[title^="Link to this"], [data-mdast-node-id] div.p-2\\.5, #skip-to-frontmatter > div:first-child'
        " button, article > div.flex.pt-10.mb-10",
    ),
    rows=ROWS,
    elements=(
        ("aside.admonition > div:first-child, details.admonition > summary", Role.TITLE),
        ("aside.myst-admonition > div:first-child, details.myst-admonition > summary", Role.TITLE),
    ),
    navigation=('nav[aria-label="Table of Contents"] a[href]',),
    code=CodeRules("button", "", False),
)
