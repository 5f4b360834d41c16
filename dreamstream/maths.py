"""The little maths that several rooms share."""

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Number = TypeVar("Number", float, "NDArray[np.float64]")

LUMA = (0.299, 0.587, 0.114)
"""The weights of red, green and blue in a colour's brightness (Rec. 601)."""


def smoothstep(x: Number) -> Number:
    """Return 3x² - 2x³: from 0 to 1 as x does, with a gentle start and end."""
    return x * x * (3 - 2 * x)


def eased(passed: int, frames: int) -> float:
    """Return how far a change is that takes so many frames, 0..1, along a smooth step."""
    return smoothstep(passed / frames) if passed < frames else 1.0
