"""Search over sections: terms of code and prose, an index in blocks, ranking by BM25F. Pure, no I/O.

`terms.py` makes terms of a text, `passages.py` says what of a page is searched, `index.py` writes blocks,
`blocks.py` reads them, `queries.py` and `ranking.py` find the best sections.
"""
