"""OpenGL without a display: SDL's offscreen driver, in a process of its own, for a driver is chosen once."""

import json
import os
import subprocess
import sys

_CODE = """
import json
import numpy as np
from dreamstream.display import Window, WindowSettings
from dreamstream.params import Params
from dreamstream.size import Size
from tests.display.drawing import draw
window = Window(WindowSettings(Size(160, 96), opengl=True))
canvas = np.tile(np.linspace(0, 255, 160, dtype=np.float32)[None, :, None], (96, 1, 3))
seen = draw(window, canvas, Params(effects="mirror"))
dark = draw(window, canvas, Params(blackout=True, blackout_fade=0), 1.0)
error = np.abs(seen[:, 80:] - canvas[:, 79::-1]).max()
print(json.dumps([window.screen.name, float(error), float(dark.max())]))
"""


def test_effects_are_drawn_without_a_display() -> None:
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    done = subprocess.run(
        [sys.executable, "-c", _CODE],
        env={**environment, "SDL_VIDEODRIVER": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    name, error, dark = json.loads(done.stdout.splitlines()[-1])
    assert name == "OpenGL"
    assert error < 1.5
    assert dark == 0


def test_a_window_can_be_opened_behind_it(display: str) -> None:
    """In a process of its own: X11's way to refuse a thread that EGL still has is to end the process."""
    code = """
from dreamstream.display import Window, WindowSettings
from dreamstream.display.offscreen import open_off_screen
from dreamstream.effects import EffectShelf
from dreamstream.size import Size
open_off_screen(EffectShelf()).close()
print(Window(WindowSettings(Size(64, 48), opengl=True)).screen.name)
"""
    environment = {name: value for name, value in os.environ.items() if name != "SDL_VIDEODRIVER"}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**environment, "DISPLAY": display}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.split()[-1:]) == (0, ["OpenGL"]), done.stderr
