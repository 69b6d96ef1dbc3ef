"""What the doctor found: a level, a sentence, and what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is. Only WRONG makes the exit status 1."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """`subject` is what was examined; `remedy` is what to do, '' if nothing is wrong."""

    level: Level
    subject: str
    sentence: str
    remedy: str = ""


def good(subject: str, sentence: str) -> Finding:
    return Finding(Level.GOOD, subject, sentence)


def note(subject: str, sentence: str, remedy: str) -> Finding:
    return Finding(Level.NOTE, subject, sentence, remedy)


def wrong(subject: str, sentence: str, remedy: str) -> Finding:
    return Finding(Level.WRONG, subject, sentence, remedy)


MARKS = {Level.GOOD: "ok   ", Level.NOTE: "note ", Level.WRONG: "WRONG"}


def report(findings: Iterable[Finding]) -> str:
    """Lines for a terminal, the worst last."""
    order = {Level.GOOD: 0, Level.NOTE: 1, Level.WRONG: 2}
    lines = []
    found = sorted(findings, key=lambda one: order[one.level])
    for one in found:
        lines.append(f"{MARKS[one.level]} {one.subject}: {one.sentence}")
        if one.remedy:
            lines.append(f"      -> {one.remedy}")
    counts = {level: sum(one.level is level for one in found) for level in Level}
    lines.append(f"{counts[Level.WRONG]} wrong, {counts[Level.NOTE]} to note, {counts[Level.GOOD]} good")
    return "\n".join(lines)
