"""Becomes the browser: python -m services.renderer.launcher READ WRITE UID PROGRAM ARGUMENTS...

Between the renderer and its browser, so that the renderer, which has threads, forks nothing by itself: the
two ends of the pipe become the descriptors 3 and 4, a browser of root becomes one of an unprivileged user,
and the kernel ends it when the renderer ends.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(read: int, write: int, uid: int, program: str, arguments: list[str]) -> None:
    """Does not return."""
    high = os.dup(read), os.dup(write)
    spare = [os.dup2(end, 60 + n) for n, end in enumerate(high)]
    for n, end in enumerate(spare):
        os.dup2(end, 3 + n)
        os.set_inheritable(3 + n, True)
    os.closerange(5, 256)
    if uid and os.getuid() == 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:
        sys.exit(1)  # the renderer ended meanwhile
    os.execv(program, [program, *arguments])  # noqa: S606


if __name__ == "__main__":
    read, write, uid, program, *arguments = sys.argv[1:]
    become(int(read), int(write), int(uid), program, arguments)
