"""The palettes as the strip that a shader reads: a row each, from dark to light.

name -> colours (at even distances) -> strip
"""

import numpy as np
from numpy.typing import NDArray

from dreamstream.params import PALETTES

WIDTH = 256


def strip() -> NDArray[np.uint8]:
    """Return all palettes as a picture, a row each (N×256×3, RGB), from dark to light."""
    places = np.linspace(0, 1, WIDTH)
    rows = []
    for colours in PALETTES.values():
        stops = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours])
        steps = np.linspace(0, 1, len(stops))
        rows.append(np.column_stack([np.interp(places, steps, stops[:, channel]) for channel in range(3)]))
    return np.asarray(np.rint(np.stack(rows)), np.uint8)
