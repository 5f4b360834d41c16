"""The palettes: each a few colours from dark to light, one row of the strip that the shader reads.

name -> colours (hexadecimal RGB, at even distances) -> strip
"""

import numpy as np
from numpy.typing import NDArray

PALETTES: dict[str, tuple[str, ...]] = {
    "ember": ("05010a", "3b0a2e", "8f1d2c", "e2551d", "ffb53a", "fff6d0"),
    "deep-sea": ("01030d", "04284a", "07617d", "23a89b", "9be3b4", "f7fbe4"),
    "aurora": ("06021a", "21195f", "1b6f8c", "2fc48d", "b8f36b", "fdf0ff"),
    "neon": ("08001c", "3f00a5", "c400b8", "ff2f76", "ff9d3c", "f5ff8a"),
    "forest": ("050a06", "16321c", "3b6b2b", "87a53c", "d8cf7a", "fdf8e3"),
    "dusk": ("0b0820", "31204f", "7b3f6e", "c9727a", "f2b98e", "fdf1dc"),
    "ice": ("020614", "122c5a", "2f6fb0", "7cb7e0", "c9e8f4", "ffffff"),
    "ink": ("0a0a0c", "34343a", "74747a", "b4b3ae", "e8e5da", "fbf8ee"),
}

WIDTH = 256


def strip() -> NDArray[np.uint8]:
    """Return all palettes as a picture, a row each (N×256×3, RGB), from dark to light and not closed."""
    places = np.linspace(0, 1, WIDTH)
    rows = []
    for colours in PALETTES.values():
        stops = np.array([[int(colour[at : at + 2], 16) for at in (0, 2, 4)] for colour in colours])
        steps = np.linspace(0, 1, len(stops))
        rows.append(np.column_stack([np.interp(places, steps, stops[:, channel]) for channel in range(3)]))
    return np.asarray(np.rint(np.stack(rows)), np.uint8)
