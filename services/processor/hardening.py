"""What Linux may forbid a process, by prctl(2): elsewhere these do nothing."""

from __future__ import annotations

import ctypes
import sys

PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 4, 38


def forbid_looking_in() -> None:
    """Let no process of the same user read this one's memory or environment, or trace it: a parsing process
    that a page took over would find the database's password there. (root may always.)"""
    _prctl(PR_SET_DUMPABLE, 0)


def forbid_new_privileges() -> None:
    """Let nothing that this process executes gain rights: no set-user-ID program helps it."""
    _prctl(PR_SET_NO_NEW_PRIVS, 1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
