"""Content codings: each that is asked for is decoded whole, within its bound, or refused with a sentence."""

from __future__ import annotations

import gzip
import random
import tracemalloc
import zlib

import pytest

from docspasta.codings import PIECE, BadCoding, TooLong, coding_of, decoded, decoder
from tests.coded import CODED, WHOLE, content_encoding

MIB = 1024 * 1024
TEXT = "".join(f"<p>Line {n} of a page.</p>\n" for n in range(9_000)).encode()


@pytest.mark.parametrize("coding", CODED)
def test_a_body_comes_back_whole_up_to_its_bound(coding: str) -> None:
    name = content_encoding(coding)
    assert decoded(CODED[coding](TEXT), name, len(TEXT)) == TEXT
    with pytest.raises(TooLong, match=r"longer than 0\.125 MiB"):
        decoded(CODED[coding](TEXT), name, MIB // 8)


@pytest.mark.parametrize("coding", CODED)
def test_it_does_not_matter_how_long_a_body_is_nor_in_which_pieces_it_comes(coding: str) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    for _ in range(8):
        text = TEXT[: draw.randrange(len(TEXT))] + draw.randbytes(draw.randrange(PIECE))
        body, decoding, whole, at = CODED[coding](text), decoder(coding_of(content_encoding(coding))), b"", 0
        while at < len(body):
            size = draw.choice((17, 999, PIECE, len(body)))
            whole += b"".join(decoding.feed(body[at : at + size]))
            at += size
        decoding.end()
        assert whole == text


@pytest.mark.parametrize("coding", WHOLE)
def test_a_bomb_costs_its_bound_and_a_step(coding: str) -> None:
    bomb = CODED[coding](bytes(128 * MIB))
    tracemalloc.start()
    with pytest.raises(TooLong):
        decoded(bomb, coding, MIB)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(bomb) < MIB and peak < (40 if coding == "zstd" else 4) * MIB, peak


@pytest.mark.parametrize("coding", WHOLE)
def test_what_ends_too_early_or_is_rubbish_is_refused(coding: str) -> None:
    for body in (CODED[coding](TEXT)[:-20], b"<html>not packed at all" * 100):
        with pytest.raises(BadCoding, match=r"ends too early|is broken"):
            decoded(body, coding, MIB)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_body_that_lacks_its_checksum_alone_is_whole_and_no_other(coding: str) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    draw, checksum = random.Random(seed), 8 if coding == "gzip" else 4
    for _ in range(200):
        text = bytes(draw.choice(b"abcdefgh <>p\n") for _ in range(draw.randrange(1, 400)))
        packed = gzip.compress(text) if coding == "gzip" else zlib.compress(text, draw.randrange(10))
        end = draw.randrange(1, len(packed))
        if end >= len(packed) - checksum:
            assert decoded(packed[:end], coding, MIB) == text
        else:
            with pytest.raises(BadCoding, match="ends too early"):
                decoded(packed[:end], coding, MIB)


def test_an_empty_body_is_empty_whatever_its_coding() -> None:
    assert [decoded(b"", coding, MIB) for coding in WHOLE] == [b""] * len(WHOLE)


def test_no_coding_leaves_a_body_as_it_is() -> None:
    assert decoded(TEXT, "", MIB) == TEXT
    assert coding_of("") == coding_of("identity") == coding_of(" , Identity") == ""
    assert coding_of("utf-8") == coding_of("none") == coding_of("text/html") == ""


@pytest.mark.parametrize("header", ["exi", "x-compress", "gzip, gzip, gzip", "br, br", "br,zstd"])
def test_unknown_and_stacked_codings_are_refused(header: str) -> None:
    with pytest.raises(BadCoding, match=r"not one that was asked for|more than once"):
        decoded(TEXT, header, MIB)
