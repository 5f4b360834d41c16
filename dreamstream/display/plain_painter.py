"""The plain painter: a moment with OpenCV, at canvas size, four bytes a pixel.

frames -> four bytes a pixel, once a frame -> warped, blended -> effects -> lit
"""

from collections.abc import Sequence
from functools import lru_cache, partial

import cv2
import numpy as np

from dreamstream.display.picture import Picture
from dreamstream.display.plain_effects import DRAWINGS, lit_pixels
from dreamstream.display.thumbs import moment_luminance, thumb
from dreamstream.effects import Light, lit, luminance
from dreamstream.frame import Frame, Pixels
from dreamstream.knobs import NONE, Link
from dreamstream.params import UPSCALES, Params
from dreamstream.tell import Tell
from dreamstream.transforms.tween import Moment, blended, ways_of


class PlainPainter:
    """Paints in the order of channels that `order`, an OpenCV conversion from RGB, makes: RGBA or BGRA.

    `advice` is added to the message about what only OpenGL can draw; a further `window`, by its number from
    1, is named in it, and says it of its own effects alone.
    """

    def __init__(self, order: int, tell: Tell, advice: str = "", window: int = 0) -> None:
        self._order, self._tell, self._advice = order, tell, advice
        self._further = f"window {window + 1}: " if window else ""
        self._ordered = lru_cache(maxsize=4)(self._in_order)
        self._lit_moment = lru_cache(maxsize=1)(self._in_light)
        self._light = Light()
        self._lacking: set[str] = set()

    def paint(self, moment: Moment, picture: Picture) -> Pixels:
        """Return the picture (H×W×4): the same object again where it is as it was."""
        params, seconds = picture.params, picture.seconds
        links = self._usable(picture)
        if links:
            pixels = self._with_effects(links, picture, blended(moment, params.tween, self._ordered))
            level = self._light.level(params, seconds, partial(self._luminance, pixels, params))
            return lit_pixels(pixels, params, level, self._order)
        blend = ways_of(moment, params.tween)[2]
        level = self._light.level(params, seconds, partial(moment_luminance, moment, blend, params))
        return self._lit_moment(moment, params, level)

    def _usable(self, picture: Picture) -> list[Link]:
        """Return the effects that can be drawn; tell the operator what else the picture asks for."""
        lacking = {f"effect {link.name}" for link in picture.links if link.name not in DRAWINGS}
        if not self._further and (transition := picture.params.transition) != NONE:
            lacking.add(f"transition {transition}")
        if not self._further and picture.params.upscale == "sharp":
            lacking.add("upscale sharp")
        self._tell_lacking({f"{self._further}{name}" for name in lacking})
        return [link for link in picture.links if link.name in DRAWINGS]

    def forget(self) -> None:
        """Paint no more: nothing is lacking then."""
        self._tell_lacking(set())

    def _tell_lacking(self, lacking: set[str]) -> None:
        """Tell the operator what is lacking now and was not, and what no longer is."""
        for name in sorted(self._lacking - lacking):
            self._tell("", name)
        for name in sorted(lacking - self._lacking):
            self._tell(f"{name} needs OpenGL, and this screen draws without{self._advice}", name)
        self._lacking = lacking

    def _with_effects(self, links: Sequence[Link], picture: Picture, pixels: Pixels) -> Pixels:
        for name, strength in links:
            start = (picture.beat or 0.0) if name == "strobe" else 0.0
            drawn = DRAWINGS[name](pixels, picture.params, picture.seconds - start, self._order)
            if strength < 1:
                drawn = np.asarray(cv2.addWeighted(pixels, 1 - strength, drawn, strength, 0), np.uint8)
            pixels = drawn
        return pixels

    def _in_order(self, frame: Frame) -> Pixels:
        return np.asarray(cv2.cvtColor(frame.pixels, self._order), np.uint8)

    def _in_light(self, moment: Moment, params: Params, level: float) -> Pixels:
        return lit_pixels(blended(moment, params.tween, self._ordered), params, level, self._order)

    def _luminance(self, pixels: Pixels, params: Params, level: float) -> float:
        colours = thumb(pixels)[..., :3]
        rgb = colours if self._order == cv2.COLOR_RGB2RGBA else colours[..., ::-1]
        return luminance(lit(rgb, params, level))


def interpolation(params: Params) -> int:
    """Return OpenCV's way of enlarging that is nearest to what is asked for."""
    return cv2.INTER_LINEAR if params.upscale == UPSCALES[0] else cv2.INTER_CUBIC
