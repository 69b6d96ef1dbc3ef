"""Versioned updates of a job, as jobs and the gateway both hand them on: cursors, tails, shared catch-up.

No network or database here: what reads is passed in.
"""
