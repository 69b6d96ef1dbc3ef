"""Every query that operators see: the panels', the alerts' figures, the scaling queries. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import yaml

from tests.unit.chart import helm

NAMESPACE = "docs"


@dataclass(frozen=True)
class Query:
    """`where` names the panel or alert."""

    where: str
    text: str


def figure_of(expression: str) -> str:
    """An alert's expression without its outermost comparison."""
    depth, quoted, at = 0, False, -1
    for index, letter in enumerate(expression):
        quoted ^= letter == '"'
        if quoted:
            continue
        depth += (letter in "({[") - (letter in ")}]")
        if depth == 0 and letter in "<>":
            at = index
    assert at > 0, f"no comparison in {expression!r}"
    bound = expression[at:].lstrip("<>=").strip()
    assert re.fullmatch(r"[0-9.]+", bound), bound
    return expression[:at].strip()


def panels() -> list[Query]:
    found = []
    for path in sorted((helm.CHART / "dashboards").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                text = target["expr"].replace("$namespace", NAMESPACE)
                found.append(Query(f"{path.stem}: {panel['title']} {target['refId']}", text))
    return found


def rules() -> list[helm.Object]:
    text = (helm.CHART / "files" / "alerts.yaml").read_text()
    text = text.replace("SELECTOR", f'namespace="{NAMESPACE}"').replace(
        "RUNBOOKS", "https://example.org/runbooks"
    )
    loaded: list[helm.Object] = yaml.safe_load(text)["groups"][0]["rules"]
    return loaded


def alerts() -> list[Query]:
    return [Query(rule["alert"], figure_of(rule["expr"])) for rule in rules()]


def scaling() -> list[Query]:
    objects = helm.of_kind(helm.rendered("keda"), "ScaledObject")
    return [
        Query(one["metadata"]["name"], one["spec"]["triggers"][0]["metadata"]["query"]) for one in objects
    ]


def everything() -> list[Query]:
    return [*panels(), *alerts(), *scaling()]
