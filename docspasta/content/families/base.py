"""What holds on any page: conventions of HTML, ARIA and the libraries that many generators share."""

from ..family import Family, Role

ROWS = (
    (".sr-only", Role.DROP),
    (".visually-hidden", Role.DROP),
    (".visuallyhidden", Role.DROP),
    (".screen-reader-text", Role.DROP),
    ("a.headerlink", Role.DROP),
    ("a.header-anchor", Role.DROP),
    ("a.hash-link", Role.DROP),
    ("a.anchorjs-link", Role.DROP),
    ("a.anchor-link", Role.DROP),
    ("a.heading-anchor", Role.DROP),
    ("span.katex-display", Role.MATH_BLOCK),
    ("span.katex", Role.MATH),
    ("mjx-container", Role.MATH),
    ("span.MathJax_Preview", Role.DROP),
    ("span.MathJax", Role.DROP),
    ("div.MathJax_Display", Role.DROP),
)

FAMILY = Family(name="", rows=ROWS)
