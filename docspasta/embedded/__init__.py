"""One machine's stack: the Postgres and Valkey binaries and the four processes, started, watched and stopped.

It starts binaries, creates roles and sets addresses; it holds no rule of crawling. The processes it
starts run the same code as in a deployment and learn everything from `DOCSPASTA_*` variables.
"""
