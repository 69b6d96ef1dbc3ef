"""What agents ask by the Model Context Protocol: tools over the jobs service's RPCs.

`tools.py` says what there is, `calls.py` answers, `server.py` speaks the protocol by the official SDK.
Whoever serves it (the gateway, the command line) brings a `Jobs`: calls on behalf of one caller.
"""
