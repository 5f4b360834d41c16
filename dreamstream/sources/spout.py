"""Spout as a source: what another program on the same Windows machine shares under a name, by SpoutGL."""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from dreamstream.errors import SourceError
from dreamstream.extras import extra_missing
from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.sources.cover import cover
from dreamstream.sources.matte import matted

_GONE, _SOON = 5.0, 0.01  # seconds without a picture; until it is looked again


def check_spout(where: str) -> None:
    """Raise SourceError where there is no name, no Windows or no library."""
    if sys.platform != "win32":
        raise SourceError("spout: Windows alone has it; syphon:NAME is macOS's, ndi:NAME goes everywhere")
    if not where:
        raise SourceError("spout: a name is needed, as in spout:NAME")
    if missing := extra_missing("SpoutGL", "spout"):
        raise SourceError(f"spout: SpoutGL is needed for it: {missing}")


def pictures(where: str) -> Iterator[Callable[[Size], Canvas]]:
    """Give the newest picture of that name each time when it is asked for; see `openers`."""
    import SpoutGL

    with SpoutGL.SpoutReceiver() as receiver:
        receiver.setReceiverName(where)
        pixels, came = np.empty((0, 0, 4), np.uint8), time.monotonic()
        while True:
            received = receiver.receiveImage(pixels, SpoutGL.enums.GL_RGBA, False, 0)
            if receiver.isUpdated():  # it says its size, and has not given a picture yet
                size = Size(receiver.getSenderWidth(), receiver.getSenderHeight())
                pixels = np.zeros((*size.shape, 4), np.uint8)
            elif received and pixels.size:
                came = time.monotonic()
                yield partial(cover, matted(pixels))
            elif time.monotonic() - came > _GONE:
                raise SourceError("it is gone" if pixels.size else "nobody shares pictures under that name")
            else:
                time.sleep(_SOON)
