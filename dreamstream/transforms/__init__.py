"""Transforms: the distortions between two dreams, as warps (data) and filters (functions), in chains.

canvas, params, tick -> transform -> (warp, canvas)
"""

from dreamstream.transforms.chain import distort, then
from dreamstream.transforms.table import TRANSFORMS, TransformKnobs, with_own
from dreamstream.transforms.transform import Tick, Transform
from dreamstream.transforms.warp import IDENTITY, Affine, Field, Warp, summed

__all__ = [
    "IDENTITY",
    "TRANSFORMS",
    "Affine",
    "Field",
    "Tick",
    "Transform",
    "TransformKnobs",
    "Warp",
    "distort",
    "summed",
    "then",
    "with_own",
]
