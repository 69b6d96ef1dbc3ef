"""Which coding a client gets, which range, and that recoded bytes are the document's."""

from __future__ import annotations

import gzip

import pytest

from docspasta.codings import decoded
from docspasta.document.pieces import GZIP_HEAD, PIECE_BYTES, Cutter, deflated, gzip_tail, inflated
from gateway.coded import Recoder, accepted_coding
from gateway.ranges import Range, Unsatisfiable, asked_range


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", "identity"),
        ("identity", "identity"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("x-gzip", "gzip"),
        ("zstd", "zstd"),
        ("br;q=0.9, gzip;q=0.5", "br"),
        ("gzip;q=0, br", "br"),
        ("*", "gzip"),
        ("gzip;q=0", "identity"),
        ("gzip;q=0.5, identity", "identity"),
        ("compress", "identity"),
        ("gzip;q=0, *;q=0", "identity"),
    ],
)
def test_the_coding_is_the_one_liked_best(header, coding):
    assert accepted_coding(header) == coding


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-9", Range(0, 9)),
        ("bytes=90-", Range(90, 99)),
        ("Bytes = 90-1000", Range(90, 99)),
        ("bytes=-10", Range(90, 99)),
        ("bytes=-1000", Range(0, 99)),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-9", None),
        ("", None),
    ],
)
def test_a_range_is_of_the_documents_bytes(header, wanted):
    assert asked_range(header, 100) == wanted


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=1000-2000", "bytes=-0"])
def test_a_range_behind_the_end_has_no_byte(header):
    with pytest.raises(Unsatisfiable):
        asked_range(header, 100)


def test_pieces_in_a_row_are_one_gzip_stream_and_each_stands_alone():
    text = b"".join(b"%d lines of text, \xc3\xa9 too\n" % number for number in range(60_000))
    cutter = Cutter()
    plain = [piece for at in range(0, len(text), 70_001) for piece in cutter.cut(text[at : at + 70_001])]
    plain.append(cutter.end())
    assert len(plain) > 2 and all(len(piece) == PIECE_BYTES for piece in plain[:-1])
    pieces = [deflated(piece) for piece in plain]
    assert [inflated(piece) for piece in pieces] == plain
    stream = GZIP_HEAD + b"".join(pieces) + gzip_tail(cutter.checksum, cutter.bytes)
    assert gzip.decompress(stream) == text == b"".join(plain)
    for coding in ("identity", "zstd", "br"):
        recoder = Recoder(coding)
        coded = [recoder.step(stream[at : at + 100_003]) for at in range(0, len(stream), 100_003)]
        coded.append(recoder.end())
        assert decoded(b"".join(coded), "" if coding == "identity" else coding, len(text)) == text


@pytest.mark.parametrize("piece", [b"", b"no deflate", deflated(b"x" * (PIECE_BYTES + 1))])
def test_what_is_no_piece_is_refused_or_empty(piece):
    if not piece:
        assert inflated(piece) == b""
        return
    with pytest.raises(ValueError, match="piece of a document"):
        inflated(piece)
