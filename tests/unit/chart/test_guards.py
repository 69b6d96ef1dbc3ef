"""Wrong values are refused, each with a sentence that names the value and says what to do."""

from __future__ import annotations

import pytest

from tests.unit.chart import helm

NO_ROUTE = {"httpRoute": {"enabled": True, "hostnames": ["a.example.org"]}}
PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----"
GUARDED: dict[str, tuple[str, helm.Object, str]] = {
    "no database": ("minimal", {"postgres": {"existingSecret": ""}}, "No database is given: set postgres.ex"),
    "one DSN of three": (
        "minimal",
        {"postgres": {"existingSecret": "", "dsn": "postgresql://a"}},
        "No database is given",
    ),
    "two databases": (
        "minimal",
        {"devDatabases": {"postgres": {"enabled": True, "password": "abcdefgh"}}},
        "Two databases are given: unset",
    ),
    "no Redis": ("minimal", {"redis": {"existingSecret": ""}}, "No Redis is given: set redis.existingSecret"),
    "two Redis": (
        "minimal",
        {"devDatabases": {"redis": {"enabled": True, "password": "abcdefgh"}}},
        "Two Redis are given",
    ),
    "dev database without password": (
        "dev-databases",
        {"devDatabases": {"postgres": {"password": ""}}},
        "devDatabases.postgres.password is empty: choose one",
    ),
    "one port for both": (
        "minimal",
        {"postgres": {"port": 6379}},
        "postgres.port and redis.port are both 6379: name Redis",
    ),
    "Postgres on a port of sites": (
        "minimal",
        {"postgres": {"port": 443}},
        "the crawler must not reach Postgres; name the ports",
    ),
    "all ports of sites": ("minimal", {"settings": {"crawler_ports": "*"}}, "must not reach Postgres"),
    "no signing key": ("dev-databases", {"keys": {"signing": ""}}, "keys.signing is missing: set keys.exist"),
    "no sealing key": ("dev-databases", {"keys": {"sealing": ""}}, "keys.sealing is missing"),
    "no ticket key": ("dev-databases", {"keys": {"ticket": ""}}, "keys.ticket is missing"),
    "no anonymous key": ("dev-databases", {"keys": {"anonymous": ""}}, "turn identity.anonymous off"),
    "one key for two": (
        "dev-databases",
        {"keys": {"sealing": helm.KEYS["ticket"]}},
        "keys.sealing and keys.ticket are the same",
    ),
    "placeholder for a key": (
        "dev-databases",
        {"keys": {"ticket": "the output of another `openssl rand -base64 32`"}},
        "keys.ticket is not a key: give base64 of 32 random bytes (openssl rand -base64 32)",
    ),
    "placeholder for a private key": (
        "dev-databases",
        {"keys": {"signing": "the output of `openssl genpkey -algorithm ed25519`"}},
        "keys.signing is not a private key in PEM: give an Ed25519 key",
    ),
    "placeholder for a public key": (
        "dev-databases",
        {"identity": {"anonymousPublicKeys": ["CHANGEME"]}},
        "holds what is not a public key in PEM: give the public half (openssl pkey -pubout)",
    ),
    "placeholder for a DSN": (
        "minimal",
        {"postgres": {"existingSecret": "", "dsn": "CHANGEME", "maintenanceDsn": "a", "ownerDsn": "b"}},
        "postgres.dsn is not an address: give postgresql://",
    ),
    "placeholder for a Redis URL": (
        "minimal",
        {"redis": {"existingSecret": "", "jobsUrl": "redis:6379", "crawlerUrl": "a", "processorUrl": "b"}},
        "redis.jobsUrl is not an address: give rediss://",
    ),
    "issuers from nowhere": (
        "dev-databases",
        {"identity": {"fromSecret": True}},
        "identity.fromSecret is on, but keys.existingSecret names no Secret",
    ),
    "no public key": (
        "minimal",
        {"identity": {"fromSecret": False}},
        "identity.signingPublicKeys is empty: give the public half",
    ),
    "no anonymous public key": (
        "minimal",
        {"identity": {"fromSecret": False, "signingPublicKeys": [PUBLIC_KEY]}},
        "identity.anonymousPublicKeys is empty",
    ),
    "private key in public": (
        "dev-databases",
        {"identity": {"signingPublicKeys": ["-----BEGIN PRIVATE KEY-----"]}},
        "holds a private key: it would stand in a ConfigMap",
    ),
    "no browser key": (
        "dev-databases",
        {"identity": {"login": {"issuer": "https://login.example.org", "clientId": "a"}}},
        "keys.browser is missing while identity.login.issuer is set",
    ),
    "no client secret": (
        "dev-databases",
        {
            "identity": {"login": {"issuer": "https://login.example.org", "clientId": "a"}},
            "keys": {"browser": helm.KEYS["signing"]},
        },
        "keys.loginClientSecret is missing",
    ),
    "no browser public key": (
        "production",
        {"identity": {"browserPublicKeys": []}},
        "identity.browserPublicKeys is empty",
    ),
    "sign-in without client": (
        "production",
        {"identity": {"login": {"clientId": ""}}},
        "identity.login.clientId is empty",
    ),
    "sign-in out of reach": (
        "minimal",
        {"identity": {"login": {"issuer": "https://login.example.org", "clientId": "a"}}},
        "identity.login.issuer is set, but networkPolicy.issuers.to is empty",
    ),
    "issuers out of reach": (
        "production",
        {"networkPolicy": {"issuers": {"to": []}}},
        "identity.oidc names issuers, but networkPolicy.issuers.to is empty",
    ),
    "an operator of no issuer": (
        "operator",
        {"operator": {"issuer": ""}},
        "operator.issuer is empty",
    ),
    "an operator without keys": (
        "operator",
        {"operator": {"jwksUrl": "http://keys"}},
        "operator.jwksUrl is not an address",
    ),
    "an operator that reaches no API server": (
        "operator",
        {"networkPolicy": {"apiServer": {"to": []}}},
        "operator.enabled is on, but networkPolicy.apiServer.to is empty",
    ),
    "Postgres for the crawler": (
        "minimal",
        {"crawler": {"extraEnv": [{"name": "DOCSPASTA_POSTGRES_DSN", "value": "x"}]}},
        "DOCSPASTA_POSTGRES_DSN must not be given to the crawler",
    ),
    "tickets for all": (
        "minimal",
        {"extraEnv": [{"name": "DOCSPASTA_TICKET_KEY", "value": "x"}]},
        "DOCSPASTA_TICKET_KEY must not be given to the crawler",
    ),
    "private host without peers": (
        "minimal",
        {"crawler": {"allowPrivate": [{"target": "wiki.example.org"}]}},
        "wiki.example.org is a host name, and a NetworkPolicy knows none: add `to`",
    ),
    "fewest above most": (
        "minimal",
        {"jobs": {"autoscaling": {"enabled": True, "minReplicas": 9, "maxReplicas": 3}}},
        "jobs.autoscaling.minReplicas is 9 and maxReplicas 3",
    ),
    "KEDA without Prometheus": (
        "keda",
        {"autoscaling": {"keda": {"serverAddress": ""}}},
        "autoscaling.keda.serverAddress is empty: give the address",
    ),
    "KEDA for nothing": (
        "minimal",
        {"autoscaling": {"keda": {"enabled": True, "serverAddress": "http://p:9090"}}},
        "no service's autoscaling.enabled is",
    ),
    "KEDA without metrics": (
        "keda",
        {"metrics": {"enabled": False, "podMonitor": {"enabled": False}}},
        "autoscaling.keda.enabled needs metrics.enabled",
    ),
    "route without Gateway": ("minimal", NO_ROUTE, "httpRoute.enabled is on without a Gateway: name one"),
    "Gateway without class": (
        "minimal",
        helm.merged(NO_ROUTE, {"httpRoute": {"gateway": {"create": True}}}),
        "without httpRoute.gateway.className",
    ),
    "route without host": (
        "minimal",
        {"httpRoute": {"enabled": True, "parentRefs": [{"name": "a"}]}},
        "without httpRoute.hostnames",
    ),
    "Ingress without host": (
        "minimal",
        {"ingress": {"enabled": True}},
        "ingress.enabled is on without ingre",
    ),
    "certificate for nothing": (
        "minimal",
        {"certificate": {"enabled": True, "issuerRef": {"name": "a"}}},
        "certificate.enabled is on, but there is no route",
    ),
    "certificate by nobody": (
        "ingress",
        {"certificate": {"issuerRef": {"name": ""}}},
        "certificate.issuerRef.name is empty",
    ),
    "two certificates": (
        "ingress",
        {"ingress": {"tlsSecret": "a"}},
        "ingress.tlsSecret and certificate.enabled are both set",
    ),
    "monitor of nothing": (
        "minimal",
        {"metrics": {"enabled": False, "podMonitor": {"enabled": True}}},
        "metrics.podMonitor.enabled needs metrics.enabled",
    ),
    "Prometheus shut out": (
        "minimal",
        {"metrics": {"podMonitor": {"enabled": True}}},
        "networkPolicy.metrics.from lets nobody in",
    ),
    "alerts without runbooks": (
        "minimal",
        {"metrics": {"rules": {"enabled": True}}},
        "metrics.rules.runbookUrl is empty",
    ),
    "traces shut in": (
        "minimal",
        {"settings": {"otlp_endpoint": "collector:4317"}},
        "networkPolicy.metrics.otlpTo lets no trace out",
    ),
    "doctor for nobody": (
        "minimal",
        {"doctor": {"rbac": {"create": True}}},
        "doctor.rbac.create is on without doctor.rbac.subjects",
    ),
    "label of selectors": (
        "minimal",
        {"commonLabels": {"app.kubernetes.io/component": "x"}},
        "commonLabels sets app.kubernetes.io/component, which selectors use",
    ),
    "pod label of selectors": (
        "minimal",
        {"jobs": {"podLabels": {"app.kubernetes.io/name": "x"}}},
        "jobs.podLabels sets app.kubernetes.io/name",
    ),
    "replicaCount": ("minimal", {"replicaCount": 2}, "The value replicaCount is not used by this chart: set"),
    "postgresql": ("minimal", {"postgresql": {"enabled": True}}, "The value postgresql is not used"),
    "env": ("minimal", {"env": {}}, "The value env is not used by this chart: set extraEnv"),
    "redis.url": ("minimal", {"redis": {"url": "redis://a"}}, "each service has its own Redis user"),
}


