"""Whether the cluster's API server answers this replica: told once a change, and asked for by readiness."""

from __future__ import annotations

import asyncio

from docspasta.telemetry.logs import logger

log = logger("operator")


class ApiServer:
    """`answered` is set for good by the first answer: a replica that never had one is not ready."""

    def __init__(self) -> None:
        self.answered = asyncio.Event()
        self._trouble = ""

    def answers(self) -> None:
        """It answered what it was asked."""
        if self._trouble:
            log.info("the API server answers again")
        self._trouble = ""
        self.answered.set()

    def fails(self, error: BaseException) -> None:
        """It did not, or not what was asked: no connection, no right, a certificate that is not believed."""
        told = f"{type(error).__name__}: {error}"[:300]
        if told != self._trouble:
            log.warning("the API server does not answer; asking again", error=told)
        self._trouble = told
