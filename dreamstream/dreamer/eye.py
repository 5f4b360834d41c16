"""The eye: looks at a frame with the net that dreams, and says what is seen.

    frame, the one before -> small copies -> two layers of the net, colours, detail, motion -> Signature

It uses the net, so it may look only on the thread that dreams, between two frames. A small copy costs some
three thousandths of a second of one CPU core on the default net.
"""

import math
from collections.abc import Sequence

import numpy as np

from dreamstream.dreamer.signature import Signature
from dreamstream.errors import NetError
from dreamstream.frame import Canvas, Pixels
from dreamstream.nets import Network
from dreamstream.pictures import HOST
from dreamstream.size import Size

_AREA = 160 * 96  # px of the small copy, about
_UNIT = 32  # px: most nets take whole ones, and pad what is between them
_SAMPLES = 3  # pixels a side that one of the small copy is the mean of at the most


class Eye:
    """Sees with these `layers` of a net; those that a small copy does not reach it goes without.

    One that `waits` has what it needs built at its first look, the others see nothing until it is there.
    """

    def __init__(self, network: Network, layers: Sequence[str], waits: bool = False) -> None:
        self._network, self._layers, self._waits = network, tuple(layers), waits
        self._reached: tuple[Size, tuple[str, ...]] | None = None

    def see(self, pixels: Pixels, before: Pixels | None = None) -> Signature | None:
        """Return the signature of a frame (H×W×3, uint8), with its motion from the one `before`.

        None where the net is not ready for it: it is told to get ready.
        """
        picture = _small(pixels)
        size = Size.of(picture)
        if self._reached is None or self._reached[0] != size:
            self._reached = size, tuple(layer for layer in self._layers if self._reaches(size, layer))
        layers = self._reached[1]
        if layers and not self._waits and not self._network.prepare(size, layers):
            return None
        channels = self._network.powers(picture, layers) if layers else {}
        colours = picture / np.float32(255)
        last = colours if before is None else _small(before) / np.float32(255)
        return Signature.of(colours, last, channels)

    def _reaches(self, size: Size, layer: str) -> bool:
        try:
            return len(self._network.shape(size, layer)) > 1
        except NetError:
            return False


def _small(pixels: Pixels) -> Canvas:
    """Return a copy of a picture (0..255) of about 160×96 px, nearly in its shape; a smaller one as it is."""
    size = Size.of(pixels)
    if size.area <= _AREA:
        return pixels.astype(np.float32)
    units = size.scaled(math.sqrt(_AREA / size.area) / _UNIT)
    small = Size(units.width * _UNIT, units.height * _UNIT)
    step = max(min(size.width // small.width, size.height // small.height) // _SAMPLES, 1)
    return HOST.shrink(pixels[::step, ::step].astype(np.float32), small)
