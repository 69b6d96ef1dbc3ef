"""What _scores.c gives; it is there where the conversion was compiled."""

def scores(
    values: list[bytes], weights: list[float], most: int, least: float, /
) -> list[tuple[int, float]]: ...
