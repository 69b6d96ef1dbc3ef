"""A resource's spec as the jobs service's messages, by the models of REST: one place for each rule. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from docspasta.errors import InvalidArgument
from docspasta.rest.requests import CrawlRequest
from docspasta.rest.source_requests import SourceRequest
from docspasta.v1 import sources_pb2 as sources
from docspasta.v1.jobs_pb2 import CreateJobRequest

from .resource import Object, Resource

OWN = ("keep", "maxRemovedPercent")  # of a source, beside its settings and its schedule
NAME = 60  # characters of a resource's name in its source's


def create_job(crawl: Resource) -> CreateJobRequest:
    """The job of a CrawlJob. Its UID is the key, so that a second request gives the same job.

    Raises InvalidArgument with what is wrong in the spec.
    """
    try:
        asked = CrawlRequest.model_validate(_site(crawl.spec))
        settings = asked.settings()
    except ValidationError as error:
        raise _mistakes(error) from error
    key = f"crawljob-{crawl.uid}"
    return CreateJobRequest(settings=settings, idempotency_key=key, reuse=asked.reuse or False)


def create_source(source: Resource) -> sources.CreateSourceRequest:
    """The source of a CrawlSource. Raises InvalidArgument with what is wrong in the spec."""
    given: Object = {"settings": _site(source.spec), "name": source_name(source)}
    given |= {name: source.spec[name] for name in OWN if name in source.spec}
    given["schedule"] = {**source.spec.get("schedule", {}), "suspended": source.suspended}
    try:
        return SourceRequest.model_validate(given).request()
    except ValidationError as error:
        raise _mistakes(error) from error


def update_source(source: Resource, source_id: str) -> sources.UpdateSourceRequest:
    """The change that makes a source follow its resource. Raises InvalidArgument."""
    wanted = create_source(source)
    return sources.UpdateSourceRequest(
        source_id=source_id,
        settings=wanted.settings,
        keep=wanted.keep or None,
        max_removed_percent=wanted.max_removed_percent if wanted.HasField("max_removed_percent") else None,
        schedule=wanted.schedule,
    )


def run_source(source: Resource, source_id: str) -> sources.RunSourceRequest:
    """The run that is asked for; once each."""
    return sources.RunSourceRequest(
        source_id=source_id, idempotency_key=f"crawlsource-{source.uid}-{source.run_request}"
    )


def source_name(source: Resource) -> str:
    """The source's name: people know it by the first part, we by the second."""
    return f"{source.key.name[:NAME]} {source.uid}"


def _site(spec: Object) -> Object:
    return {**spec.get("settings", {}), "url": spec.get("url", "")}


def _mistakes(error: ValidationError) -> InvalidArgument:
    return InvalidArgument(list(_told(error)))


def _told(error: ValidationError) -> Iterator[tuple[str, str]]:
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        yield ".".join(map(str, one["loc"])), one["msg"]
