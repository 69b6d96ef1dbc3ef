"""Runs beside the command, in a session of its own, and ends the command's programs once the command is gone.

    python -I -S watchdog.py < register

It reads `+ PID SIGNAL` (a program started) and `- PID` (it has ended) from a pipe that only the command can
write to. When the pipe closes, the command is dead, whatever killed it: the process group of each remaining
program gets its signal, and SIGKILL after a grace. This works on macOS too, which has no parent-death signal.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE = 8.0  # seconds between a program's own signal and SIGKILL


def remaining(lines: Iterable[str]) -> dict[int, str]:
    """Programs that started and have not ended: process id to signal name."""
    programs: dict[int, str] = {}
    for line in lines:
        sign, *fields = line.split()
        if sign == "+":
            programs[int(fields[0])] = fields[1]
        else:
            programs.pop(int(fields[0]), None)
    return programs


def send(process: int, number: int) -> bool:
    """Signal the program's process group; False if it is gone."""
    try:
        os.killpg(process, number)
    except ProcessLookupError:
        return False
    except PermissionError:  # on macOS, a group with nothing but zombies
        return False
    return True


def runs(process: int) -> bool:
    """Whether the program still runs. A zombie (in a container without an init) does not."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not os.path.isdir("/proc/self") and send(process, 0)


def main() -> None:
    """Wait until the pipe closes, then end the remaining programs."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    programs = remaining(sys.stdin)
    for process, name in programs.items():
        send(process, getattr(signal, name))
    until = time.monotonic() + GRACE
    while programs := {process: name for process, name in programs.items() if runs(process)}:
        if time.monotonic() > until:
            break
        time.sleep(0.02)
    for process in programs:
        send(process, signal.SIGKILL)


if __name__ == "__main__":
    main()
