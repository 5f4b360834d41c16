"""Make the pictures of docs/effects.md: each effect on one dream, at half strength and whole.

    .venv/bin/python docs/make_effects.py [EFFECT ...]

Writes `effects/NAME.jpg` (the dream, half, whole) and `effects/palettes.jpg`. Needs no display, but OpenGL
(software will do), which SDL's offscreen driver finds.
"""

import os
import sys
from pathlib import Path

import imageio.v3 as imageio
import numpy as np

from dreamstream.display import Moment, Picture, Window, WindowSettings
from dreamstream.effects import EFFECTS
from dreamstream.frame import Frame
from dreamstream.params import PALETTES, Params
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage

FOLDER = Path(__file__).parent / "effects"
SIZE = Size(320, 180)
FRAMES = 40
RATE = 30  # screen frames a second, for effects that go by time
STILL = ("strobe",)  # nothing to see in a picture that stands still


def dreamt() -> list[Frame]:
    """Return a dream's last frames, for trails to have something to follow."""
    stage = Stage(Settings(size=SIZE, seed=3))
    dreamer = stage.open_dreamer()
    frames = [dreamer.step() for _ in range(FRAMES)]
    stage.close()
    return frames[-6:]


def shown(window: Window, frames: list[Frame], **params: object) -> np.ndarray:
    """Return what is on the screen after a second between these frames."""
    made = Params(flash_guard=False, **params)
    for number in range(RATE):
        at, t = divmod(number / RATE * (len(frames) - 1), 1)
        moment = Moment(frames[int(at)], frames[int(at) + 1], t)
        shown.clock += 1 / RATE  # type: ignore[attr-defined]
        window.screen.draw(moment, window.size, Picture(made, shown.clock))  # type: ignore[attr-defined]
        pixels = window.screen.pixels(window.size)
    return pixels


shown.clock = 0.0  # type: ignore[attr-defined]


def main() -> None:
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    window, frames = Window(WindowSettings(SIZE, opengl=True)), dreamt()
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or [name for name in EFFECTS if name not in STILL]:
        tiles = [shown(window, frames, effects=chain) for chain in ("none", f"{name}:0.5", name)]
        imageio.imwrite(FOLDER / f"{name}.jpg", np.hstack(tiles), quality=82)
    tiles = [shown(window, frames, effects="palette", palette=name) for name in PALETTES]
    rows = [np.hstack([tile[::2, ::2] for tile in tiles[at : at + 3]]) for at in (0, 3, 6)]
    imageio.imwrite(FOLDER / "palettes.jpg", np.vstack(rows), quality=82)
    window.close()


if __name__ == "__main__":
    main()
