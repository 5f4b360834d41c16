"""Pictures as planes, which torch computes on, and what its convolutions and its reading at places take."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dreamstream.size import Size


def planes_of(picture: Tensor) -> Tensor:
    """Return the planes (1×C×H×W) of a picture, or of a brightness (H×W)."""
    return picture.permute(2, 0, 1)[None] if picture.ndim == 3 else picture[None, None]


def picture_of(planes: Tensor) -> Tensor:
    """Return the picture (H×W×C) of planes (1×C×H×W)."""
    return planes[0].permute(1, 2, 0)


def alike(planes: Tensor, picture: Tensor) -> Tensor:
    """Return planes as a picture, or as a brightness where the other is one."""
    return picture_of(planes) if picture.ndim == 3 else planes[0, 0]


def grid_of(x: Tensor, y: Tensor, size: Size) -> Tensor:
    """Return places in pixels as `grid_sample` wants them: -1 the first pixel's centre, 1 the last one's."""
    across, down = (2 / max(side - 1, 1) for side in size)
    places = (x * across - 1).expand(size.shape), (y * down - 1).expand(size.shape)
    return torch.stack(places, -1)[None]


def counted(count: int) -> NDArray[np.float32]:
    """Return 0, 1, 2 ..."""
    return np.arange(count, dtype=np.float32)


def weights_of(weights: tuple[float, ...]) -> NDArray[np.float32]:
    """Return weights as an array."""
    return np.array(weights, np.float32)


def gaussian(sigma: float) -> NDArray[np.float32]:
    """Return the weights that OpenCV takes for this deviation: out to four of them."""
    half = round(8 * sigma + 1) // 2
    weights = np.exp(-0.5 * (np.arange(-half, half + 1) / sigma) ** 2)
    return np.asarray(weights / weights.sum(), np.float32)


def shares(before: int, after: int) -> NDArray[np.float32]:
    """Return what each of `after` rows has of each of `before`: the mean of the area that it covers."""
    edges = np.arange(after + 1) * (before / after)
    at = np.arange(before)
    covered = np.minimum(edges[1:, None], at + 1) - np.maximum(edges[:-1, None], at)
    return np.asarray(np.maximum(covered, 0) * (after / before), np.float32)


def smaller_by_half() -> NDArray[np.float32]:
    """Return the kernel (1×1×5×5) that slides over a level of the Gaussian pyramid by steps of two."""
    weights = np.array([1, 4, 6, 4, 1], np.float32) / np.float32(16)
    return weights[:, None] * weights[None, None, None]


def twice_as_large() -> NDArray[np.float32]:
    """Return the kernels (4×1×3×3) of the pixels that come of one: at its own place, and beside and below."""
    phases = np.array([[1, 6, 1], [0, 4, 4]], np.float32) / np.float32(8)
    kernels = phases[:, None, :, None] * phases[None, :, None, :]
    return kernels.reshape(4, 1, 3, 3)
