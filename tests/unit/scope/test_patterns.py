"""Regular expressions of a user's own."""

from __future__ import annotations

import pytest

from docspasta.patterns import BadPattern, check_pattern, found_in
from docspasta.scope import ScopeSettings, decide
from tests.loop_steps import cpu_seconds


def test_a_pattern_is_held_against_the_path_or_the_whole_url():
    url = "https://x.example/docs/a?b=1"
    assert found_in("^/docs/", url, whole=False) and not found_in("b=1", url, whole=False)
    assert found_in("b=1$", url, whole=True)


@pytest.mark.parametrize("pattern", ["(a", r"(a)\1", "a(?=b)", "(?P<x"])
def test_what_re2_does_not_take_is_refused(pattern):
    with pytest.raises(BadPattern, match="cannot be used"):
        check_pattern(pattern)


def test_a_hurtful_pattern_is_linear():
    url = "https://x.example/" + "a" * 2000 + "b"
    assert not found_in("^(a+)+$", url, whole=False)
    assert cpu_seconds(lambda: found_in("^(a+)+$", url, whole=False), 1) < 1


def test_a_scope_asks_them():
    settings = ScopeSettings(include=("/**",), include_regex=("^/docs/",), exclude_regex=("old",))
    scope = decide("https://x.example/", "https://x.example/", [], [], settings)
    assert scope.refuses("https://x.example/docs/a") == ""
    assert scope.refuses("https://x.example/docs/old/a") == "excluded"
    assert scope.refuses("https://x.example/blogs/a") == "not_included"
    assert scope.from_json(scope.to_json()) == scope
