"""The document: reading order, anchors, duplicates, assembly. Pure functions; no I/O library."""
