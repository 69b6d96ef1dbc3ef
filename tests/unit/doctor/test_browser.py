"""The doctor says which browser draws pages on this machine, and how to get one."""

from __future__ import annotations

from docspasta.chromium import HOW
from docspasta.doctor.browser import judge_browser
from docspasta.doctor.findings import Level
from docspasta.doctor.settings import judge_settings


def test_a_machine_without_a_browser_is_told_how_to_get_one() -> None:
    def judged(found: str = "", **given: str) -> tuple[Level, str]:
        (finding,) = judge_browser(given, lambda _: found)
        return finding.level, finding.remedy

    assert judged() == (Level.NOTE, HOW)
    assert judged("/usr/bin/chromium") == (Level.GOOD, "")
    assert judged(RENDERER_CHROMIUM="none") == (Level.GOOD, "")
    level, remedy = judged(RENDERER_CHROMIUM="/opt/chrome")
    assert level is Level.NOTE and "DOCSPASTA_RENDERER_CHROMIUM" in remedy
    assert judge_browser({"RENDERER_ADDRESS": "renderer:50051"}, lambda _: "") == []


def test_settings_of_the_renderer_are_known() -> None:
    found = judge_settings({"DOCSPASTA_RENDERER_CHROMIUM": "/usr/bin/chromium"})
    assert not [one for one in found if "RENDERER" in one.sentence], found
