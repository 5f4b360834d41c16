"""Mean images: what Caffe's training subtracts from each picture, reduced to one number a channel.

Two kinds of file are in use: `compute_image_mean` writes a BlobProto (`.binaryproto`), Python users keep an
array (`.npy`), channels first as `ilsvrc_2012_mean.npy` has them. A dream's picture has any size, so only
the mean over the image makes sense, as Caffe's own notebooks take it: `mean.mean(1).mean(1)`.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.caffe.files import read_content, read_message
from dreamstream.caffe.graph import array_of
from dreamstream.errors import NetError

_LARGEST = 64 << 20
"""Bytes: a float mean image of 2300×2300."""


def read_mean(path: Path) -> tuple[float, float, float]:
    """Return the mean of each channel, in the file's order (Caffe's is BGR); NetError names the file."""
    if path.suffix.lower() == ".npy":
        image = _read_npy(path)
    else:
        image = array_of(read_message("BlobProto", path, _LARGEST, "mean image (a BlobProto)"), str(path))
    while image.ndim > 1 and image.shape[0] == 1:
        image = image[0]
    if image.ndim not in (1, 3) or image.shape[0] != 3 or not image.size:
        raise NetError(f"{path}: a mean of shape 3×H×W or 3 is needed, this one has {image.shape}")
    first, second, third = (float(channel) for channel in image.reshape(3, -1).mean(1, dtype=np.float64))
    if not np.isfinite([first, second, third]).all():
        raise NetError(f"{path}: holds values that are not numbers")
    return first, second, third


def _read_npy(path: Path) -> NDArray[Any]:
    content = read_content(path, _LARGEST, "mean image")
    try:
        image = np.load(io.BytesIO(content), allow_pickle=False)
    except Exception as error:  # its header is parsed as Python: damaged, it raises whatever that raises
        raise NetError(f"{path}: not an array of numbers, or damaged: {error}") from error
    if not isinstance(image, np.ndarray) or image.dtype.kind not in "fiu":
        raise NetError(f"{path}: not an array of numbers")
    return image
