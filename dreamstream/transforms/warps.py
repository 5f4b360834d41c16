"""All warps by name: (size, params, tick) -> Warp.

To add one, write a function in the module of its kind, or in one of your own that is named here, and put
it into that module's TRANSFORMS.
"""

from dreamstream.transforms import affine, fields, flow, folds, rolls
from dreamstream.transforms.transform import Transform

TRANSFORMS: dict[str, Transform] = {
    **affine.TRANSFORMS,
    **rolls.TRANSFORMS,
    **fields.TRANSFORMS,
    **flow.TRANSFORMS,
    **folds.TRANSFORMS,
    "none": Transform("no distortion", (), warp=affine.none),
}
