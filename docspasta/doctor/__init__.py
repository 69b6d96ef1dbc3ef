"""`docspasta doctor`: examines an installation (read-only), says what is wrong and suggests fixes.

Readers fetch facts (postgres.py, redis.py, services.py, kubernetes.py); judges turn facts into findings and
do no I/O (the `judge_…` functions beside them, settings.py, release.py).
"""

from __future__ import annotations

from .findings import Finding, Level
from .run import run

__all__ = ["Finding", "Level", "run"]
