"""The cluster's API server: custom resources listed, watched and written, by the official client.

What is written is applied by the server, in one field manager's name, and names the resource's UID: another
resource of the same name is never meant. Raises ApiException and aiohttp.ClientError; `TROUBLE` has both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from kubernetes.aio import client, watch
from kubernetes.aio.client.exceptions import ApiException

from .events import sent
from .resource import FINALIZER, GROUP, PLURALS, VERSION, Kind, Object, Resource

MANAGER = "docspasta-operator"
APPLY = "application/apply-patch+yaml"
SECONDS = 20.0  # an answer may take
TROUBLE = (ApiException, aiohttp.ClientError, TimeoutError, OSError)
GONE, CONFLICT = 404, 409


class TooOld(Exception):
    """The version that a watch began from is not known any more (410): list again."""


class Cluster:
    """`instance` is this replica's name, in events. `clock` is epoch seconds."""

    def __init__(self, api: Any, instance: str, clock: Any) -> None:
        self._objects = client.CustomObjectsApi(api)
        self._events = client.EventsV1Api(api)
        self._instance, self._clock = instance, clock

    async def listed(self, kind: Kind, namespace: str) -> tuple[str, list[Object]]:
        """All resources of a kind, in one namespace or with '' in all, and the version to watch from."""
        method, place = self._list(kind, namespace)
        found = await method(*place, _request_timeout=SECONDS)
        return found["metadata"]["resourceVersion"], found["items"]

    async def changes(
        self, kind: Kind, namespace: str, version: str, seconds: float
    ) -> AsyncIterator[tuple[str, Object]]:
        """What happens to them (ADDED, MODIFIED, DELETED and the object), for so many seconds.

        Raises TooOld when there is nothing to go on from.
        """
        method, place = self._list(kind, namespace)
        asked = {
            "resource_version": version,
            "timeout_seconds": int(seconds),
            "allow_watch_bookmarks": False,
            "_request_timeout": seconds + SECONDS,
        }
        async with watch.Watch(return_type="object") as stream:  # type: ignore[no-untyped-call]
            try:
                async for one in stream.stream(method, *place, **asked):
                    yield one["type"], one["raw_object"]
            except ApiException as error:
                if error.status == 410:
                    raise TooOld from error
                raise

    def _list(self, kind: Kind, namespace: str) -> tuple[Any, tuple[str, ...]]:
        """The client's method that lists them, and its arguments."""
        if namespace:
            method = self._objects.list_namespaced_custom_object
            return method, (GROUP, VERSION, namespace, PLURALS[kind])
        return self._objects.list_cluster_custom_object, (GROUP, VERSION, PLURALS[kind])

    async def read(self, resource: Resource) -> Object | None:
        """The resource as it is now. None when it is gone."""
        key = resource.key
        try:
            found: Any = await self._objects.get_namespaced_custom_object(
                *(GROUP, VERSION, key.namespace, PLURALS[key.kind], key.name), _request_timeout=SECONDS
            )
        except ApiException as error:
            if error.status == GONE:
                return None
            raise
        same = found["metadata"]["uid"] == resource.uid
        return dict(found) if same else None

    async def hold(self, resource: Resource) -> Object | None:
        """Put our finalizer on. None when the resource is gone."""
        return await self._apply(resource, {"metadata": {"finalizers": [FINALIZER]}})

    async def release(self, resource: Resource) -> Object | None:
        """Take our finalizer off, and nobody else's. None when the resource is gone."""
        return await self._apply(resource, {})

    async def write_status(self, resource: Resource, status: Object) -> Object | None:
        """Write the whole status. None when the resource is gone."""
        return await self._apply(resource, {"status": status}, "_status")

    async def _apply(self, resource: Resource, change: Object, part: str = "") -> Object | None:
        key = resource.key
        meta = {"name": key.name, "namespace": key.namespace, "uid": resource.uid}
        body = {
            "apiVersion": f"{GROUP}/{VERSION}",
            "kind": key.kind,
            **change,
            "metadata": {**change.get("metadata", {}), **meta},
        }
        patch = getattr(self._objects, f"patch_namespaced_custom_object{part}")
        try:
            found: Object = await patch(
                *(GROUP, VERSION, key.namespace, PLURALS[key.kind], key.name, body),
                field_manager=MANAGER,
                force=True,
                _content_type=APPLY,
                _request_timeout=SECONDS,
            )
        except ApiException as error:
            if error.status in (GONE, CONFLICT):
                return None
            raise
        return found

    async def delete(self, resource: Resource) -> None:
        """Delete the resource itself, unless it is gone."""
        key = resource.key
        try:
            await self._objects.delete_namespaced_custom_object(
                *(GROUP, VERSION, key.namespace, PLURALS[key.kind], key.name),
                body=client.V1DeleteOptions(preconditions=client.V1Preconditions(uid=resource.uid)),
                _request_timeout=SECONDS,
            )
        except ApiException as error:
            if error.status not in (GONE, CONFLICT):
                raise

    async def tell(self, event: Object) -> None:
        """Make an event, unless it was made before."""
        body: Any = sent(event, self._instance, self._clock())
        namespace = event["metadata"]["namespace"]
        try:
            await self._events.create_namespaced_event(namespace, body, _request_timeout=SECONDS)
        except ApiException as error:
            # 403: the namespace ends, and takes nothing new
            if error.status not in (GONE, CONFLICT, 403):
                raise
