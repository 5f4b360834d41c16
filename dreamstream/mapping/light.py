"""The light of a window: its colour, and what fades where two projectors overlap.

colours 0..255 -> gain, gamma, white -> a table · points of the picture -> shares of the light
"""

import numpy as np
from numpy.typing import NDArray

from dreamstream.mapping.mapping import Mapping


def colour_table(mapping: Mapping) -> NDArray[np.uint8]:
    """Return what each level (0..255) of red, green and blue becomes: 256×3."""
    levels = (np.arange(256) / 255)[:, None] ** (1 / mapping.gamma)
    return np.rint(np.clip(levels * mapping.gain * mapping.white, 0, 1) * 255).astype(np.uint8)


def shares(mapping: Mapping, points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return what is left of the levels at points (...×2, 0..1) of the picture.

    In an edge the light rises from 0 to 1, steeper in its middle with a larger `curve`; the two edges of an
    overlap add up to 1 anywhere. Levels are what gives that light, by the projector's gamma (Bourke, "Edge
    blending using commodity projectors", 2004).
    """
    left, top, right, bottom = mapping.edges
    x, y = points[..., 0], points[..., 1]
    light = np.ones(x.shape)
    for width, far in ((left, x), (top, y), (right, 1 - x), (bottom, 1 - y)):
        if width > 0:
            rise = np.clip(far / width, 0, 1)
            half = 0.5 * (2 * np.minimum(rise, 1 - rise)) ** mapping.edge_curve
            light = light * np.where(rise < 0.5, half, 1 - half)
    return np.asarray(light ** (1 / mapping.edge_gamma))
