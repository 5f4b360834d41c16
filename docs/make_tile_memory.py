"""Make the sheet of docs/performance.md: dreams with the whole gradient, and with a tile memory of 2 × 2.

    .venv/bin/python docs/make_tile_memory.py

Writes `tile-memory.jpg`: a row for each transform, and in it FRAMES as pairs, the whole gradient's on the
left, each the middle of its picture, pixel by pixel. Takes some ten minutes on two cores.
"""

from pathlib import Path

import imageio.v3 as imageio
import numpy as np
from numpy.typing import NDArray

from dreamstream.size import Size
from dreamstream.stage import Settings, Stage

FILE = Path(__file__).parent / "tile-memory.jpg"
SIZE, SHOWN = Size(640, 360), Size(192, 120)
FRAMES = 30, 120, 300, 600
TRANSFORMS = "zoom", "rotate", "vertical-stretch", "drift", "swirl", "column-roll"
GAP = 4  # pixels from one pair to the next, and from row to row


def dreamt(transform: str, tiles: int) -> list[NDArray[np.uint8]]:
    """Return the middles of FRAMES of one dream (H×W×3)."""
    stage = Stage(Settings(size=SIZE, params={"transform": transform, "tile_memory": tiles}))
    dreamer, kept = stage.open_dreamer(), []
    top, left = (SIZE.height - SHOWN.height) // 2, (SIZE.width - SHOWN.width) // 2
    for number in range(1, FRAMES[-1] + 1):
        frame = dreamer.step()
        if number in FRAMES:
            kept.append(frame.pixels[top : top + SHOWN.height, left : left + SHOWN.width])
    stage.close()
    return kept


def row(transform: str) -> NDArray[np.uint8]:
    """Return a transform's pairs side by side."""
    pairs = zip(dreamt(transform, 1), dreamt(transform, 2), strict=True)
    framed = [np.pad(np.hstack(pair), ((0, GAP), (0, GAP), (0, 0))) for pair in pairs]
    return np.hstack(framed)


def main() -> None:
    sheet = np.vstack([row(transform) for transform in TRANSFORMS])[:-GAP, :-GAP]
    imageio.imwrite(FILE, sheet, quality=80)


if __name__ == "__main__":
    main()
