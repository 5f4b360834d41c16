"""GIF with a palette for each picture: Pillow chooses and dithers, PyAV muxes."""

import math
from fractions import Fraction
from typing import Any, cast

import numpy as np

from dreamstream.errors import RecordError
from dreamstream.frame import Frame, Pixels
from dreamstream.record.disk import DiskFile
from dreamstream.record.file_writer import Muxed
from dreamstream.record.writer import ARTICLE_DELAY
from dreamstream.tell import counted

_SHORTEST = 2  # hundredths of a second; browsers slow down anything below
_MEGABYTE = 10**6
_LIMIT = 500  # MB
_NEAR = 0.8  # of the limit
_ENOUGH = 4000  # pixels to choose a palette from


class Gif(Muxed):
    """A GIF; it ends where it reaches the limit of its size, with everything until there in it."""

    @property
    def warning(self) -> str:
        """That the limit is near, from four fifths of it on."""
        size = self._file.size if self._file is not None else 0
        near = size >= _NEAR * _LIMIT * _MEGABYTE
        return f"{self._path.name} is near its limit of {_LIMIT} MB, and ends there" if near else ""

    def write(self, frame: Frame) -> None:
        """Add a picture, unless it follows the last one so soon that no browser would show it."""
        if self._file is not None and self._file.size >= _LIMIT * _MEGABYTE:
            frames = counted(self._count, "frame")
            raise RecordError(
                f"{self._path}: ends after {frames} at {_LIMIT} MB, the limit of a GIF; a video needs a tenth"
            )
        if self._timing.fps or not self._count or self._tick(frame) >= self._last + _SHORTEST:
            super().write(frame)

    @property
    def _delay(self) -> float:
        """Hundredths of a second that a picture is shown at a constant rate, and the last one of others."""
        return max(_SHORTEST, 100 / self._timing.fps) if self._timing.fps else ARTICLE_DELAY

    def _open(self, file: DiskFile, frame: Frame) -> None:
        import av

        # GIF counts repeats after the first showing, and -1 leaves the loop out: once
        loop = self._timing.loop - 1 if self._timing.loop > 1 else -self._timing.loop
        options = {"loop": str(loop), "final_delay": str(round(self._delay)), "flush_packets": "1"}
        self._container = av.open(file, "w", format="gif", container_options=options)
        self._stream = self._container.add_stream("gif", rate=Fraction(100, round(self._delay)))
        self._stream.width, self._stream.height = frame.size
        self._stream.pix_fmt = "pal8"
        self._stream.codec_context.time_base = self._time_base = Fraction(1, 100)

    def _add(self, file: DiskFile, frame: Frame) -> None:
        import av

        picture = av.VideoFrame.from_ndarray(cast(Any, quantised(frame.pixels)), format="pal8")
        self._mux(picture, self._tick(frame))

    def _tick(self, frame: Frame) -> int:
        return round(self._count * self._delay if self._timing.fps else (frame.time - self._start) * 100)


def quantised(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """Return indices (H×W) and palette (256×4, ARGB) of a picture, dithered (Floyd, Steinberg 1976).

    A palette of the widest coverage has the ends of the colours in it, between which dither can mix: seen
    from where single pixels blur, dreams keep their colours three times as well as with a median cut.
    """
    from PIL import Image

    step = max(1, math.isqrt(pixels[..., 0].size // _ENOUGH))
    few = Image.fromarray(np.ascontiguousarray(pixels[::step, ::step]))
    palette = few.quantize(256, method=Image.Quantize.MAXCOVERAGE)
    indices = Image.fromarray(pixels).quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    colours = np.frombuffer(bytes(palette.getpalette() or ()), dtype=np.uint8).reshape(-1, 3)
    table = np.zeros((256, 4), dtype=np.uint8)
    table[:, 0] = 255
    table[: len(colours), 1:] = colours
    return np.asarray(indices), table
