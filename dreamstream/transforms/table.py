"""The table of all transforms by name. Each is declared in the module of its kind, its knobs beside it."""

from collections.abc import Iterable
from pathlib import Path

from dreamstream.transforms import affine, colours, fields, filters, folds, rolls, sorting
from dreamstream.transforms.own import own_transforms
from dreamstream.transforms.transform import Transform
from dreamstream.transforms.warp import IDENTITY


class TransformKnobs(
    sorting.SortKnobs,
    colours.ColourKnobs,
    filters.FilterKnobs,
    folds.FoldKnobs,
    fields.FieldKnobs,
    rolls.RollKnobs,
    affine.AffineKnobs,
):
    """Part of Params: the knobs of all transforms."""


TRANSFORMS: dict[str, Transform] = {
    **affine.TRANSFORMS,
    **rolls.TRANSFORMS,
    **fields.TRANSFORMS,
    **folds.TRANSFORMS,
    "none": Transform("no distortion", warp=lambda size, params, tick: IDENTITY),
    **filters.TRANSFORMS,
    **colours.TRANSFORMS,
    **sorting.TRANSFORMS,
}


def with_own(files: Iterable[Path]) -> dict[str, Transform]:
    """Return all transforms by name, those of a person's own files behind the program's."""
    transforms = dict(TRANSFORMS)
    for path in files:
        transforms |= own_transforms(path, transforms)
    return transforms
