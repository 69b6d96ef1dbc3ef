"""Maintenance, one chore a file: what was lost is queued again, what is done ends, what waits starts, what is
gone leaves Redis and Postgres.

Every replica does every chore. They exclude each other one job at a time (`store.maintenance.only_here`), and
no row is locked while Redis is asked. Postgres decides: what Redis holds is made to follow it.
"""

from .loop import Maintenance

__all__ = ["Maintenance"]
