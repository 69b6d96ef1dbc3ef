"""Logs, metrics and traces, alike in all processes. Off costs nothing; no URL, host or user is a label."""
