"""Films to record, and what a recording holds when it is read again by other programs' means."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageSequence

from dreamstream.frame import Frame
from dreamstream.record import Encoding, Timing, open_writer
from tests.fakes import picture

VIDEOS = [
    (".mp4", "h264"),
    (".mp4", "hevc"),
    (".mp4", "vp9"),
    (".mp4", "av1"),
    (".mov", "h264"),
    (".mov", "hevc"),
    (".mov", "prores"),
    (".mov", "prores4444"),
    (".mov", "cineform"),
    (".mov", "qtrle"),
    (".mov", "hap"),
    (".mov", "hapalpha"),
    (".mov", "hapq"),
    (".mov", "dxv"),
    (".mkv", "h264"),
    (".mkv", "hevc"),
    (".mkv", "vp9"),
    (".mkv", "av1"),
    (".mkv", "prores"),
    (".mkv", "ffv1"),
    (".webm", "vp9"),
    (".webm", "av1"),
]


def film(count: int, height: int = 48, width: int = 64, fps: float | None = None) -> list[Frame]:
    """A picture that moves two columns a frame: ten frames a second with some unevenness, or `fps`."""
    canvas = picture(height, width)
    uneven = np.cumsum([0.1, 0.15, 0.05] * count)[:count]
    times = uneven if fps is None else np.arange(count) / fps
    return [Frame.of(np.roll(canvas, 2 * i, 1), i + 1, None, 50 + float(times[i])) for i in range(count)]


def write(
    path: Path, frames: list[Frame], timing: Timing | None = None, encoding: Encoding | None = None
) -> None:
    writer = open_writer(path, timing or Timing(), encoding)
    for frame in frames:
        writer.write(frame)
    writer.close()


@dataclass(frozen=True)
class Shown:
    """A picture of a recording: from when on it is shown, and what is seen."""

    time: float
    pixels: np.ndarray


def read(path: Path, torn: bool = False) -> list[Shown]:
    """Decode a recording: videos and GIFs by FFmpeg, WebP by libwebp, folders picture by picture (at 1/s).

    A `torn` one may have half a picture at its end, where players stop.
    """
    if path.is_dir():
        return [Shown(float(i), np.asarray(Image.open(p))) for i, p in enumerate(sorted(path.glob("[!.]*")))]
    if path.suffix == ".webp":
        return _read_webp(path)
    shown = []
    with av.open(str(path)) as container, contextlib.suppress(*[av.FFmpegError] * torn):
        for each in container.decode(video=0):
            shown.append(Shown(each.time or 0.0, each.to_ndarray(format="rgb24")))
    return shown


def _read_webp(path: Path) -> list[Shown]:
    shown, time = [], 0.0
    with Image.open(path) as image:
        for each in ImageSequence.Iterator(image):
            pixels = np.asarray(each.convert("RGB"))
            shown.append(Shown(time, pixels))
            time += each.info["duration"] / 1000
    return shown


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference, in levels of 0..255."""
    return float(np.abs(one.astype(int) - other.astype(int)).mean())
