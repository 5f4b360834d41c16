"""Snapshots: one frame as a PNG that carries the params it was dreamt with, and its score, compressed."""

from collections.abc import Mapping
from pathlib import Path

from dreamstream.errors import RecordError, reason
from dreamstream.frame import Frame

_SHORT = 2000  # letters that are not worth compressing: any program shows them


def save_snapshot(path: Path, frame: Frame, text: Mapping[str, str]) -> None:
    """Write the frame with `text` as the PNG's text entries; raises RecordError."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for name, value in text.items():
        info.add_itxt(name, value, zip=len(value) > _SHORT)
    try:
        Image.fromarray(frame.pixels).save(path, pnginfo=info)
    except OSError as error:
        raise RecordError(f"{path}: {reason(error)}") from error
