"""What a crawl that went on during a change of the cluster must have seen. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LONGEST_SILENCE = 5.0  # seconds that a client may be without its event stream
# Jobs hands webhooks to the crawler, which alone reaches the internet; nettest.sh was written before that.
OPENED_SINCE = (":50052 open, wanted shut",)
OF_EVERY_NAMESPACE = ("serviceaccount/default", "No")  # and kubectl's "No resources found"


def faults(report: Mapping[str, Any]) -> list[str]:
    """Sentences about a report of crawl.py, none when nobody noticed the change."""
    return [*_lost(report), *_watching(report), *_polling(report["poll"])]


def _lost(report: Mapping[str, Any]) -> Iterator[str]:
    if report["missing"]:
        yield f"the document lacks pages: {report['missing']}"
    if report["twice"]:
        yield f"the document has {report['twice']} pages twice"
    if not report["in_order"]:
        yield "the document's pages are not in order"


def _watching(report: Mapping[str, Any]) -> Iterator[str]:
    for number, one in enumerate(report["watchers"], 1):
        if not one["end"] or one["end"][0] != "job_completed":
            yield f"watcher {number} saw no end of the job: {one['end']}"
        if one["resets"] or one["order"]:
            yield f"watcher {number} had {one['resets']} resets and {one['order']} events out of order"
        if one["errors"]:
            yield f"watcher {number} was refused: {one['errors'][:3]}"
        if one["longest_offline"] > LONGEST_SILENCE:
            yield f"watcher {number} was without a stream for {one['longest_offline']:.1f} s"


def _polling(poll: Mapping[str, Any]) -> Iterator[str]:
    if poll["bad"]:
        yield f"requests failed: {poll['bad']} at {poll['when'][:5]}"
    if not poll["ok"]:
        yield "no request was answered"


def faults_of_connections(printed: str) -> list[str]:
    """What nettest.sh found open that should be shut, and shut that should be open, by who asked."""
    found, asked = [], ""
    for line in printed.splitlines():
        asked = line if line.endswith("->") else asked
        if "WRONG" in line and not (asked == "jobs ->" and line.endswith(OPENED_SINCE)):
            found.append(f"{asked} {' '.join(line.split())}")
    return found


def left_behind(printed: str) -> list[str]:
    """What stands in the namespace after `helm uninstall`: what test.sh lists under `left:`."""
    _, _, listed = printed.partition("\nleft:\n")
    named = (line.split()[0] for line in listed.splitlines() if line.strip())
    return [f"{name} is left" for name in named if name != "NAME" and name not in OF_EVERY_NAMESPACE]
