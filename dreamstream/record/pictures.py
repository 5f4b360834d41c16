"""A folder of numbered pictures: PNG to the last bit, or JPEG."""

import contextlib
from pathlib import Path
from typing import Any

from dreamstream.errors import RecordError, reason
from dreamstream.frame import Frame
from dreamstream.record.writer import Encoding, Timing, Writer

PICTURES = {"png": ".png", "jpeg": ".jpg"}


class Pictures(Writer):
    """A folder of pictures whose alphabetical order is their order in time; none is there in part."""

    def __init__(self, path: Path, timing: Timing, encoding: Encoding) -> None:
        self._path = path
        self._suffix = PICTURES[encoding.codec or "png"]
        jpeg: dict[str, Any] = {
            "format": "JPEG",
            "quality": round(60 + encoding.quality * 0.4),
            "subsampling": 0,
        }
        self._how = {"format": "PNG", "compress_level": 1} if self._suffix == ".png" else jpeg
        self._count = 0

    def write(self, frame: Frame) -> None:
        """Write the next numbered picture; raises RecordError."""
        from PIL import Image

        try:
            if self._count == 0:
                self._path.mkdir(exist_ok=True)
                for suffix in PICTURES.values():
                    for old in self._path.glob("[0-9]" * 8 + suffix):  # only --force lets any be there
                        old.unlink()
            part = self._path / ".part"
            with part.open("wb") as file:
                Image.fromarray(frame.pixels).save(file, **self._how)
            part.replace(self._path / f"{self._count + 1:08d}{self._suffix}")
        except OSError as error:
            raise RecordError(f"{self._path}: {reason(error)}") from error
        self._count += 1

    def close(self) -> None:
        """Nothing is left open."""
        with contextlib.suppress(OSError):
            (self._path / ".part").unlink()
