"""TLS everywhere: mTLS between the services, Postgres and Valkey by TLS alone, in a namespace of its own.

Certificates are made here as cert-manager makes them: a Secret with tls.crt, tls.key and ca.crt for each
Certificate that the chart asks for. Its controller does not run, and neither does a database of the chart's.
"""

from __future__ import annotations

import base64
import datetime
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from . import judge
from .changes import crawl_once
from .cluster import LONGEST, Cluster
from .looks import RESTRICTED

PLACE, RELEASE = "secure", "docspasta"
SERVICES = ("gateway", "jobs", "crawler", "processor")
CA = "/etc/databases/ca.crt"
POSTGRES = f"postgresql://docspasta_{{0}}:{{1}}@postgres:5432/docspasta?sslmode=verify-full&sslrootcert={CA}"
REDIS = f"rediss://docspasta-{{0}}:{{1}}@redis:6379/0?ssl_ca_certs={CA}"
HERE = Path(__file__).parent
# Asks jobs's port as somebody who has no certificate: once without TLS, once with it.
WITHOUT = """
import socket, ssl, sys
plain = socket.create_connection((sys.argv[1], 50051), 5)
plain.sendall(b"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n" + bytes(9))
try:
    print("without TLS:", plain.recv(1) or "closed")
except OSError:
    print("without TLS: closed")
context = ssl.create_default_context(cafile="/etc/docspasta/tls/ca.crt")
context.set_alpn_protocols(["h2"])
try:
    plain = socket.create_connection((sys.argv[1], 50051), 5)
    secured = context.wrap_socket(plain, server_hostname=sys.argv[1])
    print("without a certificate:", secured.recv(1) or "closed")
except (ssl.SSLError, OSError):
    print("without a certificate: closed")
"""


class Authority:
    """A CA, and certificates of it that last a day."""

    @cached_property
    def key(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def certificate(self) -> x509.Certificate:
        return self.signed(self.key, "docspasta-ca", (), ca=True)

    def signed(
        self, key: ec.EllipticCurvePrivateKey, name: str, hosts: tuple[str, ...], *, ca: bool = False
    ) -> x509.Certificate:
        now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
        issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "docspasta-ca")])
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - day)
            .not_valid_after(now + day)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if hosts:
            names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def secret(self, name: str, hosts: tuple[str, ...]) -> dict[str, Any]:
        """What cert-manager writes for a Certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        data = {
            "tls.crt": self.signed(key, name, hosts).public_bytes(Encoding.PEM),
            "tls.key": private,
            "ca.crt": self.certificate.public_bytes(Encoding.PEM),
        }
        return secret(name, {key: text.decode() for key, text in data.items()}, kind="kubernetes.io/tls")


def secret(name: str, data: dict[str, str], kind: str = "Opaque") -> dict[str, Any]:
    encoded = {key: base64.b64encode(text.encode()).decode() for key, text in data.items()}
    about = {"name": name, "namespace": PLACE}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": about, "type": kind, "data": encoded}


def prepare(cluster: Cluster, authority: Authority) -> None:
    """The namespace, its databases and every Secret that the values name."""
    about = {"name": PLACE, "labels": RESTRICTED}
    files = cluster.charts / "docspasta" / "files"
    scripts = {name: (files / name).read_text() for name in ("dev-postgres-roles.sh", "dev-redis-users.sh")}
    cluster.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": about},
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "scripts", "namespace": PLACE},
            "data": scripts,
        },
        *(authority.secret(f"{name}-tls", (name,)) for name in ("postgres", "redis")),
        secret(
            "docspasta-postgres",
            {
                "dsn": POSTGRES.format("app", "ofApp"),
                "maintenance-dsn": POSTGRES.format("tend", "ofTend"),
                "owner-dsn": POSTGRES.format("owner", "ofOwner"),
            },
        ),
        secret(
            "docspasta-redis",
            {
                f"{name}-url": REDIS.format(name, f"of{name.title()}")
                for name in ("jobs", "crawler", "processor")
            },
        ),
    )
    keys = cluster.must(sys.executable, "-m", "docspasta.identity.installation", "--secret", "docspasta-keys")
    there(cluster, "apply", "-f", "-", given=keys)
    there(cluster, "apply", "-f", str(HERE / "tls_databases.yaml"))
    there(cluster, "wait", "--for=condition=Ready", "pod/postgres", "pod/redis", f"--timeout={LONGEST}s")


def there(cluster: Cluster, *arguments: str, given: str = "") -> str:
    """kubectl in the namespace of this step."""
    return cluster.kubectl("-n", PLACE, *arguments, given=given)


def install(cluster: Cluster, authority: Authority) -> None:
    """What `helm install` would make, less the objects of cert-manager, whose Secrets are made here."""
    chart = str(cluster.charts / "docspasta")
    text = cluster.helm("template", RELEASE, chart, "-n", PLACE, "-f", str(HERE / "tls_values.yaml"))
    objects = [one for one in yaml.safe_load_all(text) if one]
    wanted = [one["spec"] for one in objects if one["kind"] == "Certificate"]
    kept = [one for one in objects if not one["apiVersion"].startswith("cert-manager") and not is_hook(one)]
    cluster.apply(*(authority.secret(one["secretName"], tuple(one["dnsNames"])) for one in wanted), *kept)
    for service in SERVICES:
        there(cluster, "rollout", "status", f"deployment/{RELEASE}-{service}", f"--timeout={LONGEST}s")


def is_hook(one: dict[str, Any]) -> bool:
    return "helm.sh/hook" in (one["metadata"].get("annotations") or {})


def encrypted(cluster: Cluster) -> Iterator[str]:
    """Every connection of ours to Postgres speaks TLS."""
    asked = (
        "select ssl, count(*) from pg_stat_ssl join pg_stat_activity using (pid)"
        " where usename like 'docspasta%' group by ssl"
    )
    found = there(cluster, "exec", "postgres", "--", "psql", "-U", "postgres", "-Atc", asked).split()
    print(f"   connections to Postgres by TLS: {found}", flush=True)
    if not found or not all(line.startswith("t|") for line in found):
        yield f"connections to Postgres without TLS: {found}"


def closed_to_others(cluster: Cluster) -> Iterator[str]:
    """Who shows no certificate gets nothing from jobs, though the network lets it through."""
    service = f"{RELEASE}-jobs.{PLACE}.svc"
    said = there(cluster, "exec", f"deploy/{RELEASE}-gateway", "--", "python", "-c", WITHOUT, service)
    print("".join(f"   {line}\n" for line in said.splitlines()), end="", flush=True)
    if said.count(": closed") != 2:
        yield f"jobs answers who has no certificate: {said}"


def faults(cluster: Cluster) -> Iterator[str]:
    """Install it, crawl a site through it, look at its connections, and take it away."""
    authority = Authority()
    try:
        prepare(cluster, authority)
        install(cluster, authority)
        report = crawl_once(cluster, PLACE)
        print(
            f"   a crawl over TLS: {report['crawls'][0]['seconds']} s, {report['requests']['answers']}",
            flush=True,
        )
        yield from judge.faults(report, unnoticed=True)
        yield from encrypted(cluster)
        yield from closed_to_others(cluster)
    finally:
        cluster.kubectl("delete", "namespace", PLACE, f"--timeout={LONGEST}s")
