"""A folder of numbered pictures: PNG without loss, or JPEG."""

import contextlib
from pathlib import Path
from typing import Any

from dreamstream.frame import Frame
from dreamstream.record.writer import Encoding, Timing, Writer

PICTURES = {"png": ".png", "jpeg": ".jpg"}


class Pictures(Writer):
    """A folder of pictures whose alphabetical order is their order in time; none is there in part."""

    def __init__(self, path: Path, timing: Timing, encoding: Encoding) -> None:
        self._path = path
        self._suffix = PICTURES[encoding.codec or "png"]
        self._options: dict[str, Any] = {"format": "PNG", "compress_level": 1}
        if self._suffix == ".jpg":
            self._options = {
                "format": "JPEG",
                "quality": round(60 + encoding.quality * 0.4),
                "subsampling": 0,
            }
        self._count = 0

    def write(self, frame: Frame) -> None:
        """Write the next numbered picture."""
        from PIL import Image

        if self._count == 0:
            self._path.mkdir(exist_ok=True)
            for suffix in PICTURES.values():
                for old in self._path.glob("[0-9]" * 8 + suffix):  # there only with --force
                    old.unlink()
        part = self._path / ".part"
        with part.open("wb") as file:
            Image.fromarray(frame.pixels).save(file, **self._options)
        self._count += 1
        part.replace(self._path / f"{self._count:08d}{self._suffix}")

    def close(self) -> None:
        """Remove what is left of a picture that failed."""
        with contextlib.suppress(OSError):
            (self._path / ".part").unlink()
