"""The one way in which work that can't begin soon makes room for others."""

from __future__ import annotations


class Postponed(Exception):
    """A request can't go on soon: its URL is released uncharged and comes again `after` seconds."""

    def __init__(self, message: str, after: float) -> None:
        super().__init__(message)
        self.after = after
