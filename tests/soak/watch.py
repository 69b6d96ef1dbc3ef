"""What must hold meanwhile: memory within the chart's limits, and no process started again."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import psutil
import yaml

from tests.stack import RunningStack

VALUES = Path(__file__).parents[2] / "charts" / "docspasta" / "values.yaml"
SERVICES = ("gateway", "jobs", "crawler", "processor")
MIB = 1024 * 1024


def limits() -> dict[str, int]:
    """The chart's memory limit of each service, bytes."""
    values = yaml.safe_load(VALUES.read_text())
    units = {"Mi": MIB, "Gi": 1024 * MIB}
    texts = {name: str(values[name]["resources"]["limits"]["memory"]) for name in SERVICES}
    return {name: int(text[:-2]) * units[text[-2:]] for name, text in texts.items()}


def memory(process: int) -> int:
    """Bytes of a process and its children; what they share counts once."""
    total = 0
    try:
        top = psutil.Process(process)
        for one in (top, *top.children(recursive=True)):
            total += one.memory_full_info().pss
    except psutil.Error:
        return total
    return total


@dataclass
class Watch:
    """The most memory that each service had, and which were started again."""

    stack: RunningStack
    highest: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SERVICES, 0))
    restarted: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def run(self, stop: Event) -> None:
        """Look every second."""
        first = self.stack.pids
        while not stop.wait(1):
            now = self.stack.pids
            self.restarted |= {name for name, process in first.items() if now.get(name) != process}
            for name in SERVICES:
                self.highest[name] = max(self.highest[name], memory(now[name]))

    def said(self, name: str) -> str:
        """The last warnings and errors of a process that was started again."""
        lines = self.stack.log_of(name).splitlines()
        return "\n".join([line for line in lines if '"info"' not in line][-20:])

    def look_at_limits(self) -> None:
        """Note what did not hold, while the stack is there, as sentences in `wrong`."""
        self.wrong = [f"{name} was started again: {self.said(name)}" for name in sorted(self.restarted)]
        for name, most in limits().items():
            if self.highest[name] > most:
                self.wrong.append(
                    f"{name} had {self.highest[name] // MIB} MiB, of {most // MIB} in the chart"
                )
