"""Words that are near to one that no section has: a dictionary in blocks, and how far two words are apart.
Pure.

Words are numbered by length and then by letters. Keys: b"g" and two letters, whose value are the numbers of
words with them; b"w" and a number in hex, whose value are CHUNK words from there on, each with how many
sections have it; b"l", whose value is how many words are shorter than each length.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from operator import add

from .blocks import little, numbers_in

SEGMENT = -1  # of the dictionary's blocks, beside the segments of sections
SHORTEST, LONGEST = 4, 32  # letters of a word that is corrected
LONG = 8  # letters of a word in which two mistakes are looked for
MOST_WORDS = 500_000  # of a source that are remembered
CHUNK = 64
CANDIDATES = 64
_LENGTHS = b"l"


def is_word(text: str) -> bool:
    """Whether a text is a word that could be misspelt; what has digits is a code."""
    return SHORTEST <= len(text) <= LONGEST and text.isalpha()


def entries(words: Mapping[str, int]) -> Iterator[tuple[bytes, bytes]]:
    """The dictionary of words with how many sections have each, sorted by key."""
    ordered = sorted(sorted(words), key=len)
    holding: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    append, held = array.append, holding.__getitem__
    for number, word in enumerate(ordered):  # a step of Python for each pair would cost thrice as much
        deque(map(append, map(held, _pairs(word)), repeat(number)), 0)
    yield from ((b"g" + gram.encode(), little(holding[gram])) for gram in sorted(holding))
    lengths = Counter(map(len, ordered))
    shorter, before = array("I"), 0
    for length in range(LONGEST + 4):
        shorter.append(before)
        before += lengths[length]
    yield _LENGTHS, little(shorter)
    for at in range(0, len(ordered), CHUNK):
        chunk = ordered[at : at + CHUNK]
        yield _chunk(at), "\n".join(f"{word}\t{words[word]}" for word in chunk).encode()


def grams(word: str) -> set[bytes]:
    """A word's pairs of letters, with its first and its last alone."""
    return {pair.encode() for pair in _pairs(word)}


def _pairs(word: str) -> set[str]:
    return set(map(add, f"\x01{word}", f"{word}\x01"))


def keys_of(word: str) -> list[bytes]:
    """What is to be read to find words near to one."""
    return [_LENGTHS, *(b"g" + gram for gram in grams(word))]


def candidates(word: str, read: Mapping[bytes, bytes]) -> list[int]:
    """The numbers of words that may be near: those with the most pairs of letters of it."""
    if _LENGTHS not in read:
        return []
    shorter, most = numbers_in(read[_LENGTHS], "I"), allowed(word)
    first, end = shorter[max(len(word) - most, 0)], shorter[min(len(word) + most + 1, len(shorter) - 1)]
    having: Counter[int] = Counter()
    for gram in grams(word):
        numbers = numbers_in(read.get(b"g" + gram, b""), "I")
        having.update(numbers[bisect_left(numbers, first) : bisect_left(numbers, end)])
    least = max(len(grams(word)) - 3 * most, 1)  # letters that are swapped are in three pairs
    return [number for number, count in having.most_common(CANDIDATES) if count >= least]


def chunks_of(numbers: Iterable[int]) -> list[bytes]:
    """What is to be read to know these words."""
    return sorted({_chunk(number // CHUNK * CHUNK) for number in numbers})


def nearest(word: str, chunks: Iterable[bytes]) -> str:
    """The word that was probably meant, '' when none is near: the nearest, rather one with the same first
    letter, rather one that many sections have."""
    most, found = allowed(word), []
    for chunk in chunks:
        for line in chunk.decode().split("\n"):
            other, _, sections = line.partition("\t")
            if abs(len(other) - len(word)) <= most and (far := distance(word, other, most)) <= most:
                found.append((far, other[0] != word[0], -int(sections), other))
    return min(found)[3] if found else ""


def allowed(word: str) -> int:
    """How many mistakes are looked for in a word."""
    return 2 if len(word) >= LONG else 1


def distance(one: str, other: str, most: int) -> int:
    """How many letters are to be added, left out, changed or swapped with their neighbour (optimal string
    alignment), `most` + 1 for more than `most`."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, its in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and its == one[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def _chunk(number: int) -> bytes:
    return b"w%06x" % number
