"""Haddock, for Haskell packages (2.25, in GHC 9.0). The captions of a member's parts (Arguments, Fields) are
left out."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("p.src", Role.SIGNATURE),
    ("li.src", Role.SIGNATURE),
    ("div.arguments", Role.PARAMETERS_BOX),
    ("div.constructors", Role.PARAMETERS_BOX),
    ("div.fields", Role.PARAMETERS_BOX),
    ("a.selflink", Role.DROP),
    ("a.link", Role.DROP),
    ("p.caption", Role.HEADING1),
)

FAMILY = Family(
    name="haddock",
    generators=("haddock",),
    marks=("haddock-bundle.min.js", "haddock-util.js"),
    content=("#module-header, #description, #interface", "#content"),
    drop=("#description > p.caption, div.subs > p.caption",),
    rows=ROWS,
    navigation=("#table-of-contents a[href]",),
    code=CodeRules("", "", False),
)
