"""What users of a cluster must have seen during a change, and what other steps' output says. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LONGEST_SILENCE = 5.0  # seconds that a client may be without its event stream
OF_EVERY_NAMESPACE = ("serviceaccount/default", "configmap/kube-root-ca.crt")


def faults(report: Mapping[str, Any], *, unnoticed: bool) -> list[str]:
    """Sentences about a report of load.py: pages and events that were lost and, of a change that must go
    unnoticed, requests that were refused and streams that were away."""
    if not report.get("crawls"):
        return ["no crawl was made"]
    found = [one for crawl in report["crawls"] for one in (*_lost(crawl), *_unseen(crawl))]
    if unnoticed:
        found += [*_refused(report["requests"]), *(one for crawl in report["crawls"] for one in _away(crawl))]
    return found


def _lost(crawl: Mapping[str, Any]) -> Iterator[str]:
    if crawl["missing"]:
        yield f"a document lacks pages: {crawl['missing']}"
    if crawl["twice"]:
        yield f"a document has {crawl['twice']} pages twice"
    if not crawl["in_order"]:
        yield "a document's pages are not in order"


def _unseen(crawl: Mapping[str, Any]) -> Iterator[str]:
    for number, one in enumerate(crawl["streams"], 1):
        if one["end"] != "job_completed":
            yield f"watcher {number} saw another end of the job: {one['end'] or 'none'}"
        if one["resets"] or one["out_of_order"]:
            yield f"watcher {number} had {one['resets']} resets and {one['out_of_order']} events out of order"
        if set(one["states"]) - {"processed"}:
            yield f"watcher {number} did not see every page's end: {one['states']}"
    if len({str(one["states"]) for one in crawl["streams"]}) > 1:
        yield f"watchers saw different pages: {[one['states'] for one in crawl['streams']]}"


def _away(crawl: Mapping[str, Any]) -> Iterator[str]:
    for number, one in enumerate(crawl["streams"], 1):
        if one["refused"]:
            yield f"watcher {number} was refused: {one['refused'][:3]}"
        if one["longest_away"] > LONGEST_SILENCE:
            yield f"watcher {number} was without a stream for {one['longest_away']:.1f} s"


def _refused(requests: Mapping[str, Any]) -> Iterator[str]:
    if requests["refused"]:
        yield f"requests failed: {requests['answers']}: {requests['refused'][:5]}"


def left_behind(listed: str) -> list[str]:
    """What stands in the namespace after `helm uninstall`; `listed` are names of objects, one a line."""
    named = (line.strip() for line in listed.splitlines())
    return [f"{name} is left" for name in named if name and name not in OF_EVERY_NAMESPACE]
