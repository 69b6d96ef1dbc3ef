"""The operator in the chart: what it may do, whom it reaches, and that it changes nothing while it is off."""

from __future__ import annotations

import json

import pytest
import yaml

from charts.crds import NOT_IN_A_RESOURCE, definitions
from docspasta.identity.issuers import parse_issuers
from docspasta.rest.requests import CrawlRequest
from tests.unit.chart import helm

CLUSTER = "https://kubernetes.default.svc.cluster.local"
CRDS = helm.ROOT / "charts" / "docspasta-crds"
RIGHTS = {
    ("docspasta.dev", "crawljobs"): {"get", "list", "watch", "patch", "delete"},
    ("docspasta.dev", "crawlsources"): {"get", "list", "watch", "patch"},
    ("docspasta.dev", "crawljobs/status"): {"patch"},
    ("docspasta.dev", "crawlsources/status"): {"patch"},
    ("events.k8s.io", "events"): {"create"},
}


def rights(role: helm.Object) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for rule in role["rules"]:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                found.setdefault((group, resource), set()).update(rule["verbs"])
    return found


def test_its_rights_are_these_and_no_others() -> None:
    objects = helm.rendered("operator")
    [role] = helm.of_kind(objects, "ClusterRole")
    assert rights(role) == RIGHTS
    lease = helm.named(objects, "Role", "-operator-lease")
    assert rights(lease) == {("coordination.k8s.io", "leases"): {"get", "update"}}


def test_its_lease_goes_with_the_release() -> None:
    """What the operator makes itself outlives an uninstallation: the chart makes the lease."""
    objects = helm.rendered("operator")
    [lease] = helm.of_kind(objects, "Lease")
    [rule] = helm.named(objects, "Role", "-operator-lease")["rules"]
    assert rule["resourceNames"] == [lease["metadata"]["name"]]
    named = helm.named(objects, "ConfigMap", "-operator")["data"]["DOCSPASTA_OPERATOR_LEASE"]
    assert named == f"{lease['metadata']['namespace']}/{lease['metadata']['name']}"
    assert "spec" not in lease  # the replicas write it, and no upgrade takes a turn away


def test_named_namespaces_take_roles_in_the_place_of_a_cluster_role() -> None:
    values = helm.merged(helm.profile("operator"), {"operator": {"namespaces": ["team-a", "team-b"]}})
    objects = helm.render(values)
    assert helm.of_kind(objects, "ClusterRole", "ClusterRoleBinding") == []
    roles = [one for one in helm.of_kind(objects, "Role") if one["metadata"]["name"].endswith("-operator")]
    assert [one["metadata"]["namespace"] for one in roles] == ["team-a", "team-b"]
    assert all(rights(one) == RIGHTS for one in roles)
    config = helm.named(objects, "ConfigMap", "-operator")["data"]
    assert config["DOCSPASTA_OPERATOR_NAMESPACES"] == "team-a,team-b"


def test_jobs_alone_believes_the_cluster_and_names_the_operator() -> None:
    for component in ("gateway", "jobs", "crawler", "processor"):
        config = helm.named(helm.rendered("operator"), "ConfigMap", f"docspasta-{component}")["data"]
        kinds = [row["kind"] for row in json.loads(config["DOCSPASTA_IDENTITY_ISSUERS"])]
        assert ("kubernetes" in kinds) == (component == "jobs")
    config = helm.named(helm.rendered("operator"), "ConfigMap", "docspasta-jobs")["data"]
    issuer = parse_issuers(config["DOCSPASTA_IDENTITY_ISSUERS"], "docspasta")[CLUSTER]
    assert issuer.operator == "system:serviceaccount:docs:rel-docspasta-operator"
    assert issuer.scopes == ("read", "write")
    account = helm.named(helm.rendered("operator"), "Deployment", "-operator")["spec"]["template"]["spec"]
    assert account["serviceAccountName"] == "rel-docspasta-operator"


