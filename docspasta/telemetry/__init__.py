"""Logs, metrics and traces, the same in all processes. No URL, host or user is ever a label."""
