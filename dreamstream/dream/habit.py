"""Habit: what stays in its place fades, so that something else may grow there.

    canvas -> its shapes at a quarter of the size -> their mean of late -> a share of it taken away

A dream that is not moved falls into an attractor: the net sharpens what is there and nothing new appears (the
article's reason to distort at all). Eyes get used to what stands still, and so does this. A picture that
moves leaves little behind in the mean, and is hardly touched.
"""

from dreamstream.params import Params
from dreamstream.pictures import Picture, on
from dreamstream.size import Size

_SMALLER = 4  # times: what is finer is texture, which follows the shapes
_LARGE = 6.0  # px at that size: light and colours larger than this are the look's, and stay
_MEMORY = 0.04  # share of a new frame in the mean: about 25 frames


class Habit:
    """Keeps the mean of one stream's shapes; a canvas of another size begins anew."""

    def __init__(self) -> None:
        self._mean: Picture | None = None

    def faded(self, canvas: Picture, params: Params) -> Picture:
        """Return the canvas (H×W×3) less `restless` times the mean of its shapes, and remember it.

        What remains of the shapes is made as contrasty as they were: nothing is lost but their place.
        """
        if params.restless == 0:
            self._mean = None
            return canvas
        p, size = on(canvas), Size.of(canvas)
        small = p.shrink(canvas, Size(max(1, size.width // _SMALLER), max(1, size.height // _SMALLER)))
        shapes = small - p.blur(small, _LARGE)
        if self._mean is None or self._mean.shape != shapes.shape:
            self._mean = p.zeros(Size.of(shapes))
        self._mean = self._mean + _MEMORY * (shapes - self._mean)
        fresh = p.add_scaled(p.copy(shapes), self._mean, -params.restless)
        fresh *= p.single(p.norm(shapes) / p.larger(p.norm(fresh), 1.0))
        change = p.resize(fresh - shapes, size)
        change += canvas
        return change
