"""The crawler: claims URLs, checks robots, fetches by the egress policy, and completes them with what came.

It is the process that touches the internet: it has no Postgres, no signing key and no ticket key.
"""
