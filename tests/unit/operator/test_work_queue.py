"""What is to be looked at comes up at its time, once, and never twice at once."""

from __future__ import annotations

import asyncio
import random

from services.operator.work_queue import WorkQueue


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_earliest_time_counts() -> None:
    clock = Clock()
    queue: WorkQueue[str] = WorkQueue(clock)
    queue.add("a", 10)
    queue.add("a", 5)
    queue.add("a", 20)
    clock.now = 5
    assert (queue.ready(), queue.ready()) == ("a", None)
    clock.now = 30
    assert queue.ready() is None


def test_what_is_taken_comes_again_only_when_it_is_done() -> None:
    queue: WorkQueue[str] = WorkQueue(Clock())
    queue.add("a")
    assert queue.ready() == "a"
    queue.add("a")
    assert queue.ready() is None
    queue.done("a")
    assert queue.ready() == "a"


def test_what_is_dropped_does_not_come() -> None:
    queue: WorkQueue[str] = WorkQueue(Clock())
    queue.add("a")
    queue.drop("a")
    assert queue.ready() is None


async def test_who_waits_is_woken() -> None:
    queue: WorkQueue[str] = WorkQueue(Clock())
    taking = asyncio.create_task(queue.take())
    await asyncio.sleep(0)
    queue.add("a")
    assert await asyncio.wait_for(taking, 30) == "a"


def test_nothing_is_forgotten_and_nothing_taken_twice() -> None:
    for seed in range(200):
        draw, clock = random.Random(seed), Clock()
        queue: WorkQueue[int] = WorkQueue(clock)
        due: dict[int, float] = {}
        taken: set[int] = set()
        for _ in range(100):
            clock.now += draw.random()
            what, key = draw.random(), draw.randrange(5)
            if what < 0.4:
                after = draw.random() * 5
                queue.add(key, after)
                due[key] = min(due.get(key, 1e9), clock.now + after)
            elif what < 0.7 and taken:
                taken.discard(done := draw.choice(sorted(taken)))
                queue.done(done)
            else:
                found = queue.ready()
                ready = {one for one, at in due.items() if at <= clock.now and one not in taken}
                assert (found in ready) if ready else found is None, f"seed {seed}"
                if found is not None:
                    del due[found]
                    taken.add(found)