@pytest.mark.parametrize("case", GUARDED)
def test_contradicting_values_are_refused_with_a_sentence(case: str) -> None:
    profile, values, sentence = GUARDED[case]
    with pytest.raises(helm.Refused) as refusal:
        helm.text(helm.merged(helm.profile(profile), values))
    assert sentence in str(refusal.value)


MISSPELT: dict[str, tuple[helm.Object, str]] = {
    "top": ({"gatway": {}}, "gatway"),
    "service": ({"jobs": {"replica": 2}}, "replica"),
    "deep": ({"jobs": {"autoscaling": {"minReplica": 2}}}, "minReplica"),
    "setting": ({"crawler": {"settings": {"crawler_fetch": 2}}}, "crawler_fetch"),
    "another process's setting": ({"crawler": {"settings": {"jobs_keep": 2}}}, "jobs_keep"),
    "a secret as a setting": ({"settings": {"sealing_key": "x"}}, "sealing_key"),
    "type": ({"jobs": {"replicas": "two"}}, "replicas"),
    "toleration": ({"tolerations": [{"keys": "a"}]}, "keys"),
    "affinity": ({"affinity": {"nodeAffinty": {}}}, "nodeAffinty"),
    "environment": ({"extraEnv": [{"name": "A", "val": "b"}]}, "val"),
    "volume that restricted pods may not have": (
        {"extraVolumes": [{"name": "root", "hostPath": {"path": "/"}}]},
        "hostPath",
    ),
    "peer": ({"networkPolicy": {"redis": {"to": [{"ipblock": {}}]}}}, "ipblock"),
    "digest": ({"image": {"digest": "sha256:abc"}}, "digest"),
    "port": ({"postgres": {"port": 70000}}, "port"),
    "root": ({"podSecurity": {"runAsUser": 0}}, "runAsUser"),
    "host name": ({"ingress": {"hosts": ["https://docs.example.org"]}}, "hosts"),
    "controller": ({"ingress": {"controller": "ngnix"}}, "controller"),
    "quantity": ({"jobs": {"resources": {"limits": {"memory": "1 GB"}}}}, "memory"),
    "plain http issuer": (
        {"identity": {"oidc": [{"issuer": "a", "jwksUrl": "http://a/keys"}]}},
        "jwksUrl",
    ),
}


