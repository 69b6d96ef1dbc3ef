"""protoc-gen-doc, HTML template (a page of it, resources/html.tmpl)."""

from ..code import CodeRules
from ..family import Family, Role

FAMILY = Family(
    name="protoc-gen-doc",
    signs=(".scalar-value-types-table",),
    content=("body",),
    drop=("body > h1#title + h2, #toc-container, div.file-heading > a",),
    rows=(("div.file-heading", Role.BLOCK),),
    code=CodeRules("", "", False),
)
