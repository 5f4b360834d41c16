"""The display: a window, a screen that draws moments between frames, and text over it."""

from dreamstream.display.hud import overlay
from dreamstream.display.mapped import MappedWindows
from dreamstream.display.mouse import Mouse
from dreamstream.display.operator import OperatorWindow
from dreamstream.display.picture import Picture
from dreamstream.display.playhead import Playhead
from dreamstream.display.window import Window, WindowSettings, check_display, display_missing, monitors
from dreamstream.transforms.tween import Moment

__all__ = [
    "MappedWindows",
    "Moment",
    "Mouse",
    "OperatorWindow",
    "Picture",
    "Playhead",
    "Window",
    "WindowSettings",
    "check_display",
    "display_missing",
    "monitors",
    "overlay",
]
