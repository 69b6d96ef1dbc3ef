"""Who calls: JWTs verified with public keys, tickets of the frontier, sealed request headers.

One piece of code verifies credentials for all processes (`tokens.py`); nothing here reads a database.
"""

from .caller import Caller, current_caller
from .tokens import Verifier

__all__ = ["Caller", "Verifier", "current_caller"]
