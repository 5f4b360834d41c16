"""A chain of transforms, one after the other, and the one motion that the screen sees of it.

canvas, links -> affine warps in a row multiplied into one, each other warp and filter by itself
              -> (the motion of all warps together, canvas)
"""

from collections.abc import Mapping, Sequence

from dreamstream.knobs import Link, links_of
from dreamstream.pictures import HOST, Picture, Pictures, on
from dreamstream.size import Size
from dreamstream.transforms.border import with_fresh_border
from dreamstream.transforms.table import TRANSFORMS, TransformKnobs
from dreamstream.transforms.transform import CommonKnobs, Tick, Transform
from dreamstream.transforms.warp import IDENTITY, Affine, Field, Warp, places_of


def distort(
    canvas: Picture,
    params: TransformKnobs,
    tick: Tick,
    links: Sequence[Link] | None = None,
    transforms: Mapping[str, Transform] = TRANSFORMS,
) -> tuple[Warp, Picture]:
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
            motion = then(motion, warp.motion, size, on(canvas))
            if isinstance(warp, Affine):
                pending = pending.then(warp)
                continue
            canvas, pending = _moved(warp, _applied(pending, canvas, params, tick), params, tick), IDENTITY
        elif transform.filter is not None:
            canvas = _filtered(transform, _applied(pending, canvas, params, tick), scaled, tick)
            pending = IDENTITY
    return motion, _applied(pending, canvas, params, tick)


def then(first: Warp, second: Warp, size: Size, p: Pictures = HOST) -> Warp:
    """Return one warp that moves a picture as the first and then the second do; a field is where `p` is."""
    if first is IDENTITY or second is IDENTITY:
        return second if first is IDENTITY else first
    if isinstance(first, Affine) and isinstance(second, Affine):
        return first.then(second)
    wrap = any(isinstance(warp, Field) and warp.wrap for warp in (first, second))
    places = places_of(size, p)
    near = second.vectors_on(p) if isinstance(second, Field) else second.moves(places)
    if isinstance(first, Affine):
        return Field(near + first.moves(places + near), wrap)
    whole = p.copy(p.maths.broadcast_to(first.vectors_on(p), places.shape))
    return Field(near + p.read(whole, p.places(near, size), wrap), wrap)


def _filtered(transform: Transform, canvas: Picture, params: CommonKnobs, tick: Tick) -> Picture:
    """Return the canvas behind a filter; one that only the host has takes it there and back."""
    assert transform.filter is not None
    if not transform.host:
        return transform.filter(canvas, params, tick)
    p = on(canvas)
    return p.of(transform.filter(p.host(canvas), params, tick))


def _applied(warp: Affine, canvas: Picture, params: CommonKnobs, tick: Tick) -> Picture:
    return canvas if warp is IDENTITY else _moved(warp, canvas, params, tick)


def _moved(warp: Warp, canvas: Picture, params: CommonKnobs, tick: Tick) -> Picture:
    moved = warp.apply(canvas, params.cubic)
    return with_fresh_border(moved, canvas, warp, tick) if params.border == "fresh" else moved
