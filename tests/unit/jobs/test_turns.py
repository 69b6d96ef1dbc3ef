"""A few pieces of work at once, one of each user: nobody waits behind all of another's."""

from __future__ import annotations

import asyncio

from services.jobs.documents.turns import Turns


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_user_with_much_to_do_leaves_a_turn_to_the_others():
    turns, open_now, ended = Turns(2), asyncio.Event(), []

    async def work(user: str) -> None:
        async with turns.turn(user):
            ended.append(user)
            await open_now.wait()

    working = [asyncio.create_task(work(user)) for user in ("ann", "ann", "ann", "ben", "cid")]
    await settle()
    assert ended == ["ann", "ben"]
    working[0].cancel()
    await settle()
    assert sorted(ended) in (["ann", "ann", "ben"], ["ann", "ben", "cid"])
    open_now.set()
    await asyncio.gather(*working, return_exceptions=True)
    assert sorted(ended) == ["ann", "ann", "ann", "ben", "cid"]
    assert not turns._own and not turns._users
