"""SearchService: sections of the caller's jobs that answer a query."""

from .service import SearchServicer

__all__ = ["SearchServicer"]
