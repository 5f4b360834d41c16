"""Mean images: what Caffe's training subtracts from each picture, reduced to one number a channel.

Two files are in use: `compute_image_mean` writes a BlobProto (`.binaryproto`), Python users keep an
array (`.npy`), channels first as `ilsvrc_2012_mean.npy` has them. A dream's picture has any size, so only
the mean over the image makes sense, as Caffe's own notebooks take it: `mean.mean(1).mean(1)`.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.caffe.blobs import array_of
from dreamstream.caffe.files import read_message
from dreamstream.errors import NetError, reason

_BLOB = "mean image (a BlobProto)"
_LARGEST = 64 << 20
"""Bytes: a float mean image of 2300×2300."""


def read_mean(path: Path) -> tuple[float, float, float]:
    """Return the mean of each channel, in the file's order (Caffe's is BGR); NetError names the file."""
    try:
        if path.stat().st_size > _LARGEST:
            raise NetError(f"{path}: too large for a mean image")
        npy = path.suffix.lower() == ".npy"
        image = _npy(path) if npy else array_of(read_message("BlobProto", path, _BLOB), str(path))
    except OSError as error:
        raise NetError(f"{path}: {reason(error)}") from error
    while image.ndim > 1 and image.shape[0] == 1:
        image = image[0]
    if image.ndim not in (1, 3) or image.shape[0] != 3 or not image.size:
        raise NetError(f"{path}: a mean of shape 3×H×W or 3 is needed, this one has {image.shape}")
    first, second, third = (float(channel) for channel in image.reshape(3, -1).mean(1, dtype=np.float64))
    if not np.isfinite([first, second, third]).all():
        raise NetError(f"{path}: holds values that are not numbers")
    return first, second, third


def _npy(path: Path) -> NDArray[Any]:
    try:
        image = np.load(path, mmap_mode="r", allow_pickle=False)  # mapped: a false shape costs no memory
    except OSError:
        raise
    except Exception as error:  # its header is parsed as Python: damaged, it raises whatever that raises
        raise NetError(f"{path}: not an array of numbers, or damaged: {error}") from error
    if not isinstance(image, np.ndarray) or image.dtype.kind not in "fiu":
        raise NetError(f"{path}: not an array of numbers")
    return image
