"""Who reaches whom: the rendered policies, evaluated over a table."""

from __future__ import annotations

from itertools import product

import pytest

from tests.unit.chart import helm
from tests.unit.chart.network import End, allowed

OURS = ("gateway", "jobs", "crawler", "processor", "migration", "test")
PORTS = {"gateway": 8080, "jobs": 50051, "crawler": 50052, "processor": 50053, "test": 8080}
# Everything that is not the internet: metadata servers, private, shared, link-local, reserved, ULA.
FORBIDDEN = [
    "169.254.169.254",
    "169.254.170.2",
    "168.63.129.16",
    "100.100.100.200",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.0.1",
    "192.168.255.254",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "0.0.0.0",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.19.255.254",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "fc00::1",
    "fd00:ec2::254",
    "fdff:ffff::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2001::1",
    "2001:1ff::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "3fff::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "192.167.255.255",
    "192.169.0.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "168.63.129.15",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "2001:200::1",
    "2001:4860:4860::8888",
]


def policies(profile: str) -> list[helm.Object]:
    return helm.of_kind(helm.rendered(profile), "NetworkPolicy")


def pod(profile: str, component: str, address: str = "10.1.0.9") -> End:
    """A pod of the release, with the labels that it is rendered with."""
    for _, template in helm.pod_templates(helm.rendered(profile)):
        labels = template["metadata"]["labels"]
        if labels["app.kubernetes.io/component"] == component:
            return End(address, labels, helm.NAMESPACE, {"kubernetes.io/metadata.name": helm.NAMESPACE})
    raise AssertionError(f"{profile} has no pod of {component}")


def foreign(namespace: str = "elsewhere", address: str = "10.1.9.9", **labels: str) -> End:
    return End(address, labels or {"app": "other"}, namespace, {"kubernetes.io/metadata.name": namespace})


DNS = End(
    "10.1.3.3",
    {"k8s-app": "kube-dns"},
    "kube-system",
    {"kubernetes.io/metadata.name": "kube-system"},
)


@pytest.mark.parametrize("profile", ["minimal", "production", "dev-databases"])
def test_inside_only_the_gateway_asks_the_services(profile: str) -> None:
    """And jobs the crawler, which sends its webhooks."""
    rules = policies(profile)
    expected = {("gateway", "jobs"), ("gateway", "crawler"), ("gateway", "processor"), ("jobs", "crawler")}
    expected |= {("test", "gateway"), ("crawler", "test")}
    if profile != "production":  # there the gateway hears the Gateway API's proxy and the test only
        expected |= {(one, "gateway") for one in OURS if one == "test"}
    reached = {
        (source, target)
        for source, target in product(OURS, PORTS)
        if source != target and allowed(rules, pod(profile, source), pod(profile, target), PORTS[target])
    }
    assert reached == expected


@pytest.mark.parametrize("profile", helm.PROFILES)
@pytest.mark.parametrize("address", FORBIDDEN)
def test_the_crawler_reaches_no_private_address(profile: str, address: str) -> None:
    crawler = pod(profile, "crawler")
    if profile == "production" and address.startswith("10.20."):
        return
    for port in (80, 443, 8443, 8080, 22):
        assert not allowed(policies(profile), crawler, End(address), port), (address, port)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_crawler_reaches_the_internet_on_its_ports(address: str) -> None:
    crawler, rules = pod("minimal", "crawler"), policies("minimal")
    assert allowed(rules, crawler, End(address), 443)
    assert allowed(rules, crawler, End(address), 80)
    assert not allowed(rules, crawler, End(address), 22)
    assert not allowed(rules, crawler, End(address), 5432)
    assert not allowed(rules, crawler, End(address), 443, "UDP")


@pytest.mark.parametrize("component", [one for one in OURS if one != "crawler"])
@pytest.mark.parametrize("address", ["1.1.1.1", "169.254.169.254", "2606:4700::1111"])
def test_nobody_else_reaches_the_internet(component: str, address: str) -> None:
    for profile in ("minimal", "dev-databases"):
        for port in (80, 443):
            assert not allowed(policies(profile), pod(profile, component), End(address), port)


@pytest.mark.parametrize("component", OURS)
def test_who_reaches_postgres(component: str) -> None:
    expected = component in ("jobs", "processor", "migration")
    dev = policies("dev-databases")
    assert allowed(dev, pod("dev-databases", component), pod("dev-databases", "postgres"), 5432) is expected
    outside = End("10.0.5.7")
    assert allowed(policies("production"), pod("production", component), outside, 5432) is expected
    assert allowed(policies("minimal"), pod("minimal", component), outside, 5432) is expected
    bouncer = foreign(helm.NAMESPACE, app="pgbouncer")
    assert allowed(policies("everything"), pod("everything", component), bouncer, 6432) is expected


