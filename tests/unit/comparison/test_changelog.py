"""What people read of a change: links, lists, and diffs that no page can break out of."""

from __future__ import annotations

from docspasta.changelog import changed, heading, item, opening


def test_the_title_names_both_runs_and_what_changed() -> None:
    counts = {"added": 1, "changed": 1_200, "same": 7}
    assert opening("hand*book*\n", "j1", "j2", counts) == (
        "# What changed in hand\\*book\\*\n\nSeen from run `j1` to run `j2`: 1 added, 0 moved, "
        "1,200 changed, 0 removed, 0 failed, 0 stale, 7 unchanged.\n"
    )
    assert "in run `j2`, the first one:" in opening("x", "", "j2", {})
    assert heading("moved") == "\n## Moved pages\n\n"


def test_titles_are_escaped_and_addresses_closed() -> None:
    assert item("A [b]\n*c*", "https://e.org/(x") == "- [A [b] *c\\*](<https://e.org/(x>)\n"
    assert item("", "https://e.org/") == "- [https://e.org/](https://e.org/)\n"


def test_a_diff_stays_inside_its_fence() -> None:
    text = changed("T", "https://e.org/", "a\n```\nb", "a\n````\nb")
    assert text.endswith("`````diff\n@@ -1,3 +1,3 @@\n a\n-```\n+````\n b\n`````\n\n")
    assert "title changed" in changed("T", "https://e.org/", "a", "a")
