"""What Linux may forbid a process for good, by prctl(2) and unshare(2): elsewhere these do nothing.

The system calls that a parsing process keeps stand in syscalls.py.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
NEW_USER, NEW_NETWORK, NEW_IPC, NEW_NAMES = 0x10000000, 0x40000000, 0x08000000, 0x04000000
NOBODY = 65_534


def forbid_looking_in() -> None:
    """Let no process of the same user read this one's memory or environment, or trace it: a parsing process
    that a page took over would find the database's password there. (root may always.)"""
    _prctl(PR_SET_DUMPABLE, 0)


def forbid_new_privileges() -> None:
    """Let nothing that this process executes gain rights: no set-user-ID program helps it."""
    _prctl(PR_SET_NO_NEW_PRIVS, 1)


def end_with(parent: int) -> None:
    """Let the kernel end this process when `parent`, which started it, ends."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before that
        os._exit(1)


def leave_network_and_user() -> None:
    """Go where there is no network, and be no user who owns anything, as far as the kernel lets this process:
    root becomes nobody, others a user of a namespace of their own."""
    if sys.platform != "linux":
        return
    apart = NEW_NETWORK | NEW_IPC | NEW_NAMES
    root = os.geteuid() == 0
    ctypes.CDLL(None, use_errno=True).unshare(apart if root else apart | NEW_USER)
    if root:
        with contextlib.suppress(OSError):  # a namespace without that user
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
