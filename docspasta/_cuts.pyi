"""What _cuts.c gives; it is there where the conversion was compiled."""

from collections.abc import Container

def pieces(
    markdown: bytes,
    headings: Container[int] | None,
    begin: int,
    end: int,
    longest: int,
    limit: int,
    details: int,
    table: bytes,
    /,
) -> list[tuple[int, int, int, bytes]]: ...
