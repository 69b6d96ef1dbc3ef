"""A Valkey Cluster of three nodes from the same binary, on free ports, for the frontier's contract suite."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from docspasta.embedded.children import Children
from docspasta.embedded.valkey import EmbeddedValkey
from tests.ports import free_port
from tests.stack import short_directory

NODES = 3
SLOTS = 16384


@dataclass(frozen=True)
class Server:
    """What the suite runs against."""

    url: str
    cluster: bool
    ports: tuple[int, ...] = ()

    def each(self) -> list[redis.Redis]:
        """A plain client of every node."""
        urls = [f"redis://127.0.0.1:{port}" for port in self.ports] or [self.url]
        return [redis.Redis.from_url(url) for url in urls]

    def flush(self) -> None:
        """FLUSHALL on every node."""
        for node in self.each():
            with node:
                node.flushall()

    def names(self) -> set[str]:
        """Every key of every node."""
        found: set[str] = set()
        for node in self.each():
            with node:
                found |= {bytes(key).decode() for key in node.scan_iter("*")}
        return found

    def delete(self, key: str) -> None:
        """Delete a key by hand, wherever it is."""
        for node in self.each():
            with node, suppress(redis.exceptions.ResponseError):
                node.delete(key)


@contextmanager
def running_cluster() -> Iterator[Server]:
    """Three masters that share the slots, gone with the block."""
    children = Children()
    ports = [free_port() for _ in range(2 * NODES)]
    nodes: list[EmbeddedValkey] = []
    with short_directory() as directory:
        try:
            for at in range(NODES):
                nodes.append(start_node(directory / str(at), ports[at], ports[NODES + at], children))
            for node in nodes:
                asyncio.run(node.ready())
            join_nodes(ports[:NODES], ports[NODES:])
            yield Server(f"redis://127.0.0.1:{ports[0]}", True, tuple(ports[:NODES]))
        finally:
            for node in nodes:
                node.stop(children)
            children.close()


def start_node(directory: Path, port: int, bus: int, children: Children) -> EmbeddedValkey:
    directory.mkdir()
    settings = {
        "port": str(port),
        "bind": "127.0.0.1",
        "cluster-enabled": "yes",
        "cluster-port": str(bus),
        "cluster-node-timeout": "15000",
        "cluster-announce-ip": "127.0.0.1",
    }
    node = EmbeddedValkey(directory, directory / "valkey.sock", directory / "log", settings)
    node.start(children)
    return node


def join_nodes(ports: list[int], buses: list[int]) -> None:
    """Give each node its slots and let them meet; returns when every node says that the cluster is well."""
    share = -(-SLOTS // NODES)
    clients: list[Any] = [redis.Redis(host="127.0.0.1", port=port) for port in ports]
    try:
        for at, client in enumerate(clients):
            last = min(SLOTS, (at + 1) * share) - 1
            client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", at + 1)
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", at * share, last)
            client.execute_command("CLUSTER", "MEET", "127.0.0.1", ports[0], buses[0])
        until = time.monotonic() + 30
        while not all(well(client) for client in clients):
            assert time.monotonic() < until, "the cluster did not form within 30 s"
            time.sleep(0.02)
    finally:
        for client in clients:
            client.close()


def well(client: Any) -> bool:
    """Whether a node knows all nodes and all slots."""
    info = client.execute_command("CLUSTER INFO")
    text = info if isinstance(info, dict) else dict(x.split(":") for x in info.decode().split() if ":" in x)
    return str(text["cluster_state"]) == "ok" and int(text["cluster_known_nodes"]) == NODES
