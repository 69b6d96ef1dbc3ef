"""One machine's stack: Postgres, Valkey and the four processes, started, supervised and stopped.

It starts binaries, creates roles and sets addresses; it has no rule of crawling. The processes run the same
code as in a deployment and get all settings from `DOCSPASTA_*` variables.
"""
