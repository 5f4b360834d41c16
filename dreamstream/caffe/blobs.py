"""Blobs: the numbers of a layer's weights, between Caffe's message and an array.

A blob is of floats or of doubles, and says its shape as a list of sizes or, in old files, as
num, channels, height and width.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.errors import NetError

Array = NDArray[np.float32]


def array_of(proto: Any, where: str) -> Array:
    """Return a BlobProto's numbers in its shape; NetError where their count does not fit it."""
    single, double = b"".join(proto.data), b"".join(proto.double_data)
    if len(single) % 4 or len(double) % 8:
        raise NetError(f"{where}: a blob's numbers are cut off")
    values = np.frombuffer(single, "<f4") if single else np.frombuffer(double, "<f8")
    if proto.HasField("shape"):
        shape = tuple(proto.shape.dim)
    else:
        shape = (proto.num, proto.channels, proto.height, proto.width)
    if len(shape) > 32 or any(n < 0 for n in shape) or math.prod(shape) != len(values):
        sizes = "x".join(map(str, shape[:8]))
        raise NetError(f"{where}: a blob of shape {sizes or 'nothing'} holds {len(values)} numbers")
    with np.errstate(over="ignore"):
        return values.astype(np.float32, copy=False).reshape(shape)


def fill_blob(proto: Any, array: Array) -> None:
    """Write an array into a BlobProto, as floats and with its shape."""
    proto.shape.dim.extend(array.shape)
    proto.data.append(np.ascontiguousarray(array, "<f4").tobytes())