@pytest.mark.parametrize("case", MISSPELT)
def test_misspelt_and_mistyped_values_are_refused(case: str) -> None:
    values, named = MISSPELT[case]
    with pytest.raises(helm.Refused) as refusal:
        helm.text(helm.merged(helm.profile("minimal"), values))
    assert "values don't meet the specifications of the schema" in str(refusal.value)
    assert named in str(refusal.value)


def test_no_password_stands_in_the_values_by_default() -> None:
    with pytest.raises(helm.Refused):
        helm.text({})
    assert helm.of_kind(helm.rendered("minimal"), "Secret") == []


def test_every_guard_is_proven() -> None:
    """A `fail` whose sentence no case above meets is a guard nobody saw working."""
    import re

    source = (helm.CHART / "templates" / "_guards.tpl").read_text()
    sentences = re.findall(r'fail \(?(?:printf )?"([^"]+)"', source)
    assert len(sentences) > 30
    said = [str(_refusal(*GUARDED[case][:2])) for case in GUARDED]
    for sentence in sentences:
        pattern = re.sub(r"%(?:s|d|v)", ".+", re.escape(sentence).replace("\\%", "%"))
        assert any(re.search(pattern, one) for one in said), sentence


def _refusal(profile: str, values: helm.Object) -> helm.Refused:
    with pytest.raises(helm.Refused) as refusal:
        helm.text(helm.merged(helm.profile(profile), values))
    return refusal.value
