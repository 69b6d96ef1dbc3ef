"""A real API server without nodes: etcd, kube-apiserver and two of its controllers, on loopback."""

from __future__ import annotations

import asyncio
import json
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from docspasta.embedded.stack import free_port
from tests.unit.chart import helm

from .build import directory

ISSUER = "https://kubernetes.default.svc.cluster.local"
ADMIN = "the-administrator"
CONTROLLERS = "namespace,serviceaccount,serviceaccount-token"


@dataclass
class ControlPlane:
    """`directory` is its own, and empty. Ends with `stop`."""

    directory: Path
    port: int = field(default_factory=partial(free_port, 0))
    etcd_port: int = field(default_factory=partial(free_port, 0))
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def server(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def ca(self) -> Path:
        return self.directory / "apiserver.crt"

    def start(self) -> None:
        """Start all of it, and return when it is ready."""
        self._make_keys()
        client, peer = f"http://127.0.0.1:{self.etcd_port}", f"http://127.0.0.1:{free_port(0)}"
        self._run(
            "etcd",
            *("--data-dir", str(self.directory / "etcd"), "--unsafe-no-fsync", "--log-level", "error"),
            *("--listen-client-urls", client, "--advertise-client-urls", client),
            *("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer),
            *("--initial-cluster", f"default={peer}"),
        )
        self.start_api_server()
        kubeconfig = self.kubeconfig("controllers", ADMIN)
        self._run(
            "kube-controller-manager",
            *("--kubeconfig", str(kubeconfig), f"--controllers={CONTROLLERS}", "--leader-elect=false"),
            *("--secure-port=0", "--service-account-private-key-file", str(self.directory / "sa.key")),
        )

    def start_api_server(self) -> None:
        """Start the API server alone, and return when it is ready."""
        self._run(
            "kube-apiserver",
            f"--etcd-servers=http://127.0.0.1:{self.etcd_port}",
            *("--bind-address=127.0.0.1", f"--secure-port={self.port}", f"--cert-dir={self.directory}"),
            "--service-cluster-ip-range=10.0.0.0/24",
            *("--authorization-mode=RBAC", f"--token-auth-file={self.directory / 'tokens.csv'}"),
            *(
                f"--service-account-issuer={ISSUER}",
                f"--service-account-key-file={self.directory / 'sa.pub'}",
            ),
            f"--service-account-signing-key-file={self.directory / 'sa.key'}",
        )
        until = time.monotonic() + 90
        while not self._is_ready():
            assert self.processes["kube-apiserver"].poll() is None, self.log("kube-apiserver")
            assert time.monotonic() < until, "the API server is not ready"
            time.sleep(0.1)

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        process = self.processes.pop(name)
        process.send_signal(number)
        process.wait(30)

    def stop(self) -> None:
        for name in list(self.processes)[::-1]:
            self.kill(name)

    def log(self, name: str) -> str:
        return (self.directory / f"{name}.log").read_text()[-3000:]

    def kubeconfig(self, name: str, token: str) -> Path:
        """A kubeconfig file for a token."""
        path = self.directory / f"{name}.kubeconfig"
        cluster = {"server": self.server, "certificate-authority": str(self.ca)}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": cluster}],
            "users": [{"name": "u", "user": {"token": token}}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
        path.write_text(json.dumps(config))
        return path

    async def kubectl(self, *arguments: str, given: str = "", fails: bool = False, token: str = ADMIN) -> str:
        """What kubectl prints; with `fails` what it complains of. Raises AssertionError when it is not so."""
        return await asyncio.to_thread(self._kubectl, arguments, given, fails, token)

    def _kubectl(self, arguments: tuple[str, ...], given: str, fails: bool, token: str) -> str:
        flags = (f"--server={self.server}", f"--certificate-authority={self.ca}", f"--token={token}")
        cache = f"--cache-dir={self.directory / 'kubectl'}"
        done = subprocess.run(
            [helm.program("kubectl"), *flags, cache, *arguments],
            input=given,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert bool(done.returncode) == fails, f"{arguments}: {done.stdout} {done.stderr}"
        return done.stderr if fails else done.stdout

    async def apply(self, *objects: Any, fails: bool = False, token: str = ADMIN) -> str:
        """kubectl apply, by the server."""
        given = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
        return await self.kubectl("apply", "--server-side", "-f", "-", given=given, fails=fails, token=token)

    async def read(self, *arguments: str) -> Any:
        """kubectl get, as JSON."""
        return json.loads(await self.kubectl("get", *arguments, "-o", "json"))

    async def token(self, namespace: str, account: str, audience: str = "") -> str:
        """A ServiceAccount's token, an hour's."""
        asked = ("create", "token", account, "-n", namespace, "--duration=1h")
        return (await self.kubectl(*asked, *([f"--audience={audience}"] if audience else []))).strip()

    def _make_keys(self) -> None:
        key = rsa.generate_private_key(65537, 2048)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (self.directory / "sa.key").write_bytes(private)
        (self.directory / "sa.pub").write_bytes(public)
        (self.directory / "tokens.csv").write_text(f'{ADMIN},admin,admin,"system:masters"\n')

    def _run(self, name: str, *arguments: str) -> None:
        with (self.directory / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(directory() / name), *arguments], stdout=log, stderr=log, cwd=self.directory
            )

    def _is_ready(self) -> bool:
        if not self.ca.exists():
            return False
        try:
            context = ssl.create_default_context(cafile=str(self.ca))
            asked = urllib.request.Request(
                f"{self.server}/readyz", headers={"Authorization": f"Bearer {ADMIN}"}
            )
            with urllib.request.urlopen(asked, context=context, timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False
