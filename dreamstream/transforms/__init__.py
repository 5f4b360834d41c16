"""Transforms: the distortions between two dreams, as warps (data) and filters (functions), in chains.

canvas, params, tick -> transform -> (warp, canvas)
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dreamstream.knobs import Link, links_of
from dreamstream.transforms import affine, chain, colours, fields, filters, flow, folds, rolls, sorting
from dreamstream.transforms.blending import luma
from dreamstream.transforms.own import own_transforms
from dreamstream.transforms.transform import Tick, TransformOf
from dreamstream.transforms.warp import IDENTITY, Affine, Canvas, Field, Warp, summed

__all__ = [
    "IDENTITY",
    "TRANSFORMS",
    "Affine",
    "Canvas",
    "Field",
    "Tick",
    "Transform",
    "TransformKnobs",
    "Warp",
    "distort",
    "luma",
    "summed",
    "with_own",
]


class TransformKnobs(
    sorting.SortKnobs,
    colours.ColourKnobs,
    filters.FilterKnobs,
    folds.FoldKnobs,
    flow.FlowKnobs,
    fields.FieldKnobs,
    rolls.RollKnobs,
    affine.AffineKnobs,
):
    """Part of Params: the knobs of all transforms."""


Transform = TransformOf[TransformKnobs]

TRANSFORMS: dict[str, Transform] = {
    **affine.TRANSFORMS,
    **rolls.TRANSFORMS,
    **fields.TRANSFORMS,
    **flow.TRANSFORMS,
    **folds.TRANSFORMS,
    "none": TransformOf("no distortion", (), warp=affine.none),
    **filters.TRANSFORMS,
    **colours.TRANSFORMS,
    **sorting.TRANSFORMS,
}
"""All by name. Each is in the module of its kind with its knobs, a class that is part of TransformKnobs."""


def with_own(files: Iterable[Path]) -> dict[str, Transform]:
    """Return all transforms by name, those of a person's own files behind the program's."""
    transforms: dict[str, Transform] = dict(TRANSFORMS)
    for path in files:
        transforms |= own_transforms(path, transforms)
    return transforms


def distort(
    canvas: Canvas,
    params: TransformKnobs,
    tick: Tick,
    links: Sequence[Link] | None = None,
    transforms: Mapping[str, Transform] = TRANSFORMS,
) -> tuple[Warp, Canvas]:
    """Return the canvas behind the chain that `params` names, or these links, and the motion that it made."""
    return chain.run(canvas, links_of(params.transform) if links is None else links, transforms, params, tick)
