"""Where it dreams: the params of the weights over places of the canvas."""

from functools import partial

from dreamstream.knobs import Knobs, param

PAINTS = ("none", "centre", "border", "left", "right", "top", "bottom", "motion", "mouse", "mask")
"""What the dream can be painted by."""

_paint = partial(param, group="look")


class PaintKnobs(Knobs):
    """Where the gradient step is taken, and where the picture only moves: docs/look.md tells more of each."""

    paint: str = _paint(
        "none",
        "where it dreams (motion: where the film or camera moves; mask: where that picture is light)",
        choices=PAINTS,
    )
    paint_share: float = _paint(
        1.0, "how much less it dreams elsewhere (1: not at all)", 0, 1, 0.05, clamp=True
    )
    paint_size: float = _paint(0.5, "how far it is painted (not by a mask)", 0, 1, 0.05, clamp=True)
    paint_soft: float = _paint(0.5, "how softly that ends (not by a mask)", 0, 1, 0.05, clamp=True)
    paint_x: float = _paint(0.5, "paint mouse: its place, from left to right", 0, 1, 0.05, clamp=True)
    paint_y: float = _paint(0.5, "paint mouse: its place, from top to bottom", 0, 1, 0.05, clamp=True)
