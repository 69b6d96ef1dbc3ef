"""The command line: an ordinary gRPC client of the jobs service, embedded or deployed.

Modules import what they need inside their functions where that is dear, for `--help` must come at once.
"""