@pytest.mark.parametrize("component", OURS)
def test_who_reaches_redis(component: str) -> None:
    expected = component in ("jobs", "crawler", "processor")
    dev = policies("dev-databases")
    assert allowed(dev, pod("dev-databases", component), pod("dev-databases", "redis"), 6379) is expected
    assert allowed(policies("production"), pod("production", component), End("10.0.6.7"), 6379) is expected


def test_the_crawler_reaches_no_postgres_by_any_of_its_open_ports() -> None:
    """Whatever port of a database's address it tries."""
    for profile, target in (("production", End("10.0.5.7")), ("dev-databases", None)):
        target = target or pod(profile, "postgres")
        assert not [
            p for p in range(1, 65536, 7) if allowed(policies(profile), pod(profile, "crawler"), target, p)
        ]
        assert not allowed(policies(profile), pod(profile, "crawler"), target, 5432)


@pytest.mark.parametrize("component", OURS)
def test_metadata_servers_are_out_of_reach(component: str) -> None:
    for profile in helm.PROFILES:
        for address in ("169.254.169.254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200"):
            for port in (80, 443, 53, 5432, 6379, 6380, 6432):
                assert not allowed(policies(profile), pod(profile, component), End(address), port)


@pytest.mark.parametrize("component", OURS)
def test_everybody_asks_dns(component: str) -> None:
    for protocol in ("UDP", "TCP"):
        assert allowed(policies("minimal"), pod("minimal", component), DNS, 53, protocol)
        # NodeLocal DNSCache
        assert allowed(policies("minimal"), pod("minimal", component), End("169.254.20.10"), 53, protocol)
    assert not allowed(policies("minimal"), pod("minimal", component), End("8.8.8.8"), 53, "UDP")


@pytest.mark.parametrize("component", OURS)
def test_from_outside_only_the_gateway_is_reached(component: str) -> None:
    rules, target = policies("minimal"), pod("minimal", component)
    for source in (foreign(), End("203.0.113.77"), foreign(helm.NAMESPACE)):
        for port in (8080, 50051, 50052, 50053, 50060, 9464):
            expected = component == "gateway" and port == 8080
            assert allowed(rules, source, target, port) is expected


def test_production_hears_its_proxy_and_its_prometheus_alone() -> None:
    rules, gateway = policies("production"), pod("production", "gateway")
    assert allowed(rules, foreign("gateways"), gateway, 8080)
    assert not allowed(rules, foreign("elsewhere"), gateway, 8080)
    for component in ("gateway", "jobs", "crawler", "processor"):
        target = pod("production", component)
        assert allowed(rules, foreign("monitoring"), target, 9464)
        assert not allowed(rules, foreign("elsewhere"), target, 9464)
        assert allowed(rules, target, foreign("monitoring"), 4317)
        assert allowed(rules, target, End("198.18.7.3"), 443)  # the OIDC issuer


def test_allowed_private_targets_are_opened_and_no_more() -> None:
    rules, crawler = policies("production"), pod("production", "crawler")
    assert allowed(rules, crawler, End("10.20.3.4"), 443)
    assert not allowed(rules, crawler, End("10.20.3.4"), 80)
    assert not allowed(rules, crawler, End("10.21.3.4"), 443)
    data = helm.named(helm.rendered("production"), "ConfigMap", "-crawler")["data"]
    assert "10.20.0.0/16" in data["DOCSPASTA_ALLOW_PRIVATE"].split(",")
    named = helm.named(helm.rendered("everything"), "ConfigMap", "-crawler")["data"][
        "DOCSPASTA_ALLOW_PRIVATE"
    ]
    assert "wiki.intranet.example.org" in named.split(",")
    assert allowed(policies("everything"), pod("everything", "crawler"), End("10.9.8.7"), 443)


def test_the_clusters_public_addresses_can_be_kept_out() -> None:
    rules, crawler = policies("everything"), pod("everything", "crawler")
    assert not allowed(rules, crawler, End("34.100.1.1"), 443)
    assert not allowed(rules, crawler, End("2600:1f00::1"), 443)
    assert allowed(rules, crawler, End("34.101.1.1"), 8443)


def test_every_pod_is_governed_in_both_directions() -> None:
    for profile in helm.PROFILES:
        rules = policies(profile)
        for name, template in helm.pod_templates(helm.rendered(profile)):
            end = End("10.1.0.9", template["metadata"]["labels"], helm.NAMESPACE)
            assert not allowed(rules, foreign(), end, 12345), name
            assert not allowed(rules, end, foreign(), 12345), name


def test_the_evaluator_is_open_without_policies() -> None:
    assert allowed([], foreign(), foreign("other"), 1)


def test_switched_off_there_is_none() -> None:
    off = helm.merged(helm.profile("minimal"), {"networkPolicy": {"enabled": False}})
    assert helm.of_kind(helm.render(off), "NetworkPolicy") == []
