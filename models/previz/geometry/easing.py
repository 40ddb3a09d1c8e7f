"""Shares of a way and how they ease: what every posture is timed with."""


def share(value: float, start: float, end: float) -> float:
    """How far a value is from start to end, 0 to 1."""
    return min(max((value - start) / (end - start), 0.0), 1.0)


def smooth(part: float) -> float:
    """0 to 1 with a soft start and end (the cubic Hermite step)."""
    return part * part * (3 - 2 * part)


def there_and_back(value: float, start: float, top: float, stay: float, end: float) -> float:
    """0 before `start`, 1 from `top` to `stay`, 0 after `end`, soft in between."""
    return smooth(share(value, start, top)) * (1 - smooth(share(value, stay, end)))
