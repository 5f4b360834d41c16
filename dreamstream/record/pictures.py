"""Pictures one by one: a folder of numbered ones, and a snapshot that carries its params and score."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dreamstream.claims import check_free, claim_folder
from dreamstream.errors import RecordError, UsageError, reason
from dreamstream.frame import Frame
from dreamstream.record.writer import Encoding, Timing, Writer

PICTURES = {"png": ".png", "jpeg": ".jpg"}
_SHORT = 2000  # letters that are not compressed, so that any program shows them


class Pictures(Writer):
    """A folder of PNG or JPEG pictures in alphabetical order; a picture that is there is whole."""

    def __init__(self, path: Path, timing: Timing, encoding: Encoding) -> None:
        self._path = path
        self._suffix = PICTURES[encoding.codec or "png"]
        self._options: dict[str, Any] = {"format": "PNG", "compress_level": 1}
        if self._suffix == ".jpg":
            quality = round(60 + encoding.quality * 0.4)
            self._options = {"format": "JPEG", "quality": quality, "subsampling": 0}
        self._count = 0
        self._claim = claim_folder(path, new=False) if path.is_dir() else None

    def write(self, frame: Frame) -> None:
        """Write the next numbered picture."""
        from PIL import Image

        if self._claim is None:
            self._claim = claim_folder(self._path, new=True)
        if self._count == 0:
            for old in numbered(self._path):  # there only with --force
                old.unlink()
        part = self._path / ".part"
        with part.open("wb") as file:
            Image.fromarray(frame.pixels).save(file, **self._options)
        self._count += 1
        part.replace(self._path / f"{self._count:08d}{self._suffix}")

    def close(self) -> None:
        """Remove what is left of a picture that failed."""
        if self._claim is None:
            return
        with contextlib.suppress(OSError):
            (self._path / ".part").unlink()
        self._claim()
        self._claim = None


def numbered(folder: Path) -> list[Path]:
    """Return the pictures in a folder that a new film there replaces; none where it is no folder."""
    return [path for suffix in PICTURES.values() for path in folder.glob("[0-9]" * 8 + suffix)]


def check_new_png(path: Path, flag: str) -> None:
    """Raise UsageError or RecordError where `save_snapshot` could not write the path given with a flag."""
    if path.suffix.lower() != ".png":
        raise UsageError(f"{flag} {path}: a name that ends in .png is needed")
    check_free(path, False, force=False)
    if os.path.lexists(path):
        raise RecordError(f"{path}: is there already; take another name")


def save_snapshot(path: Path, frame: Frame, text: Mapping[str, str]) -> None:
    """Write the frame with `text` as the PNG's text entries, compressed; raises RecordError."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for name, value in text.items():
        info.add_itxt(name, value, zip=len(value) > _SHORT)
    try:
        with path.open("xb") as file:
            Image.fromarray(frame.pixels).save(file, "PNG", pnginfo=info)
    except OSError as error:
        raise RecordError(f"{path}: {reason(error)}") from error
