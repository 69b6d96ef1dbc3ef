"""Words near to one that no section has: distances against a slow oracle, the dictionary as it is read."""

from __future__ import annotations

import random
from functools import lru_cache

import pytest

from docspasta.search.blocks import Block, blocks
from docspasta.search.queries import respelt, unknown
from docspasta.search.spelling import candidates, chunks_of, distance, entries, keys_of, nearest
from docspasta.search.terms import Terms

WORDS = {
    "receive": 40, "create": 90, "created": 30, "task": 80, "asyncio": 60, "authentication": 20,
    "getelementbyid": 3, "element": 50, "kubernetes": 10, "webhook": 30, "flash": 2, "connection": 44,
    "grösse": 3, "configuration": 9,
}  # fmt: skip


def spelt(word: str, words: dict[str, int] = WORDS) -> str:
    stored = [(key, Block(data)) for key, data in blocks(entries(words))]

    def read(keys: list[bytes]) -> dict[bytes, bytes]:
        found = {}
        for key in keys:
            block = next((one for first, one in reversed(stored) if first <= key), None)
            if block is not None and (value := block.value(key)) is not None:
                found[key] = value
        return found

    return nearest(word, read(chunks_of(candidates(word, read(keys_of(word))))).values())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("recieve", "receive"),
        ("craete", "create"),
        ("tsak", "task"),
        ("taks", "task"),
        ("authentification", "authentication"),
        ("getelementbiid", "getelementbyid"),
        ("kuberentes", "kubernetes"),
        ("webhoook", "webhook"),
        ("grössa", "grösse"),
        ("conifguraiton", "configuration"),
        ("asyncoi", "asyncio"),
        ("elephants", ""),
        ("zzzz", ""),
    ],
)
def test_a_misspelt_word_is_told(typed: str, meant: str) -> None:
    assert spelt(typed) == meant


def test_no_word_is_near_in_an_empty_dictionary() -> None:
    assert spelt("create", {}) == ""
    assert candidates("create", {}) == []


def oracle(one: str, other: str) -> int:
    """Optimal string alignment, by its definition."""

    @lru_cache
    def far(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        found = min(far(i - 1, j) + 1, far(i, j - 1) + 1, far(i - 1, j - 1) + (one[i - 1] != other[j - 1]))
        if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            found = min(found, far(i - 2, j - 2) + 1)
        return found

    return far(len(one), len(other))


def test_distances_are_those_of_their_definition() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(300):
        one, other = ("".join(chance.choices("abc", k=chance.randrange(7))) for _ in range(2))
        for most in (1, 2, 9):
            assert distance(one, other, most) == min(oracle(one, other), most + 1), (one, other, most)


def test_a_word_with_one_mistake_is_found_among_many() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    words = {
        "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randrange(5, 12))): 1
        for _ in range(2_000)
    }
    for word in chance.sample(sorted(words), 20):
        at = chance.randrange(len(word) - 1)
        wrong = chance.choice(
            [word[:at] + word[at + 1 :], word[:at] + "q" + word[at + 1 :], word[:at] + "q" + word[at:]]
        )
        if wrong not in words and len(wrong) > 3:
            found = spelt(wrong, words)
            assert found and distance(wrong, found, 2) <= distance(wrong, word, 2), (wrong, word, found)


def test_only_words_of_which_nothing_is_known_are_doubted() -> None:
    languages = {"en": Terms("en")}
    known = {
        term for word in ("creating", "task", "getElementById", "hash") for term in languages["en"].of(word)
    }
    for query, doubted in (
        ("create task", []),
        ("craete_task", ["craete"]),
        ("asyncio.create_task", ["asyncio"]),
        ("getElementBiId", ["getelementbiid"]),
        ("how does creating hsah1 end", []),
        ("E4012 xy 関数", []),
        ("how to recieve tasks?", ["recieve"]),
    ):
        found = [
            word for word in unknown(query, languages, known) if word not in ("createtask", "craetetask")
        ]
        assert found == doubted, query


def test_a_query_is_respelt_in_place() -> None:
    assert respelt("asyncio.Craete_tsak()", {"craete": "create", "tsak": "task"}) == "asyncio.create_task()"
    assert respelt("die Größa", {"grössa": "grösse"}) == "die grösse"
    assert respelt("getElmentById, getElmentBy", {"elment": "element"}) == "getelementById, getelementBy"
    assert respelt("as it was", {}) == "as it was"
