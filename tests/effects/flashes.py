"""Flashes as WCAG 2.3.1 counts them, written without a look at the guard."""

from collections.abc import Sequence


def changes(light: Sequence[float]) -> list[tuple[int, int]]:
    """Opposing changes of a tenth or more, the darker below 0.8: (frame, +1 or -1), in turn."""
    found: list[tuple[int, int]] = []
    low = high = 0  # frames of the lowest and the highest light since the last change
    for frame, value in enumerate(light):
        way = found[-1][1] if found else 0
        low = frame if value < light[low] else low
        high = frame if value > light[high] else high
        if way <= 0 and value - light[low] >= 0.1 and light[low] < 0.8:
            found.append((frame, 1))
            high = frame
        elif way >= 0 and light[high] - value >= 0.1 and value < 0.8:
            found.append((frame, -1))
            low = frame
    return found


def flashes(light: Sequence[float], rate: float) -> int:
    """The most flashes (pairs of opposing changes) in any second; `rate` is screen frames a second."""
    frames = [frame for frame, _ in changes(light)]
    most = max((sum(begin <= frame < begin + rate for frame in frames) for begin in frames), default=0)
    return most // 2
