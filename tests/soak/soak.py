"""The soak: honest users alone, then with the attackers."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from dataclasses import dataclass, field
from threading import Event, Thread

from tests.stack import running_stack

from .attacks import ATTACKS, MISSING, Attack, names, page
from .people import Person
from .watch import MIB, Watch
from .web import Answer, serve

HONEST = 10
ALONE = 30.0  # seconds of the honest users alone, at least
TIMES = 3.0  # what their jobs may take, of what they take alone
SHORT = 1.0  # seconds that count as none: an idle stack's times vary by as much
PAGES = 5
NEVER = 1e6  # seconds of a job that was refused, did not end, or lacks a page


@dataclass
class Times:
    """Seconds of jobs, by user: alone, and beside the attackers."""

    alone: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    beside: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def wrong(self) -> list[str]:
        """Whose jobs took too long, as sentences."""
        found = []
        for user, alone in sorted(self.alone.items()):
            most = TIMES * statistics.median(alone) + SHORT
            late = [seconds for seconds in self.beside[user] if seconds > most]
            if late:
                jobs = f"{len(late)} of {len(self.beside[user])} jobs"
                found.append(f"{user}: {jobs} took over {most:.1f} s, up to {max(late):.1f}")
            if not self.beside[user]:
                found.append(f"{user}: no job ended beside the attackers")
        return found


def honest(person: Person, port: int, address: str, times: dict[str, list[float]], stop: Event) -> None:
    """Crawl a small site again and again."""
    while not stop.is_set():
        began = time.monotonic()
        job = person.crawl(f"http://{address}:{port}/")
        row = person.ended(job, stop) if job else None
        if row is not None:
            took = time.monotonic() - began
            times[person.name].append(took if row["processed"] == PAGES else NEVER)  # a page is missing
            person.delete(job)
        elif stop.is_set():
            times[person.name].append(time.monotonic() - began)  # so long at least
        else:
            times[person.name].append(NEVER)  # refused, or without end
        stop.wait(1)


def small_site(path: str, _: str) -> Answer:
    links = "".join(f"<a href=/page{at}>page {at}</a> " for at in range(1, PAGES))
    known = path == "/" or path.startswith("/page")
    return page(f"<p>{path} says something of its own, {path * 3}.</p>{links}") if known else MISSING


def soak(seconds: float, *, with_names: bool) -> tuple[Times, Watch]:
    """Run it; what came of it. `with_names`: this process asks the soak's own name server (web.py)."""
    port = serve("127.9.9.9", 0, small_site).server_address[1]
    settings = {
        "docspasta_crawler_min_delay": "0.2",
        "docspasta_crawler_max_concurrency": "2",
        "docspasta_crawler_delay": "0.2",
        "docspasta_crawler_concurrency": "2",
        "docspasta_crawler_ports": f"80,443,{port}",
        "docspasta_allow_private": "127.0.0.0/8",
    }
    with running_stack(**settings) as stack:
        times, watch = Times(), Watch(stack)
        over = Event()
        watching = Thread(target=watch.run, args=(over,))
        watching.start()
        people = [Person(stack, f"honest{at}", f"127.0.1.{at + 1}") for at in range(HONEST)]
        for at in range(HONEST):
            serve(f"127.8.1.{at + 1}", port, small_site)
        run(people, port, times.alone, [], max(ALONE, seconds / 20))
        chosen = [attack for attack in ATTACKS if with_names or attack is not names]
        attackers = []
        for at, attack in enumerate(chosen):
            attackers.append((attack, Person(stack, f"attacker{at}", f"127.0.2.{at + 1}")))
        print(f"alone: {shown(times.alone)}; {len(chosen)} attackers; logs in {stack.directory}", flush=True)
        run(people, port, times.beside, attackers, seconds)
        over.set()
        watching.join(30)
        print(f"beside: {shown(times.beside)}", flush=True)
        print({name: f"{most // MIB} MiB" for name, most in watch.highest.items()}, flush=True)
        watch.look_at_limits()
        return times, watch


def run(
    people: list[Person],
    port: int,
    times: dict[str, list[float]],
    attackers: list[tuple[Attack, Person]],
    seconds: float,
) -> None:
    """Let them all work for so many seconds."""
    stop = Event()
    threads = [
        Thread(target=honest, args=(person, port, f"127.8.1.{at + 1}", times, stop), daemon=True)
        for at, person in enumerate(people)
    ]
    threads += [Thread(target=attack, args=(person, port, stop), daemon=True) for attack, person in attackers]
    for thread in threads:
        thread.start()
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 60))
        print(f"{seconds - max(until - time.monotonic(), 0):.0f} s: {shown(times)}", flush=True)
    stop.set()
    for thread in threads[: len(people)]:
        thread.join(30)


def shown(times: dict[str, list[float]]) -> str:
    """The jobs and their seconds in a few words."""
    every = sorted(seconds for of_user in times.values() for seconds in of_user)
    if not every:
        return "no job ended"
    return f"{len(every)} jobs, median {statistics.median(every):.1f} s, longest {every[-1]:.1f} s"
