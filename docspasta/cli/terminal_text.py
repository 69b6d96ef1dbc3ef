"""Text from websites on its way to a terminal, without the control characters that could steer it. Pure."""

from __future__ import annotations

import codecs

# C0 but tab and line feed, DEL, C1, and the characters that turn the direction of text around.
_CONTROL = dict.fromkeys(
    [*(set(range(0x20)) - {0x09, 0x0A}), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)


def printable(text: str) -> str:
    """`text` without control characters; tabs and line ends stay."""
    return text.translate(_CONTROL)


def one_line(text: str) -> str:
    """`text` on one line, without control characters."""
    return printable(" ".join(text.split()))


class TerminalText:
    """The same for UTF-8 bytes that come in pieces."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, chunk: bytes) -> bytes:
        """What of `chunk` may be shown; an unfinished character waits for the next piece."""
        return printable(self._decoder.decode(chunk)).encode()
