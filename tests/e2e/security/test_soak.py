"""The soak at a small size: the attackers end nothing, fill nothing, and starve nobody.

How long honest jobs take is for `make soak` on a machine of its own; here they have to end, whole.
"""

from __future__ import annotations

import pytest

from tests.sizes import FULL
from tests.soak.soak import HONEST, NEVER, soak

SECONDS = 90.0


@pytest.mark.alone
@pytest.mark.skipif(not FULL, reason="attackers need a minute and more; make test-full runs it")
def test_attackers_end_nothing_and_starve_nobody() -> None:
    times, watch = soak(SECONDS, with_names=False)
    assert not watch.wrong
    ended = {user: [one for one in took if one < NEVER] for user, took in times.beside.items()}
    assert len(ended) == HONEST and ended == times.beside
