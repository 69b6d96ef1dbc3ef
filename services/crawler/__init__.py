"""The crawler: takes URLs from the frontier, checks robots, fetches through the one egress, hands bodies on.

It is the process that touches the internet: it has no Postgres, no signing key and no ticket key.
"""
