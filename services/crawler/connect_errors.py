"""Why no address of a host took a connection, in words for people. Pure."""

from __future__ import annotations

import os
import re

CODE = re.compile(r"\[Errno (\d{1,4})\] Connect call failed")  # an address that was tried, as asyncio says it


def connect_detail(error: BaseException) -> str:
    """`connection refused`: the system's words for each cause, once; '' for an error of another kind."""
    causes = (os.strerror(int(code)).lower() for code in CODE.findall(str(error)))
    return ", ".join(dict.fromkeys(causes))
