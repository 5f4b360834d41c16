"""Animated WebP: Pillow encodes each picture by itself, and the file is put together here.

    RIFF size WEBP, VP8X (canvas), ANIM (loops), then one ANMF (place, duration, picture) a frame

FFmpeg's and Pillow's own writers keep all pictures until the end. Here each is on its way to the disk when
the next one comes, and the file's size stands right in its head after each: it can be cut off anywhere.
Format: https://developers.google.com/speed/webp/docs/riff_container
"""

import io
import struct
from pathlib import Path

from dreamstream.errors import RecordError, reason
from dreamstream.frame import Frame, Pixels
from dreamstream.record.disk import DiskFile
from dreamstream.record.writer import ARTICLE_DELAY, Encoding, Timing, Writer

_ANIMATED, _NO_BLENDING = 0x02, 0x02
_LARGEST = 2**32 - 2**26
_LONGEST = 2**24 - 1  # milliseconds, what the format holds
_SIDE = 16383  # pixels


class Webp(Writer):
    """A WebP animation; the newest picture waits for the next one, which says how long it was shown."""

    def __init__(self, path: Path, timing: Timing, encoding: Encoding) -> None:
        self._path, self._timing, self._encoding = path, timing, encoding
        self._new = not path.exists()
        self._file: DiskFile | None = None
        self._waiting: tuple[Pixels, int] | None = None
        self._count = 0
        self._start = 0.0
        self._failed = False
        self._delay = 1000 / timing.fps if timing.fps else 10 * ARTICLE_DELAY

    def write(self, frame: Frame) -> None:
        """Add a picture; raises RecordError."""
        try:
            if self._file is None:
                self._start = frame.time
                self._file = DiskFile(self._path, self._new)
                self._begin(self._file, frame)
            timed = self._count * self._delay if self._timing.fps else (frame.time - self._start) * 1000
            self._put(round(timed))
        except OSError as error:
            self._failed = True
            raise RecordError(f"{self._path}: {reason(error)}") from error
        except RecordError:
            self._failed = True
            raise
        self._waiting = frame.pixels, round(timed)
        self._count += 1

    def close(self) -> None:
        """Write the last picture and close the file."""
        if self._file is None:
            return
        try:
            try:
                if not self._failed and self._waiting is not None:
                    self._put(self._waiting[1] + round(self._delay))
            finally:
                self._file.close()
        except OSError as error:
            if not self._failed:
                raise RecordError(f"{self._path}: {reason(error)}") from error

    def _begin(self, file: DiskFile, frame: Frame) -> None:
        size = frame.size
        if max(size) > _SIDE:
            raise RecordError(f"{self._path}: {size} is too large for WebP; {_SIDE} a side is the most")
        canvas = struct.pack("<B3x", _ANIMATED) + _three(size.width - 1) + _three(size.height - 1)
        animation = struct.pack("<IH", 0, self._timing.loop)
        body = b"WEBP" + _chunk(b"VP8X", canvas) + _chunk(b"ANIM", animation)
        file.write(_chunk(b"RIFF", body))

    def _put(self, until: int) -> None:
        """Write the picture that waits, shown until that many milliseconds after the first."""
        if self._waiting is None or self._file is None:
            return
        from PIL import Image

        pixels, since = self._waiting
        data = io.BytesIO()
        Image.fromarray(pixels).save(data, "WEBP", quality=self._encoding.quality, method=2)
        height, width = pixels.shape[:2]
        duration = min(max(until - since, 1), _LONGEST)
        place = _three(0) * 2 + _three(width - 1) + _three(height - 1) + _three(duration)
        picture = data.getvalue()[12:]  # without its own RIFF and WEBP
        chunk = _chunk(b"ANMF", place + bytes([_NO_BLENDING]) + picture)
        if self._file.size + len(chunk) > _LARGEST:
            raise RecordError(
                f"{self._path}: ends after {self._count - 1} frames at 4 GB, the most of a WebP"
            )
        self._file.write(chunk)
        end = self._file.tell()
        self._file.seek(4)
        self._file.write(struct.pack("<I", end - 8))
        self._file.seek(end)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")
