"""What _terms.c gives; it is there where the conversion was compiled."""

from collections.abc import Callable

def chunk(
    text: str, stem: Callable[[str], str], seen: dict[str, str] | None, most: int, /
) -> tuple[str, ...]: ...
def line(
    text: str, stem: Callable[[str], str], seen: dict[str, str] | None, most: int, /
) -> tuple[int, tuple[str, ...]]: ...