def test_a_list_of_issuers_in_a_secret_needs_no_row_written_by_hand() -> None:
    """docs/cluster.md takes the list from a Secret, and docs/operator.md then turns the operator on."""
    login = {"issuer": "https://login.example.org", "jwksUrl": "https://login.example.org/keys"}
    values = helm.merged(
        helm.profile("operator"), {"identity": {"fromSecret": True, "signingPublicKeys": [], "oidc": [login]}}
    )
    objects = helm.render(values)
    names = {}
    for component in ("gateway", "jobs", "crawler", "processor"):
        config = helm.named(objects, "ConfigMap", f"docspasta-{component}")["data"]
        assert "DOCSPASTA_IDENTITY_ISSUERS" not in config
        names[component] = parse_issuers("[]", "docspasta", config["DOCSPASTA_IDENTITY_FURTHER_ISSUERS"])
    assert {name for name, issuers in names.items() if CLUSTER in issuers} == {"jobs"}
    assert all("https://login.example.org" in issuers for issuers in names.values())
    assert names["jobs"][CLUSTER].operator == "system:serviceaccount:docs:rel-docspasta-operator"


def test_no_token_of_ours_goes_to_an_issuer_outside() -> None:
    outside = {
        "operator": {"issuer": "https://oidc.example.org/id", "jwksUrl": "https://oidc.example.org/keys"}
    }
    objects = helm.render(helm.merged(helm.profile("operator"), outside))
    config = helm.named(objects, "ConfigMap", "docspasta-jobs")["data"]
    assert "token_file" not in config["DOCSPASTA_IDENTITY_ISSUERS"]
    assert "DOCSPASTA_IDENTITY_ALLOW_PRIVATE" not in config


def test_it_reaches_jobs_and_the_api_server_and_nobody_reaches_it() -> None:
    policy = helm.named(helm.rendered("operator"), "NetworkPolicy", "-operator")["spec"]
    assert policy.get("ingress") is None
    ports = [{port["port"] for port in rule["ports"]} for rule in policy["egress"]]
    assert ports == [{53}, {443, 6443}, {50051}]


@pytest.mark.parametrize("profile", sorted(set(helm.PROFILES) - {"operator"}))
def test_nothing_of_it_is_there_while_it_is_off(profile: str) -> None:
    found = [one["metadata"]["name"] for one in helm.rendered(profile)]
    assert not [name for name in found if name.endswith("-operator")]


def test_it_has_a_certificate_when_the_services_ask_for_one() -> None:
    objects = helm.render(helm.merged(helm.profile("operator"), {"mtls": {"enabled": True}}))
    assert (
        helm.named(objects, "Certificate", "-operator")["spec"]["secretName"] == "rel-docspasta-operator-tls"
    )
    config = helm.named(objects, "ConfigMap", "-operator")["data"]
    assert config["DOCSPASTA_TLS_CERTIFICATE"] == "/etc/docspasta/tls/tls.crt"


def test_the_definitions_outlive_their_release() -> None:
    objects = helm.parse(helm.run("template", "crds", str(CRDS), cwd=CRDS))
    for one in helm.of_kind(objects, "CustomResourceDefinition"):
        assert one["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    assert len(helm.of_kind(objects, "CustomResourceDefinition")) == 2
    assert helm.run("lint", "--strict", ".", cwd=CRDS)


@pytest.mark.parametrize("name", definitions())
def test_a_definition_is_structural(name: str) -> None:
    """What the API server asks of a schema, as far as it can be told without one."""
    loaded = yaml.safe_load((CRDS / "templates" / name).read_text())
    [version] = loaded["spec"]["versions"]
    assert "x-kubernetes-preserve-unknown-fields" not in json.dumps(loaded)
    assert version["subresources"] == {"status": {}}
    for path, shape in nodes(version["schema"]["openAPIV3Schema"]):
        assert "type" in shape, path
        assert not {"anyOf", "$ref", "additionalProperties", "nullable", "title"} & shape.keys(), path
        if shape["type"] == "array":
            assert "items" in shape, path
    columns = [one["name"] for one in version["additionalPrinterColumns"] if "priority" not in one]
    if name == "crawljobs.yaml":
        assert columns == ["State", "Done", "Found", "Failed", "Age"]


def nodes(shape: helm.Object, path: str = "") -> list[tuple[str, helm.Object]]:
    found = [(path, shape)]
    for name, below in shape.get("properties", {}).items():
        found += nodes(below, f"{path}.{name}")
    return found + (nodes(shape["items"], path + "[]") if "items" in shape else [])


def test_a_crawl_may_be_told_what_rest_may_be_told() -> None:
    job = definitions()["crawljobs.yaml"]["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    settings = set(job["properties"]["spec"]["properties"]["settings"]["properties"])
    assert settings == set(CrawlRequest.names()) - NOT_IN_A_RESOURCE
