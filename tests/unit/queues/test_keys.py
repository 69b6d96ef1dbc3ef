"""The list of keys is whole: docs/redis.md is it, and the Lua scripts use nothing else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from docspasta.domain import JobKey
from docspasta.queues import acl, keys, report, scripts

ROOM = Path(keys.__file__).parent
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in ROOM.glob("*.lua")}
LUA = sorted(name for name, text in TEXTS.items() if not text.startswith("-- Fragment"))


def test_the_document_is_the_list() -> None:
    text = (ROOM.parents[1] / "docs" / "redis.md").read_text(encoding="utf-8")
    assert text == keys.render(), "run: python -m docspasta.queues.keys > docs/redis.md"


def test_hosts_spread_over_the_shards() -> None:
    shards = Counter(keys.shard_of(f"docs{at}.example.org", 16) for at in range(16_000))
    assert len(shards) == 16 and max(shards.values()) < 1200
    assert keys.shard_of("docs.example", 1) == 0


def test_names_that_would_break_a_key_are_refused() -> None:
    assert keys.job_name(JobKey("a-Z_9", "j")) == "a-Z_9/j"
    assert keys.job_of("a-Z_9/j") == JobKey("a-Z_9", "j")
    for bad in ("", "a/b", "a{b", "a:b", "a b", "x" * 65, "ü", "a\n"):
        with pytest.raises(ValueError, match="user and job ids"):
            keys.job_name(JobKey(bad, "j"))


@pytest.mark.parametrize("script", LUA)
def test_a_script_names_every_key_and_argument(script: str) -> None:
    """The first lines name each KEYS[n] and ARGV[n] that the script uses."""
    text = TEXTS[script]
    head = text[: re.search(r"^(?!--)", text, re.MULTILINE).start()]  # type: ignore[union-attr]
    body = text[len(head) :]
    for used in set(re.findall(r"(?:KEYS|ARGV)\[\d+\]", body)):
        name, number = used[:-1].split("[")
        spread = [int(n) for n in re.findall(rf"{name}\[(\d+)\.\.\.\]", head)]
        assert used in head or any(int(number) >= n for n in spread), f"{used} is not named"
    for named in re.findall(r"KEYS\[\d+\] (\S+)", head):
        assert kind(named) in KINDS, f"{named} is not in keys.py"


def test_a_host_s_record_is_read_and_written_in_one_file() -> None:
    """Every other file uses it by name: none cuts or matches its text."""
    for name, text in TEXTS.items():
        code = re.sub(r"--.*", "", text)
        if name != "host_record" and "pace:" in code:
            assert not re.search(r"sub\((text|record)|%013d|'%\|'|' -;'", code), name


def kind(name: str) -> str:
    """A key's name with every placeholder alike."""
    return re.sub(r"<[^>]+>", "<>", name)


KINDS = {kind(key.name) for key in keys.KEYS}


@pytest.mark.parametrize("script", LUA)
def test_a_scripts_commands_are_in_the_acl(script: str) -> None:
    used = {name.lower() for name in re.findall(r"\bcall\('(\w+)'", scripts.source(script))}
    assert used <= set(acl.JOBS.commands)


def test_every_key_has_a_kind_in_the_report() -> None:
    for key in keys.KEYS:
        name = key.name.replace("{fNN}", "{f03}")
        for word in ("user", "job", "host", "origin", "address"):
            name = name.replace(f"<{word}>", f"some-{word}")
        assert "some" not in report.kind_of(name), name
