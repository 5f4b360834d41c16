"""Palettes: colours from dark to light, by name; and all of them as the strip that a shader reads."""

import numpy as np
from numpy.typing import NDArray

PALETTES: dict[str, tuple[str, ...]] = {
    "sunset": ("#1b1036", "#6a1b6d", "#d1495b", "#f79256", "#fbe3a1"),
    "ocean": ("#03121f", "#0b3c5d", "#137a8c", "#62c3b5", "#e8f6e4"),
    "forest": ("#0c1a10", "#24452a", "#5f7f37", "#b6a95a", "#f2e9c4"),
    "ember": ("#120404", "#5a0f0a", "#b5331a", "#ef8a2b", "#fff0b8"),
    "ice": ("#0a1030", "#27408b", "#5b8fd6", "#a9d6ef", "#ffffff"),
    "candy": ("#2b0f3f", "#8a2be2", "#ff4fa3", "#ffa8c5", "#d7fff1"),
    "neon": ("#05010f", "#3a0ca3", "#f72585", "#4cc9f0", "#eaffb0"),
    "earth": ("#1c120c", "#5b3a24", "#9c6b3f", "#cfae7b", "#f3e9d6"),
    "grey": ("#000000", "#404040", "#808080", "#bfbfbf", "#ffffff"),
}
"""Each colour is '#rrggbb', evenly spaced."""

_WIDTH = 256


def palette_colours(name: str) -> list[tuple[int, int, int]]:
    """Return a palette's colours (R, G, B, 0..255), from dark to light."""
    return [(rgb[0], rgb[1], rgb[2]) for rgb in (bytes.fromhex(text[1:]) for text in PALETTES[name])]


def strip() -> NDArray[np.uint8]:
    """Return all palettes as a picture, a row each (N×256×3, RGB), from dark to light."""
    places = np.linspace(0, 1, _WIDTH)
    rows = []
    for name in PALETTES:
        stops = np.array(palette_colours(name))
        steps = np.linspace(0, 1, len(stops))
        rows.append(np.column_stack([np.interp(places, steps, stops[:, channel]) for channel in range(3)]))
    return np.asarray(np.rint(np.stack(rows)), np.uint8)
