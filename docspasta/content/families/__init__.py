"""The families of documentation generators, each a file of rows. To add one, add its file and name it here.

The order matters only for marks: the first family whose mark stands in a page has it.
"""

from __future__ import annotations

from . import (
    asciidoctor,
    docbook,
    docusaurus,
    doxygen,
    gi_docgen,
    haddock,
    hexo,
    javadoc,
    jsdoc,
    man,
    mdbook,
    mkdocs,
    pdoc,
    pydoctor,
    rdoc,
    rspress,
    rustdoc,
    sphinx,
    starlight,
    texinfo,
    typedoc,
    vitepress,
    vuepress,
    yard,
)
from .base import ROWS as BASE_ROWS

FAMILIES = (
    sphinx.FAMILY,
    mkdocs.FAMILY,
    docusaurus.FAMILY,
    vitepress.FAMILY,
    vuepress.FAMILY,
    starlight.FAMILY,
    rspress.FAMILY,
    mdbook.FAMILY,
    asciidoctor.FAMILY,
    docbook.FAMILY,
    doxygen.FAMILY,
    javadoc.FAMILY,
    rustdoc.FAMILY,
    haddock.FAMILY,
    gi_docgen.FAMILY,
    typedoc.FAMILY,
    pydoctor.FAMILY,
    pdoc.FAMILY,
    texinfo.FAMILY,
    man.FAMILY,
    yard.FAMILY,
    rdoc.FAMILY,
    jsdoc.FAMILY,
    hexo.FAMILY,
)

__all__ = ["BASE_ROWS", "FAMILIES"]
