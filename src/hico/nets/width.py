"""Channel counts of narrower and wider networks."""


def scaled(channels: int, width: float) -> int:
    """Channel count under a width multiplier, at least 4."""
    return max(4, round(channels * width))
