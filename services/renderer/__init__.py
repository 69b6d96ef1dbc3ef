"""Draws pages that exist only in a browser. It holds no state, no store and no secret; what its browser may
reach is decided by its own proxy, through the egress policy."""
