"""python -m tests.soak [seconds]: the soak; exit status 1 when something did not hold.

By default 30 minutes. Each honest user's job has to end within three times the time that it takes when only
the honest users are there; no process may have more memory than the chart gives it, and none may end. As
root, names that no server answers are an attack, too: it takes a name server of its own.
"""

from __future__ import annotations

import sys

from .soak import soak
from .web import own_name_server

if __name__ == "__main__":
    asked = float(sys.argv[1]) if len(sys.argv) > 1 else 1800.0
    times, watch = soak(asked, with_names=own_name_server())
    wrong = [*times.wrong(), *watch.wrong]
    print("\n".join(wrong) or "everything held")
    raise SystemExit(1 if wrong else 0)
