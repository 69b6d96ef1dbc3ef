"""The load of many users, and its figures."""

from __future__ import annotations

import pytest

from bench.load import Load, growth, pace_used, percentile, quantile, wishes

PROMISED = Load(users=200, jobs=1000, hosts=2000, least=5, most=500, rate=70)


def test_every_host_is_in_one_job() -> None:
    found = wishes(PROMISED)
    assert len(found) == 1000
    assert sorted(host for wish in found for host in wish.hosts) == list(range(2000))
    assert {wish.user for wish in found} == set(range(200))


def test_sites_have_the_promised_sizes_and_the_mean_of_the_docstring() -> None:
    sizes = [wish.pages for wish in wishes(PROMISED) if len(wish.hosts) == 1]
    assert min(sizes) == 5
    assert 400 < max(sizes) <= 500
    assert sum(sizes) / len(sizes) == pytest.approx(50, rel=0.1)


def test_jobs_come_at_the_rate() -> None:
    found = wishes(PROMISED)
    before = sum(wish.all_pages for wish in found[:-1])
    assert found[-1].at == pytest.approx(before / 70)


def test_quantiles_span_the_sizes() -> None:
    assert (quantile(0, 5, 500), quantile(1, 5, 500)) == (5, 500)


def site(*times: float) -> list[tuple[float, str]]:
    return [(0, "/robots.txt"), (1, "/n9/"), *((time, f"/n9/p{at}.html") for at, time in enumerate(times))]


def test_the_pace_is_judged_from_the_first_further_page() -> None:
    assert pace_used({"a": site(10, 10.2, 10.4)}, 0.2) == (pytest.approx(1), 1)
    assert pace_used({"a": site(10, 10.2, 10.6)}, 0.2) == (pytest.approx(2 / 3), 1)


def test_one_slow_large_host_shows() -> None:
    fast, slow = site(*(at * 0.2 for at in range(60))), site(*(at * 0.4 for at in range(60)))
    used, low = pace_used({"a": fast, "b": slow}, 0.2)
    assert used == pytest.approx(2 / 3)
    assert low == pytest.approx(0.5)


def test_what_is_between_two_pages_takes_a_start_as_well() -> None:
    requests = [(0.0, "/n9/p1.html"), (0.2, "/sitemap.xml"), (0.4, "/n9/p2.html"), (0.9, "/x")]
    assert pace_used({"a": requests}, 0.2)[0] == pytest.approx(1)


def test_growth_compares_the_last_thirds() -> None:
    assert growth([1, 5, 9, 10, 10, 10, 10, 10, 10]) == 1
    assert growth([1, 1, 1, 10, 10, 10, 20, 20, 20]) == 2
    assert growth([]) == 1


def test_percentiles_of_nothing_are_nothing() -> None:
    assert percentile([], 99) == 0
    assert percentile(range(100), 99) == 99
