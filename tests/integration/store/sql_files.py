"""The statements of the store, by file, with the types whose columns they name."""

from __future__ import annotations

from docspasta.store import (
    assembly,
    conversions,
    crawl,
    deliveries,
    diff,
    document_plan,
    epoch,
    exports,
    feed,
    jobs,
    keys,
    locked_job,
    maintenance,
    migrate,
    page_order,
    pages,
    pool,
    pushes,
    retry,
    search,
    sources,
    usage,
    watch,
    webhooks,
)
from docspasta.store.statements import Statements

MODULES = (
    assembly,
    conversions,
    crawl,
    deliveries,
    diff,
    document_plan,
    epoch,
    exports,
    feed,
    jobs,
    keys,
    locked_job,
    maintenance,
    migrate,
    page_order,
    pages,
    pool,
    pushes,
    retry,
    search,
    sources,
    usage,
    watch,
    webhooks,
)
STATEMENTS: dict[str, Statements] = {module.SQL.file: module.SQL for module in MODULES}
