"""Crawls as resources, on a cluster: the operator's own image and pod, and the life of a CrawlJob.

The chart is there already (test.sh's `install`), and with it the site of the cluster's own internet. Each
function looks at one promise of docs/operator.md and yields sentences about what did not hold.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from typing import Any

from tests.unit.chart.helm import program

from .changes import PAGES, SITE
from .cluster import HOME, LONGEST, RELEASE, Cluster, Failed

TEAM, OTHER = "crawls-a", "crawls-b"
GATEWAY = f"http://{RELEASE}-gateway.{HOME}.svc"


def crawl(cluster: Cluster, name: str, namespace: str = TEAM) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cluster.kubectl("-n", namespace, "get", "crawl", name, "-o", "json"))
    return found


def begin(cluster: Cluster, name: str, namespace: str = TEAM, **spec: Any) -> None:
    cluster.apply(
        {
            "apiVersion": "docspasta.dev/v1alpha1",
            "kind": "CrawlJob",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"url": SITE, **spec},
        }
    )


def wait(cluster: Cluster, name: str, what: str, namespace: str = TEAM) -> None:
    cluster.kubectl("-n", namespace, "wait", f"--for={what}", f"crawl/{name}", f"--timeout={LONGEST}s")


def asked(cluster: Cluster, url: str, account: str) -> tuple[int, str]:
    """Status and text of a document, asked as somebody's ServiceAccount from inside of the cluster."""
    token = cluster.kubectl("-n", account, "create", "token", "default", "--audience", "docspasta").strip()
    curl = ("curl", "-s", "-m", "60", "-w", "\n%{http_code}", "-H", f"Authorization: Bearer {token}", url)
    text, _, status = cluster.kubectl("-n", "tools", "exec", "tools", "--", *curl).rpartition("\n")
    return int(status), text


def turn_on(cluster: Cluster) -> None:
    """docs/operator.md, Install, word by word; the addresses are asked of the cluster as it says."""
    about = json.loads(cluster.kubectl("get", "--raw", "/.well-known/openid-configuration"))
    slices = json.loads(cluster.kubectl("get", "endpointslices", "-n", "default", "kubernetes", "-o", "json"))
    address = slices["endpoints"][0]["addresses"][0]
    switches = {
        "operator.enabled": "true",
        "operator.issuer": about["issuer"],
        "networkPolicy.apiServer.to[0].ipBlock.cidr": f"{address}/32",
        "settings.gateway_public_url": GATEWAY,
    }
    given = [part for name, value in switches.items() for part in ("--set", f"{name}={value}")]
    for command in (
        ("upgrade", "--install", "docspasta-crds", str(cluster.charts / "docspasta-crds")),
        (
            "upgrade",
            RELEASE,
            str(cluster.charts / "docspasta"),
            "-n",
            HOME,
            "--reuse-values",
            "--wait",
            *given,
        ),
    ):
        cluster.helm(*command, "--timeout", f"{LONGEST}s")
    names = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": n}} for n in (TEAM, OTHER)]
    cluster.apply(*names)


def a_crawl_is_whole_and_its_own(cluster: Cluster) -> Iterator[str]:
    begin(cluster, "whole")
    wait(cluster, "whole", "condition=Complete")
    status = crawl(cluster, "whole")["status"]
    if (status["done"], status["failed"]) != (PAGES + 1, 0):
        yield f"a CrawlJob says {status['done']} done and {status['failed']} failed of {PAGES + 1}"
    code, text = asked(cluster, status["documentURL"], TEAM)
    if code != 200 or text.count("\n# Title") + text.count("\n## Title") != PAGES:
        yield f"its document answered {code} with {len(text)} characters: {text[:200]!r}"
    code, text = asked(cluster, status["documentURL"], OTHER)
    if code != 404:
        yield f"another namespace's token was answered {code}: {text[:200]!r}"


def a_spec_stays(cluster: Cluster) -> Iterator[str]:
    patch = json.dumps({"spec": {"url": "http://www.world.test/"}})
    done = cluster.run(program("kubectl"), "-n", TEAM, "patch", "crawl", "whole", "--type=merge", "-p", patch)
    if done.returncode == 0:
        yield "the address of a CrawlJob could be changed"


def it_outlives_its_operator(cluster: Cluster) -> Iterator[str]:
    begin(cluster, "killed")
    pods = ("-l", f"app.kubernetes.io/instance={RELEASE},app.kubernetes.io/component=operator")
    cluster.kubectl("-n", HOME, "delete", "pod", *pods, "--grace-period=0", "--force")
    wait(cluster, "killed", "condition=Complete")
    if (done := crawl(cluster, "killed")["status"]["done"]) != PAGES + 1:
        yield f"a CrawlJob whose operator was killed says {done} done of {PAGES + 1}"


def a_namespace_goes_with_its_crawls(cluster: Cluster) -> Iterator[str]:
    url = crawl(cluster, "whole")["status"]["documentURL"]
    begin(cluster, "short", OTHER)
    begun = time.monotonic()
    cluster.kubectl("-n", TEAM, "delete", "crawl", "whole", f"--timeout={LONGEST}s")
    if (code := asked(cluster, url, TEAM)[0]) != 404:
        yield f"the document of a deleted CrawlJob was answered {code}"
    cluster.kubectl("delete", "namespace", OTHER, TEAM, f"--timeout={LONGEST}s")
    print(f"   CrawlJobs and two namespaces were gone after {time.monotonic() - begun:.0f} s")


def faults(cluster: Cluster) -> Iterator[str]:
    """Turn the operator on, and look at all of it; a step that could not be done ends it."""
    try:
        turn_on(cluster)
        for promise in (
            a_crawl_is_whole_and_its_own,
            a_spec_stays,
            it_outlives_its_operator,
            a_namespace_goes_with_its_crawls,
        ):
            print(f"   {promise.__name__.replace('_', ' ')}", flush=True)
            yield from promise(cluster)
    except (Failed, subprocess.TimeoutExpired) as error:
        yield str(error)
