"""Transforms: the distortions between two dreams, as warps (data) and filters (functions).

canvas, params, rng -> transform -> (warp, canvas)
"""

import numpy as np

from dreamstream.params import Params
from dreamstream.transforms import filters, warps
from dreamstream.transforms.transform import Transform
from dreamstream.transforms.warp import IDENTITY, Affine, Canvas, Field, Warp

__all__ = ["IDENTITY", "TRANSFORMS", "Affine", "Canvas", "Field", "Transform", "Warp", "distort"]

TRANSFORMS: dict[str, Transform] = {**warps.TRANSFORMS, **filters.TRANSFORMS}


def distort(canvas: Canvas, params: Params, rng: np.random.Generator) -> tuple[Warp, Canvas]:
    """Return the canvas after the transform that `params` names, and the motion that it made."""
    transform = TRANSFORMS[params.transform]
    if transform.filter is not None:
        return IDENTITY, transform.filter(canvas, params, rng)
    assert transform.warp is not None
    height, width = canvas.shape[:2]
    warp = transform.warp((height, width), params, rng)
    return warp, warp.apply(canvas, params.cubic)
