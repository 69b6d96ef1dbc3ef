"""What the jobs service and its assembling process say to each other: a byte that names the kind, four bytes
of length, then as many bytes. Pure.
"""

from __future__ import annotations

import json
import struct
from enum import Enum
from typing import Any, NamedTuple

HEAD = struct.Struct(">cI")
MOST_BYTES = 1024 * 1024  # of one message


class Kind(Enum):
    """What a message is."""

    REQUEST = b"r"  # JSON
    HEADER = b"h"  # JSON; what is known before the first byte
    DATA = b"d"
    PROGRESS = b"p"  # another piece is stored
    ALIVE = b"a"  # it works on it; sent now and then
    END = b"e"  # nothing follows
    NOTHING = b"n"  # the user has no such job
    GONE = b"g"  # the job was deleted meanwhile
    FAILED = b"f"  # a sentence
    REFUSED = b"x"  # JSON; the field that can't be, and a sentence


class Message(NamedTuple):
    """A message's kind and bytes."""

    kind: Kind
    data: bytes = b""

    @property
    def value(self) -> Any:
        """What its JSON says."""
        return json.loads(self.data)


def packed(message: Message) -> bytes:
    """The message's bytes."""
    return HEAD.pack(message.kind.value, len(message.data)) + message.data


def of_value(kind: Kind, value: Any) -> Message:
    """A message that says something in JSON."""
    return Message(kind, json.dumps(value, separators=(",", ":")).encode())


def head_of(data: bytes) -> tuple[Kind, int]:
    """The kind of a message, and how many bytes follow. Raises ValueError for none of ours."""
    kind, length = HEAD.unpack(data)
    if length > MOST_BYTES:
        raise ValueError(f"a message of {length} bytes is longer than any of ours")
    return Kind(kind), length
