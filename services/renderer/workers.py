"""What a page starts beside itself: its workers begin, without their ways out; all else waits for ever."""

from __future__ import annotations

import contextlib
from importlib.resources import files
from typing import Any

from .pipe import Gone, Pipe

CLOSED = (files(__package__) / "closed.js").read_text("utf-8")
HELD: dict[str, Any] = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}


class Workers:
    """The workers of one page."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._sessions: list[str] = []

    def begins(self, params: dict[str, Any]) -> None:
        """Told of what was attached, and waits. Raises Gone."""
        if params["targetInfo"]["type"] != "worker":
            return
        session = str(params["sessionId"])
        self._sessions.append(session)
        self._pipe.listen(session, self._heard)
        self._pipe.send("Target.setAutoAttach", session, **HELD)  # they may have workers, too
        self._pipe.send("Runtime.evaluate", session, expression=CLOSED)
        self._pipe.send("Runtime.runIfWaitingForDebugger", session)

    def forget(self) -> None:
        """Hear of them no more."""
        for session in self._sessions:
            self._pipe.listen(session, None)

    def _heard(self, event: str, params: dict[str, Any]) -> None:
        if event == "Target.attachedToTarget":
            with contextlib.suppress(Gone):
                self.begins(params)
