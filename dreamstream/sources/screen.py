"""The screen as a source, by mss: all of it, one of several, or a part."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import cv2
import numpy as np

from dreamstream.errors import SourceError
from dreamstream.extras import extra_missing
from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.sources.cover import cover

_PART = re.compile(r"(-?\d{1,6}),(-?\d{1,6}),(\d{1,5})x(\d{1,5})")


def check_screen(where: str) -> None:
    """Raise SourceError for what is neither nothing, nor a screen's number, nor a part of the screens."""
    part = _PART.fullmatch(where)
    if where and not where.isdecimal() and not (part and int(part[3]) and int(part[4])):
        raise SourceError(
            f"screen:{where}: a screen's number or X,Y,WxH is needed, as in screen:0,0,1280x720"
        )
    if missing := extra_missing("mss", "screen"):
        raise SourceError(f"screen: mss is needed for it: {missing}")


def grabs(where: str) -> Iterator[Callable[[Size], Canvas]]:
    """Give what the screen shows, each time when it is asked for; see `openers`."""
    import mss

    try:
        with mss.MSS() as screens:
            area = _area(where, screens.monitors)
            while True:
                shot = screens.grab(area)
                pixels = np.frombuffer(shot.bgra, np.uint8).reshape(shot.height, shot.width, 4)
                colours = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGB), np.uint8)
                yield partial(cover, colours)
    except mss.ScreenShotError as error:
        raise SourceError(f"the screen cannot be read ({error})") from None


def _area(where: str, monitors: Any) -> Any:
    """Return the part of the screens that is meant, as mss says it; the first of `monitors` is all of it."""
    if part := _PART.fullmatch(where):
        left, top, width, height = map(int, part.groups())
        whole = monitors[0]
        inside = left >= whole["left"] and top >= whole["top"]
        beyond = (
            left + width > whole["left"] + whole["width"] or top + height > whole["top"] + whole["height"]
        )
        if beyond or not inside:
            size = f"{whole['left']},{whole['top']},{whole['width']}x{whole['height']}"
            raise SourceError(f"that leads out of the screens, which are at {size}")
        return {"left": left, "top": top, "width": width, "height": height}
    number = int(where or 0)
    if number >= len(monitors):
        raise SourceError(f"no such screen; the last one is screen:{len(monitors) - 1}")
    return monitors[number]
