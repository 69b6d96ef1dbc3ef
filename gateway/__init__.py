"""The gateway: REST, Server-Sent Events and the web page over jobs, crawler and processor (gRPC).

It touches neither Postgres nor Redis. It names no user: credentials are passed on, and verified behind it.
"""
