"""What can keep a stack from running. Each is a sentence for the person at the command line."""

from __future__ import annotations


class StackFailure(Exception):
    """The stack cannot start or run; the text says why and what to do."""
