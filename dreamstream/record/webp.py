"""Animated WebP: Pillow encodes each picture by itself, and the file is put together here.

    RIFF size WEBP, VP8X (canvas), ANIM (loops), then one ANMF (place, duration, picture) a frame

FFmpeg's and Pillow's own writers keep all pictures in memory until the end. Here each is written when the
next one comes, and the file's size in its head is right after each: it can be cut off anywhere.
Format: https://developers.google.com/speed/webp/docs/riff_container
"""

import io
import struct

from dreamstream.errors import RecordError
from dreamstream.frame import Frame, Pixels
from dreamstream.record.disk import DiskFile
from dreamstream.record.file_writer import FileWriter
from dreamstream.record.writer import ARTICLE_DELAY
from dreamstream.tell import counted

_ANIMATED, _ALPHA, _NO_BLENDING = 0x02, 0x10, 0x02
_LARGEST = 2**32 - 2**26
_LONGEST = 2**24 - 1  # milliseconds, what the format holds
_SIDE = 16383  # pixels


class Webp(FileWriter):
    """A WebP animation; the newest picture waits for the next one, which says how long it was shown."""

    _pending: tuple[Pixels, int] | None = None  # and its time, ms after the first

    def _open(self, file: DiskFile, frame: Frame) -> None:
        size = frame.size
        if max(size) > _SIDE:
            raise RecordError(f"{self._path}: {size} is too large for WebP; {_SIDE} a side is the most")
        flags = _ANIMATED | (_ALPHA if frame.channels == 4 else 0)
        canvas = struct.pack("<B3x", flags) + _three(size.width - 1) + _three(size.height - 1)
        animation = struct.pack("<IH", 0, self._timing.loop)
        body = b"WEBP" + _chunk(b"VP8X", canvas) + _chunk(b"ANIM", animation)
        file.write(_chunk(b"RIFF", body))

    def _add(self, file: DiskFile, frame: Frame) -> None:
        fps = self._timing.fps
        time = round(self._count * self._delay if fps else (frame.time - self._start) * 1000)
        self._write_pending(file, time)
        self._pending = frame.pixels, time

    def _finish(self, file: DiskFile) -> None:
        if not self._failed and self._pending is not None:
            self._write_pending(file, self._pending[1] + round(self._delay))

    @property
    def _delay(self) -> float:
        """Milliseconds that a picture is shown at a constant rate, and the last one of others."""
        return 1000 / self._timing.fps if self._timing.fps else 10 * ARTICLE_DELAY

    def _write_pending(self, file: DiskFile, until: int) -> None:
        """Write the picture that waits, shown until so many milliseconds after the first."""
        if self._pending is None:
            return
        from PIL import Image

        pixels, since = self._pending
        data = io.BytesIO()
        Image.fromarray(pixels).save(data, "WEBP", quality=self._encoding.quality, method=2)
        height, width = pixels.shape[:2]
        duration = min(max(until - since, 1), _LONGEST)
        place = _three(0) * 2 + _three(width - 1) + _three(height - 1) + _three(duration)
        picture = _chunks(data.getvalue())
        chunk = _chunk(b"ANMF", place + bytes([_NO_BLENDING]) + picture)
        if file.size + len(chunk) > _LARGEST:
            raise RecordError(
                f"{self._path}: ends after {counted(self._count - 1, 'frame')} at 4 GB, the most of a WebP"
            )
        file.write(chunk)
        end = file.tell()
        file.seek(4)
        file.write(struct.pack("<I", end - 8))
        file.seek(end)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _chunks(webp: bytes) -> bytes:
    """Return what a WebP of one picture holds of it, without its own head, which those with an alpha have."""
    body = webp[12:]
    if body.startswith(b"VP8X"):
        body = body[8 + int.from_bytes(body[4:8], "little") :]
    return body


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")
