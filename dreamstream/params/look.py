"""The knobs of the look: what the gradient is made of, and what the picture is held to.

docs/look.md tells more of each, and what it costs.
"""

from functools import partial
from typing import Annotated

from pydantic import Field

from dreamstream.effects import PALETTES
from dreamstream.knobs import LIST, Knobs, param

_look = partial(param, group="look")
_Gain = Annotated[float, Field(ge=0, le=16)]


class LookKnobs(Knobs):
    """Part of Params."""

    smooth: float = _look(
        0.5, "evens the gradient's scales: larger shapes (0: the notebook's gradient)", 0, 1, 0.05
    )
    scales: Annotated[tuple[_Gain, ...], Field(max_length=5), LIST] = _look(
        (),
        "strengths of the gradient's scales, fine to coarse, as in 0.5,1,1,2,2 (empty: 1 for each)",
        example="0.5,1,1,2,2",
    )
    scale_tilt: float = _look(
        0.0, "the gradient's scales: above 0 more of the large shapes, below of the fine", -2, 2, 0.1
    )
    soften: float = _look(0.0, "blurs the gradient: standard deviation", 0, 16, 0.25, "px")
    variety: float = _look(
        1.0, "lifts quiet channels against loud ones: more kinds of things (0: the notebook's)", 0, 2, 0.1
    )
    decorrelate: float = _look(
        0.0, "share of the step in natural pictures' colours: less rainbow, more light", 0, 1, 0.1
    )
    octave_tilt: float = _look(
        0.0, "steps of the octaves: above 0 larger in the small ones (large shapes)", -2, 2, 0.1
    )
    hold: float = _look(
        0.06, "how fast brightness, contrast and colour are held (0: plain feedback)", 0, 1, 0.01
    )
    held_contrast: float = _look(1.0, "contrast that is held, in parts of the source's", 0, 3, 0.05, "×")
    held_colour: float = _look(1.0, "saturation that is held, in parts of the source's", 0, 3, 0.05, "×")
    held_light: float = _look(0.0, "brightness held, above the source's", -100, 100, 5, "grey levels")
    held_detail: float = _look(
        0.0, "scales that are held: above 0 more fine contrast, below more in large shapes", -2, 2, 0.1
    )
    held_palette: str = _look(
        "none", "what the colours of the large shapes are pulled to", choices=("none", "source", *PALETTES)
    )
    palette_pull: float = _look(0.1, "how fast they are pulled there", 0, 1, 0.02)
    restless: float = _look(0.06, "how much of what stays in its place fades, each frame", 0, 1, 0.02)
    wander: float = _look(
        0.1, "how much the large shapes and colours wander", 0, 1, 0.02, formerly=("drift",)
    )
    grain: float = _look(1.5, "noise added to each frame", 0, 64, 0.5, "grey levels")
