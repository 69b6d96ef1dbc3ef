"""How commands end: the exit statuses, and the one exception that carries one with a sentence."""

from __future__ import annotations

OK = 0
FAILED = 1  # the job failed, or the command could not be done; no file
USAGE = 2
NOT_WHOLE = 3  # the file is written, but too many pages failed, or the crawl was cut short
INTERRUPTED = 130


class CommandError(Exception):
    """Ends the command: a sentence for stderr and an exit status."""

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
