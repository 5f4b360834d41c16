"""The display: a window, a screen that draws moments between frames, and text over it."""

from dreamstream.display.hud import Overlay
from dreamstream.display.moment import Playhead
from dreamstream.display.picture import Picture
from dreamstream.display.window import Window, WindowSettings, display_missing
from dreamstream.tween import Moment

__all__ = ["Moment", "Overlay", "Picture", "Playhead", "Window", "WindowSettings", "display_missing"]
