"""Where a picture is."""

from functools import cache

import numpy as np

from dreamstream.pictures.host import HOST
from dreamstream.pictures.pictures import Picture, Pictures


def on(picture: Picture) -> Pictures:
    """Return what is done to pictures where this one is: on the host an array, a tensor on its device."""
    return HOST if isinstance(picture, np.ndarray) else pictures_on(picture.device.type)


@cache
def pictures_on(device: str) -> Pictures:
    """Return what is done to pictures on a torch device: `cpu`, `cuda` or `mps`."""
    from dreamstream.pictures.device import Device  # torch takes long to import

    return Device(device)
