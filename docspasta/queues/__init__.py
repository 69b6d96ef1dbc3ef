"""Redis: keys, the frontier, the pages queue, the doorbell; one atomic step a Lua file beside them."""
