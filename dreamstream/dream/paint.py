"""Paint: where it dreams, as weights over places of the canvas by which each gradient step is multiplied.

    a shape, a mask or what moves -> how far each place is from it -> weights, drawn small -> at each octave

Where a weight is 0 nothing is dreamt: the picture there only moves, and is held to its look.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dreamstream.dream.motion import Motion
from dreamstream.errors import SourceError
from dreamstream.frame import Canvas
from dreamstream.maths import smoothstep
from dreamstream.params import Params
from dreamstream.pictures import HOST, Picture, on
from dreamstream.size import Size
from dreamstream.sources import Source, cover

_DRAWN = 128  # px of the longer side at which shapes are drawn: what they are enlarged to is smooth
_MASKED = 320 * 180  # px of a mask that is drawn for each frame, at most
_SHARPEST = 0.02  # of a distance: the least over which a weight goes from 1 to 0

Matrix = NDArray[np.float64]

Weights = Callable[[Size], Picture]
"""Gives the weights (H×W×3, 0..1) for an octave's size; nobody may write to them."""


class Painter:
    """Makes the weights of one stream of frames; the newest are kept while nothing changes.

    `mask` is a picture (H×W×3, 0..255, any shape) whose luma is the weight; it covers the canvas. Or it is a
    source that goes by the frames' numbers, and gives one for each.
    """

    def __init__(self, mask: Canvas | Source | None = None) -> None:
        self._mask = mask
        self._masked: Canvas | None = None  # what a source gave last,
        self._masked_at: tuple[int, Size] | None = None  # and for what
        self._made: tuple[object, Weights] | None = None
        self.message = ""
        """Why the newest frame is dreamt everywhere, where it was not to be."""

    def weights(
        self, params: Params, motion: Motion | None, canvas: Picture, frame: int = 0
    ) -> Weights | None:
        """Return the weights of a frame, by its number; None where all of the canvas is dreamt on alike.

        `motion` is the source's, None where that stands still.
        """
        self.message = ""
        if params.paint == "none" or params.paint_share == 0:
            return None
        if params.paint == "motion" and motion is None:
            self.message = "paint motion: no film or camera plays, so it dreams everywhere"
            return None
        size, moved = Size.of(canvas), motion if params.paint == "motion" else None
        try:
            mask = self._mask_of(params, size, frame) if params.paint == "mask" else None
        except SourceError as error:
            self.message = f"mask: {error}"
            return None
        names = ("paint", "paint_share", "paint_size", "paint_soft", "paint_x", "paint_y")
        key = *(params[name] for name in names), size, moved, self._masked_at if mask is not None else None
        if self._made is None or self._made[0] != key:
            self._made = key, _at_sizes(self._drawn(params, moved, mask, size), canvas)
        return self._made[1]

    def _mask_of(self, params: Params, size: Size, frame: int) -> Canvas | None:
        """Return the mask of a frame; a frame that failed has the same one again. Raises SourceError."""
        if not isinstance(self._mask, Source):
            return self._mask
        if self._masked_at != (frame, size):
            self._mask = self._mask.resized(size.scaled(min(1.0, (_MASKED / size.area) ** 0.5)))
            self._mask.turn(params)
            self._mask.seek(frame)
            self._masked, self._masked_at = self._mask.read(), (frame, size)
        return self._masked

    def _drawn(self, params: Params, motion: Motion | None, mask: Canvas | None, size: Size) -> Canvas:
        """Return the weights (H×W), in the canvas's shape."""
        if mask is not None:
            whole = cover(np.rint(mask).astype(np.uint8), size)
            weights: Matrix = np.asarray(HOST.luma(whole), np.float64) / 255
        else:
            small = size.scaled(min(1.0, _DRAWN / max(size)))
            away = _away(params, small) if motion is None else 1 - HOST.resize(motion.places, small)
            inside = (params.paint_size - away) / max(params.paint_soft, _SHARPEST) + 0.5
            weights = smoothstep(np.clip(inside, 0.0, 1.0))
        return (1 - params.paint_share * (1 - weights)).astype(np.float32)


def _away(params: Params, size: Size) -> Matrix:
    """Return how far each place is from what is painted: 0 there, 1 as far as can be (H×W)."""
    y, x = ((place + 0.5) / side for place, side in zip(np.indices(size.shape), size.shape, strict=True))
    sides = {"left": x, "right": 1 - x, "top": y, "bottom": 1 - y}
    if params.paint in sides:
        return sides[params.paint]
    if params.paint == "border":
        inwards = [(0.5 - abs(at - 0.5)) * side for at, side in zip((x, y), size, strict=True)]
        return np.asarray(np.minimum(*inwards) / (min(size) / 2))
    middle = (params.paint_x, params.paint_y) if params.paint == "mouse" else (0.5, 0.5)
    across, down = ((at - here) * side for at, here, side in zip((x, y), middle, size, strict=True))
    return np.asarray(np.hypot(across, down) / (np.hypot(*size) / 2))


def _at_sizes(weights: Canvas, canvas: Picture) -> Weights:
    """Return what gives weights (H×W) at any size, where the canvas is."""
    p, made = on(canvas), dict[Size, Picture]()
    small = p.of(np.repeat(weights[:, :, None], 3, axis=2))

    def at(size: Size) -> Picture:
        if size not in made:
            made[size] = p.resize(small, size)
        return made[size]

    return at
