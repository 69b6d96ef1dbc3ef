"""Rspress (2.0). Callouts and code blocks say by their class names what they are (`conventions.py`)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.rp-tabs__label", Role.TABLIST),
    ("div.rp-tabs__content", Role.PANELS),
    ("div.rp-tabs__content__item", Role.PANEL),  # those not shown say aria-hidden
    ("a.rp-header-anchor", Role.DROP),
    ("div.rp-code-button-group", Role.DROP),
    ("div.rp-home-hero__title", Role.HEADING1),
    ("img.rp-home-hero__image-img--dark", Role.DROP),  # the same for readers in the dark
    ("div.rp-home-feature__icon", Role.DROP),
)

FAMILY = Family(
    name="rspress",
    generators=("rspress",),
    marks=("__rspress_root",),
    content=("div.rp-home-hero, div.rp-home-feature, div.rspress-doc",),
    rows=ROWS,
    navigation=("aside a.rp-sidebar-item[href]", ".rp-doc-layout__sidebar a[href]"),
    code=CodeRules("", "", False),
)
