"""One of two replicas holds the lease. The other takes it when it was given back, or not renewed in time."""

from __future__ import annotations

import copy
import json
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from kubernetes.aio.client.exceptions import ApiException

from services.operator import api_server
from services.operator.api_server import ApiServer
from services.operator.lease import DURATION, Lease
from services.operator.process import api_client

DEFAULT = ssl.create_default_context


@dataclass
class FakeLeases:
    """Leases as an API server keeps them: a write of what was read before another's write is refused."""

    lease: Any = None
    away: bool = False
    version: int = field(default=0)

    async def read_namespaced_lease(self, name: str, namespace: str, **_: Any) -> Any:
        self._answer()
        if self.lease is None:
            raise ApiException(status=404)
        return copy.deepcopy(self.lease)

    async def create_namespaced_lease(self, namespace: str, body: Any, **_: Any) -> None:
        self._answer()
        if self.lease is not None:
            raise ApiException(status=409)
        spec = {"holder_identity": body["spec"]["holderIdentity"], "lease_transitions": 0}
        self._write(SimpleNamespace(spec=SimpleNamespace(**spec), metadata=SimpleNamespace()))

    async def replace_namespaced_lease(self, name: str, namespace: str, lease: Any, **_: Any) -> None:
        self._answer()
        if lease.metadata.resource_version != self.lease.metadata.resource_version:
            raise ApiException(status=409)
        self._write(copy.deepcopy(lease))

    def _answer(self) -> None:
        if self.away:
            raise ApiException(status=503)

    def _write(self, lease: Any) -> None:
        self.version += 1
        lease.metadata.resource_version = str(self.version)
        self.lease = lease


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def lease(api: FakeLeases, holder: str, clock: Clock, server: ApiServer | None = None) -> Lease:
    made = Lease(None, "docspasta", "operator", holder, clock, server or ApiServer())
    made._api = api
    return made


async def test_the_first_holds_it_and_the_second_waits() -> None:
    api, clock = FakeLeases(), Clock()
    first, second = lease(api, "first", clock), lease(api, "second", clock)
    assert (await first._try(), await second._try(), await first._try()) == (True, False, True)
    clock.now += DURATION - 1
    assert not await second._try()


async def test_one_that_is_not_renewed_is_taken_over() -> None:
    api, clock = FakeLeases(), Clock()
    first, second = lease(api, "first", clock), lease(api, "second", clock)
    assert await first._try() and not await second._try()
    clock.now += DURATION
    assert await second._try() and not await first._try()
    assert api.lease.spec.lease_transitions == 1


async def test_one_that_is_renewed_is_not() -> None:
    api, clock = FakeLeases(), Clock()
    first, second = lease(api, "first", clock), lease(api, "second", clock)
    await first._try()
    for _ in range(10):
        clock.now += DURATION / 2
        assert await first._try() and not await second._try()


async def test_one_that_was_given_back_is_taken_at_once() -> None:
    api, clock = FakeLeases(), Clock()
    first, second = lease(api, "first", clock), lease(api, "second", clock)
    await first._try()
    await first.release()
    assert await second._try()
    await first.release()  # of what is not ours, nothing
    assert api.lease.spec.holder_identity == "second"


async def test_a_holder_stops_before_another_may_begin() -> None:
    api, clock = FakeLeases(), Clock()
    first, second = lease(api, "first", clock), lease(api, "second", clock)
    assert await first._try() and not await second._try()
    clock.now += DURATION - 5
    api.away = True
    await first.keep()  # it returns: the lease is as good as lost
    api.away = False
    assert not await second._try()


async def test_of_two_that_take_it_at_once_one_has_it() -> None:
    api, clock = FakeLeases(), Clock()
    await lease(api, "gone", clock)._try()
    first, second = lease(api, "first", clock), lease(api, "second", clock)
    await first._try(), await second._try()
    clock.now += DURATION
    read = await api.read_namespaced_lease("", "")
    assert await first._take(read) and not await second._take(copy.deepcopy(read))


async def test_a_replica_is_ready_by_the_first_answer_and_tells_a_trouble_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    for level in ("info", "warning"):
        monkeypatch.setattr(api_server.log, level, lambda event, **_: told.append(event))
    api, clock, server = FakeLeases(away=True), Clock(), ApiServer()
    one = lease(api, "one", clock, server)
    for _ in range(5):
        assert not await one._try()
    assert not server.answered.is_set()
    assert told == ["the API server does not answer; asking again"]
    api.away = False
    second = lease(api, "second", clock)
    assert await second._try() and not await one._try()
    assert server.answered.is_set()  # it answered, though the lease is another's
    assert told[1:] == ["the API server answers again"]


async def test_a_cluster_ca_is_taken_as_kubectl_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.13 makes strict contexts, and a CA without key usage is refused by those."""
    monkeypatch.setattr(ssl, "create_default_context", strict)
    config = {
        "current-context": "c",
        "clusters": [{"name": "k", "cluster": {"server": "https://127.0.0.1:6443"}}],
        "users": [{"name": "u", "user": {"token": "t"}}],
        "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
    }
    (tmp_path / "config").write_text(json.dumps(config))
    monkeypatch.setattr(
        "kubernetes.aio.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(tmp_path / "config")
    )
    async with api_client() as api:
        assert not api.rest_client.ssl_context.verify_flags & ssl.VERIFY_X509_STRICT


def strict(*arguments: Any, **named: Any) -> ssl.SSLContext:
    context = DEFAULT(*arguments, **named)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context
