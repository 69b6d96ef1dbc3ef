"""One stack for all proofs of who may do what, and one finished job of somebody's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.page.site import Site, serving
from tests.stack import RunningStack

from .people import Person, finished_job


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(Site(3, missing=1)) as made:
        yield made


@pytest.fixture(scope="module")
def running(start_stack: Callable[..., RunningStack], site: Site) -> RunningStack:
    return start_stack(
        docspasta_allow_private=site.origin.removeprefix("http://"),
        docspasta_gateway_requests_per_second="100000",
        docspasta_jobs_requests_per_second="100000",
        docspasta_jobs_open_per_address="0",
    )


@pytest.fixture(scope="module")
def alice(running: RunningStack) -> Person:
    return Person(running.gateway)


@pytest.fixture(scope="module")
def bob(running: RunningStack) -> Person:
    return Person(running.gateway)


@pytest.fixture(scope="module")
def job_id(alice: Person, site: Site) -> str:
    """A finished job of alice's."""
    return finished_job(alice, site.origin)
