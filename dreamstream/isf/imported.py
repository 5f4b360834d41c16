"""Pictures that a file of the format imports, from files beside it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from dreamstream.errors import ShaderError, reason
from dreamstream.isf.head import Head, line_of

_LARGEST = 4096  # pixels of a side


def picture_of(path: Path, name: str, head: Head) -> NDArray[np.uint8]:
    """Return a picture, H×W×4, no larger than can be used; ShaderError names the line that asks for it."""
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (_LARGEST, _LARGEST))
            whole = picture.convert("RGBA")
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        where = f"{head.path}: line {line_of(name, head.text)}"
        raise ShaderError(f"{where}: {name}: {path}: {reason(error)}") from error
    whole.thumbnail((_LARGEST, _LARGEST))
    return np.asarray(whole, np.uint8)
