"""The palettes as the strip that a shader reads: a row each, from dark to light.

name -> colours (at even distances) -> strip
"""

import numpy as np
from numpy.typing import NDArray

from dreamstream.params import PALETTES, palette_colours

WIDTH = 256


def strip() -> NDArray[np.uint8]:
    """Return all palettes as a picture, a row each (N×256×3, RGB), from dark to light."""
    places = np.linspace(0, 1, WIDTH)
    rows = []
    for name in PALETTES:
        stops = np.array(palette_colours(name))
        steps = np.linspace(0, 1, len(stops))
        rows.append(np.column_stack([np.interp(places, steps, stops[:, channel]) for channel in range(3)]))
    return np.asarray(np.rint(np.stack(rows)), np.uint8)
