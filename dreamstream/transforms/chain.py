"""A chain of transforms, one after the other, and the one motion that the screen sees of it.

canvas, links -> affine warps in a row multiplied into one, each other warp and filter by itself
              -> (the motion of all warps together, canvas)
"""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from dreamstream.knobs import Link, links_of
from dreamstream.size import Size
from dreamstream.transforms.table import TRANSFORMS, TransformKnobs
from dreamstream.transforms.transform import CommonKnobs, Tick, Transform
from dreamstream.transforms.warp import IDENTITY, Affine, Canvas, Field, Vectors, Warp, coordinates


def distort(
    canvas: Canvas,
    params: TransformKnobs,
    tick: Tick,
    links: Sequence[Link] | None = None,
    transforms: Mapping[str, Transform] = TRANSFORMS,
) -> tuple[Warp, Canvas]:
    """Return the motion and the canvas behind the links, or those of the chain that `params` names.

    `amount` times its share scales each of them.
    """
    size = Size.of(canvas)
    motion: Warp = IDENTITY
    pending: Affine = IDENTITY
    for name, scale in links_of(params.transform) if links is None else links:
        transform = transforms[name]
        scaled = params if scale == 1 else params.model_copy(update={"amount": params.amount * scale})
        if transform.warp is not None:
            warp = transform.warp(size, scaled, tick)
            motion = then(motion, warp.motion, size)
            if isinstance(warp, Affine):
                pending = _multiplied(pending, warp)
                continue
            canvas, pending = warp.apply(_applied(pending, canvas, params), params.cubic), IDENTITY
        elif transform.filter is not None:
            canvas, pending = transform.filter(_applied(pending, canvas, params), scaled, tick), IDENTITY
    return motion, _applied(pending, canvas, params)


def then(first: Warp, second: Warp, size: Size) -> Warp:
    """Return one warp that moves a picture as the first and then the second do."""
    if first is IDENTITY or second is IDENTITY:
        return second if first is IDENTITY else first
    if isinstance(first, Affine) and isinstance(second, Affine):
        return _multiplied(first, second)
    wrap = any(isinstance(warp, Field) and warp.wrap for warp in (first, second))
    near = _vectors(second, size)
    return Field(near + _read(first, near, size, wrap), wrap)


def _applied(warp: Affine, canvas: Canvas, params: CommonKnobs) -> Canvas:
    return canvas if warp is IDENTITY else warp.apply(canvas, params.cubic)


def _multiplied(first: Affine, second: Affine) -> Affine:
    if first is IDENTITY or second is IDENTITY:
        return second if first is IDENTITY else first
    linear, offset = first.matrix[:, :2], first.matrix[:, 2]
    return Affine(np.column_stack([linear @ second.matrix[:, :2], linear @ second.matrix[:, 2] + offset]))


def _vectors(warp: Warp, size: Size) -> Vectors:
    """Return a warp's displacements: H×W×2, or fewer rows or columns where they are alike."""
    if isinstance(warp, Field):
        return warp.vectors
    places = np.stack(coordinates(size), axis=-1)
    return _moved(warp, places) - places


def _read(warp: Warp, near: Vectors, size: Size, wrap: bool) -> Vectors:
    """Return the displacements of a warp at all places moved by `near`."""
    x, y = coordinates(size)
    x, y = x + near[..., 0], y + near[..., 1]
    if isinstance(warp, Affine):
        places = np.stack([x, y], axis=-1)
        return _moved(warp, places) - places
    whole = np.ascontiguousarray(np.broadcast_to(warp.vectors, (*size.shape, 2)))
    border = cv2.BORDER_WRAP if wrap else cv2.BORDER_REFLECT_101
    return np.asarray(cv2.remap(whole, x, y, cv2.INTER_LINEAR, borderMode=border), np.float32)


def _moved(warp: Affine, places: Vectors) -> Vectors:
    return np.asarray(cv2.transform(places, warp.matrix), np.float32)
