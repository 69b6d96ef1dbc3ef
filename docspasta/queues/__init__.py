"""Redis: keys, the frontier, the pages queue, the doorbell. Each Lua script is one atomic step."""
