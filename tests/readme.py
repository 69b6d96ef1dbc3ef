"""tests/README.md, written from the table of sizes: `python -m tests.readme > tests/README.md`."""

from __future__ import annotations

from tests.sizes import SIZES

HEAD = """\
# Tests

    make test                     all tests, quick profile
    make test ARGS="tests/unit"   some of them
    make test-full                every proof at the size that its promise states

Tests run on the real PostgreSQL and Valkey that come with the project, in databases and keyspaces of their
own; `conftest.py` and `stack.py` start them. What a test needs besides (a browser, nginx, `../shared`) is
named when it is missing; with `DOCSPASTA_REQUIRE_SHARED=1` it must be there.

| directory | what is proven there |
| --- | --- |
| `unit` | pure functions, with strings and values |
| `contracts` | one behavioural suite, run against each thing that promises it |
| `integration` | a part of the system with the real servers |
| `e2e` | the whole stack, as a person or a browser meets it |
| `fuzz` | made-up input: `python -m tests.fuzz.<target> [seconds] [seed]`; `unit/fuzz` runs each a little |
| `cluster` | the chart on a real Kubernetes, changed under load: `make test-cluster`, where one can be made |
| `soak` | eight attackers at once beside ten honest users: `make soak`, 30 minutes |

## Time

A test passes on a machine that stops for 300 ms at any moment, and on one that others use:

- A wait bounds what would hang, so it is long: 30 s and more. No loop waits without a bound.
- What is timed is the quickest of some tries, stopped at the first that is quick enough, or CPU time
  (`loop_steps.py`). Noise makes a try slow, and none quick.
- A pace is judged over several delays: one late request makes the next gap short.
- A port for a process comes from `ports.py`. One that the kernel chose may be somebody else's by then.
- A count of a shared process (a metric, commands of Redis) is compared with the count before.

## Sizes

Written by `python -m tests.readme` from `sizes.py`; a test holds the two together.

| proof | `make test` | `make test-full` | what is counted |
| --- | ---: | ---: | --- |
"""


def readme() -> str:
    """The whole file."""
    rows = [
        f"| {name} | {small:,} | {full:,} | {what} |\n" for name, (small, full, what) in sorted(SIZES.items())
    ]
    return HEAD + "".join(rows)


if __name__ == "__main__":
    print(readme(), end="")
