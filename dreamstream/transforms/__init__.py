"""Transforms: the distortions between two dreams, as warps (data) and filters (functions), in chains.

canvas, params, tick -> transform -> (warp, canvas)
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dreamstream.params import Link, Params, links_of
from dreamstream.transforms import chain, filters, warps
from dreamstream.transforms.blending import luma
from dreamstream.transforms.own import own_transforms
from dreamstream.transforms.transform import Tick, Transform
from dreamstream.transforms.warp import IDENTITY, Affine, Canvas, Field, Warp, summed

__all__ = [
    "IDENTITY",
    "TRANSFORMS",
    "Affine",
    "Canvas",
    "Field",
    "Tick",
    "Transform",
    "Warp",
    "distort",
    "luma",
    "summed",
    "with_own",
]

TRANSFORMS: dict[str, Transform] = {**warps.TRANSFORMS, **filters.TRANSFORMS}


def with_own(files: Iterable[Path]) -> dict[str, Transform]:
    """Return all transforms by name, those of a person's own files behind the program's."""
    transforms = dict(TRANSFORMS)
    for path in files:
        transforms |= own_transforms(path, transforms)
    return transforms


def distort(
    canvas: Canvas,
    params: Params,
    tick: Tick,
    links: Sequence[Link] | None = None,
    transforms: Mapping[str, Transform] = TRANSFORMS,
) -> tuple[Warp, Canvas]:
    """Return the canvas behind the chain that `params` names, or these links, and the motion that it made."""
    return chain.run(canvas, links_of(params.transform) if links is None else links, transforms, params, tick)
