"""What a site is called at its top, for a start page whose own title would do for any: `Introduction`."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from docspasta.document.titles import GENERIC

from .element_text import short_text
from .escape import visible
from .query import css

_BRANDS = (
    "[class*=library-name],.navbar-brand,.navbar__title,.site-title,.site-name,.brand,.sidebar-brand-text,"
    "[class*=project-name],#projectname,.VPNavBarTitle,.wy-side-nav-search > a,.header-title,.logo"
)
_MOST, _LONGEST = 6, 60


def is_generic(title: str) -> bool:
    """Whether a title would do for the start page of any site."""
    return GENERIC.match(title) is not None


def brand_of(tree: LexborHTMLParser) -> str:
    """The site's name as its own header writes it, or ''."""
    for node in css(tree.root, _BRANDS)[:_MOST]:
        words = " ".join(visible(short_text(node, 60) or "").split())
        if 1 < len(words) <= _LONGEST and not is_generic(words):
            return words
    return ""
