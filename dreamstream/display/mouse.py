"""The mouse: while the dream is painted by it, its place over the picture sets params, as a hand would.

the system's events -> the newest place in the window -> its place in the picture -> paint_x, paint_y
"""

import math

import pygame

from dreamstream.display.layout import layout, viewport
from dreamstream.mapping import PLAIN, Mapping
from dreamstream.params import ParamStore
from dreamstream.size import Size


class Mouse:
    """Hears where the mouse is; `turn` sets the params of the newest place, once a screen frame."""

    def __init__(self, store: ParamStore) -> None:
        self._store = store
        self._at: tuple[int, int] | None = None  # in the window's pixels, if it was moved since the last turn

    def hear(self, event: pygame.event.Event, other: object = None) -> None:
        """Take an event of any window; what the mouse does over the `other`, if there is one, is nothing."""
        over_other = other is not None and getattr(event, "window", None) is other
        if event.type == pygame.MOUSEMOTION and not over_other:
            self._at = event.pos

    def turn(self, picture: Size, window: Size, mapping: Mapping = PLAIN) -> None:
        """Have the dream painted where the mouse is, if it is to be; `picture` is the canvas's size.

        Over a mapped window it is what is seen there that is painted; beside the picture nothing is.
        """
        at, self._at = self._at, None
        params = self._store.snapshot()
        if at is None or params.paint != "mouse" or min(window) <= 0:
            return
        if mapping.moves:
            x, y = layout(picture, window, params.fill, mapping).point(at, mapping)
            if not math.isnan(x):
                self._store.change(paint_x=round(x, 4), paint_y=round(y, 4))
            return
        left, top, width, height = viewport(picture, window, params.fill)
        self._store.change(paint_x=_share(at[0] - left, width), paint_y=_share(at[1] - top, height))


def _share(pixel: int, side: int) -> float:
    """Return where a pixel's centre is along a side, 0..1; beside the picture at its border."""
    return round(min(max((pixel + 0.5) / side, 0.0), 1.0), 4)
