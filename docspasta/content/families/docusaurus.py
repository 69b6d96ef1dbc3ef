"""Docusaurus, classic theme (3.10; class names are those of CSS modules, so prefixes)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.theme-admonition", Role.ADMONITION),
    ("div.admonitionHeading_*", Role.TITLE),
    ("div.admonition-heading", Role.TITLE),
    ("span.admonitionIcon_*", Role.DROP),
    ("div.codeBlockTitle_*", Role.CAPTION),
    ("span.theme-doc-card-icon", Role.DROP),
    ("div.theme-doc-toc-mobile", Role.DROP),
    ("div.theme-doc-toc-desktop", Role.DROP),
    ("nav.theme-doc-breadcrumbs", Role.DROP),
    ("span.theme-doc-version-badge", Role.DROP),
    ("footer.theme-doc-footer", Role.DROP),
    ("div.theme-doc-footer", Role.DROP),
    ("a.theme-edit-this-page", Role.DROP),
    ("nav.pagination-nav", Role.DROP),
    ("div.buttonGroup_*", Role.DROP),
)

FAMILY = Family(
    name="docusaurus",
    generators=("docusaurus",),
    marks=("docusaurus_skipToContent", "__docusaurus"),
    content=(
        "div.theme-doc-markdown",
        "div.main-wrapper:has(> header h1)",  # a home page, whose title stands above its main part
        "main:has(header > h1):not(:has(article h1))",  # an overview of a category, a list of what has a tag
        "main:has(article ~ article)",  # a blog's list of posts
        "main article",
        "main",
    ),
    rows=ROWS,
    navigation=("nav.menu a.menu__link[href]", "aside a.menu__link[href]"),
    code=CodeRules("", "", True),
)
