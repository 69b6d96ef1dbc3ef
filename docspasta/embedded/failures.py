"""What can keep a stack from running. Each error's text is for the person at the command line."""

from __future__ import annotations


class StackFailure(Exception):
    """The stack can't start or run; the text says why and what to do."""
