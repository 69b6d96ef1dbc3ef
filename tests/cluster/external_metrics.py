"""external_metrics.py QUERIES ADDRESS PORT CERTIFICATE KEY: answers HPAs in place of KEDA's metrics server.

QUERIES is a JSON file: {name of a metric: the query of the chart}. Each answer is made from /metrics of the
running jobs pods, whose addresses kubectl is asked for (KUBECTL, KUBECONFIG). It knows sums of `max(…)` and
`sum(…)` over series that are chosen by labels, which is all that these queries use.
"""

from __future__ import annotations

import datetime
import http.server
import json
import os
import re
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

GROUP = "external.metrics.k8s.io/v1beta1"
TERM = re.compile(r"(max|sum)\((\w+)\{([^}]*)\}\)")
SERIES = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.M)
JOBS = "app.kubernetes.io/component=jobs"


def labels_of(text: str) -> dict[str, str]:
    return dict(re.findall(r'(\w+)="([^"]*)"', text))


def value_of(query: str, pages: list[str]) -> float:
    """A query's value over the exposed metrics of some pods. `namespace` is the scraper's label, not ours."""
    total = 0.0
    for how, name, chosen in TERM.findall(query):
        wanted = {key: text for key, text in labels_of(chosen).items() if key != "namespace"}
        found = [
            float(value)
            for page in pages
            for metric, labels, value in SERIES.findall(page)
            if metric == name and wanted.items() <= labels_of(labels).items()
        ]
        total += (max if how == "max" else sum)(found or [0.0])
    return total


def exposed() -> list[str]:
    """The metrics of each running jobs pod."""
    asked = ("get", "pods", "-A", "-l", JOBS, "--field-selector=status.phase=Running")
    path = "jsonpath={range .items[*]}{.status.podIP} {end}"
    done = subprocess.run(
        [os.environ["KUBECTL"], *asked, "-o", path], stdout=subprocess.PIPE, text=True, check=True
    )
    pages = []
    for address in done.stdout.split():
        with urllib.request.urlopen(f"http://{address}:9464/metrics", timeout=10) as answer:
            pages.append(answer.read().decode())
    return pages


class Answers(http.server.BaseHTTPRequestHandler):
    queries: dict[str, str]

    def do_GET(self) -> None:
        parts = self.path.partition("?")[0].strip("/").split("/")
        if parts == ["apis", *GROUP.split("/")]:
            kind = {
                "singularName": "",
                "namespaced": True,
                "kind": "ExternalMetricValueList",
                "verbs": ["get"],
            }
            resources = [{"name": name, **kind} for name in self.queries]
            self.say(
                {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": GROUP, "resources": resources}
            )
        elif parts[-1] in self.queries:
            now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            value = value_of(self.queries[parts[-1]], exposed())
            item = {"metricName": parts[-1], "metricLabels": {}, "timestamp": now, "value": f"{int(value)}"}
            self.say(
                {"kind": "ExternalMetricValueList", "apiVersion": GROUP, "metadata": {}, "items": [item]}
            )
        else:
            self.say({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404}, 404)

    def say(self, answer: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


def main(queries: str, address: str, port: str, certificate: str, key: str) -> None:
    Answers.queries = json.loads(Path(queries).read_text())
    server = http.server.ThreadingHTTPServer((address, int(port)), Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
