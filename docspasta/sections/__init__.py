"""A page's stored Markdown as sections, the unit of retrieval: pure functions, no I/O.

A section is what stands under one heading, at most about 400 tokens of it, cut between blocks, list items or
rows of a table where that will do. A page's sections follow each other without a gap: their texts put
together are the page.
"""

from .cut import cut
from .section import LIMIT, Section, sections

__all__ = ["LIMIT", "Section", "cut", "sections"]
