"""From outside to the gateway, and between the services: event streams pass, addresses fit, TLS is whole."""

from __future__ import annotations

import json
import tempfile

import pytest

from tests.unit.chart import helm


def test_httproute_ends_no_stream() -> None:
    route = helm.of_kind(helm.rendered("httproute"), "HTTPRoute")[0]["spec"]
    assert route["rules"][0]["timeouts"] == {"request": "0s", "backendRequest": "0s"}
    assert route["hostnames"] == ["docs.example.org"]
    assert route["parentRefs"] == [{"name": "rel-docspasta"}]


@pytest.mark.parametrize(
    ("controller", "annotation", "value"),
    [
        ("nginx", "nginx.ingress.kubernetes.io/proxy-buffering", "off"),
        ("nginx", "nginx.ingress.kubernetes.io/proxy-read-timeout", "3600"),
        ("haproxytech", "haproxy.org/timeout-server", "1h"),
        ("haproxy-ingress", "haproxy-ingress.github.io/timeout-server", "1h"),
        ("contour", "projectcontour.io/response-timeout", "infinity"),
        (
            "alb",
            "alb.ingress.kubernetes.io/load-balancer-attributes",
            "idle_timeout.timeout_seconds=3600",
        ),
    ],
)
def test_ingress_ends_no_stream(controller: str, annotation: str, value: str) -> None:
    values = helm.merged(helm.profile("ingress"), {"ingress": {"controller": controller}})
    ingress = helm.of_kind(helm.render(values), "Ingress")[0]
    assert ingress["metadata"]["annotations"][annotation] == value


def test_ones_own_annotations_win() -> None:
    notes = helm.of_kind(helm.rendered("everything"), "Ingress")[0]["metadata"]["annotations"]
    assert notes["haproxy.org/timeout-server"] == "2h"
    assert notes["haproxy.org/timeout-client"] == "1h"


def test_a_certificate_covers_the_routes_hosts() -> None:
    objects = helm.rendered("everything")
    certificate = helm.named(objects, "Certificate", "-gateway-public")["spec"]
    assert certificate["dnsNames"] == ["docs.example.org", "docs-old.example.org"]
    secret = certificate["secretName"]
    assert helm.of_kind(objects, "Ingress")[0]["spec"]["tls"][0]["secretName"] == secret
    listener = helm.of_kind(objects, "Gateway")[0]["spec"]["listeners"][0]
    assert listener["tls"]["certificateRefs"] == [{"name": secret}]


@pytest.mark.parametrize(
    ("profile", "address"),
    [("httproute", "https://docs.example.org"), ("ingress", "https://docs.example.org"), ("minimal", None)],
)
def test_the_gateway_knows_its_public_address(profile: str, address: str | None) -> None:
    data = helm.named(helm.rendered(profile), "ConfigMap", "-gateway")["data"]
    assert data.get("DOCSPASTA_GATEWAY_PUBLIC_URL") == address


def test_plain_ingress_is_plain_http() -> None:
    values = helm.merged(helm.profile("ingress"), {"certificate": {"enabled": False}})
    data = helm.named(helm.render(values), "ConfigMap", "-gateway")["data"]
    assert data["DOCSPASTA_GATEWAY_PUBLIC_URL"] == "http://docs.example.org"


@pytest.mark.parametrize("service", ["jobs", "crawler", "processor"])
def test_clients_see_every_replica(service: str) -> None:
    """Headless, and by name: gRPC resolves all addresses and takes turns."""
    objects = helm.rendered("minimal")
    found = helm.named(objects, "Service", f"-{service}")["spec"]
    assert found["clusterIP"] == "None"
    port = found["ports"][0]["port"]
    data = helm.named(objects, "ConfigMap", "-gateway")["data"]
    assert data[f"DOCSPASTA_{service.upper()}_ADDRESS"] == f"dns:///rel-docspasta-{service}.docs.svc:{port}"
    own = helm.named(objects, "ConfigMap", f"-{service}")["data"]
    assert own[f"DOCSPASTA_{service.upper()}_LISTEN"].endswith(f":{port}")


@pytest.mark.parametrize("profile", ["production", "everything"])
def test_mtls_names_what_clients_ask_for(profile: str) -> None:
    objects = helm.rendered(profile)
    addresses = helm.named(objects, "ConfigMap", "-gateway")["data"]
    for service in ("gateway", "jobs", "crawler", "processor"):
        certificate = helm.named(objects, "Certificate", f"-{service}")["spec"]
        assert {"server auth", "client auth"} <= set(certificate["usages"])
        if service != "gateway":
            host = addresses[f"DOCSPASTA_{service.upper()}_ADDRESS"].split("///")[1].rsplit(":", 1)[0]
            assert host in certificate["dnsNames"]
        pod = helm.named(objects, "Deployment", f"-{service}")["spec"]["template"]["spec"]
        volume = next(one for one in pod["volumes"] if one["name"] == "tls")
        assert volume["secret"]["secretName"] == certificate["secretName"]
        mount = next(one for one in pod["containers"][0]["volumeMounts"] if one["name"] == "tls")
        data = helm.named(objects, "ConfigMap", f"-{service}")["data"]
        assert data["DOCSPASTA_TLS_CERTIFICATE"].startswith(mount["mountPath"])
        issuers = {one["metadata"]["name"] for one in helm.of_kind(objects, "Issuer")}
        assert certificate["issuerRef"]["name"] in issuers | {"internal"}


def test_notes_tell_the_next_step() -> None:
    said = notes("minimal")
    assert "port-forward service/rel-docspasta-gateway" in said
    assert "helm test rel -n docs" in said
    assert "Tighten: networkPolicy.postgres.to" in said
    assert "Open https://docs.example.org" in notes("ingress")
    assert "WARNING: devDatabases are for trials" in notes("dev-databases")
    assert "Tighten" not in notes("production")


def test_without_a_credential_there_is_no_test_and_no_way_for_it() -> None:
    values = helm.merged(helm.profile("minimal"), {"identity": {"anonymous": False}})
    objects = helm.render(values)
    assert helm.of_kind(objects, "Pod") == []
    assert not [one for one in objects if one["metadata"]["name"].endswith("-test")]
    private = helm.named(objects, "ConfigMap", "-crawler")["data"]["DOCSPASTA_ALLOW_PRIVATE"]
    assert private == ""
    gateway = helm.named(objects, "ConfigMap", "-gateway")["data"]
    assert gateway["DOCSPASTA_GATEWAY_ANONYMOUS"] == "false"


def notes(profile: str) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(helm.profile(profile), file)
        file.flush()
        command = ("install", "rel", ".", "-f", file.name, "--namespace", "docs", "--dry-run=client")
        return helm.run(*command).split("NOTES:")[1]
