"""Films by FFmpeg: upright, with square pixels, HDR as it is."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.errors import SourceError
from dreamstream.size import Size
from dreamstream.sources.hdr import HLG, PQ
from dreamstream.sources.picture import check_area
from dreamstream.sources.shot import Shot
from dreamstream.sources.upright import upright

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

_NOT_ONE = "not a picture or a video that can be read"
_SEEKABLE = {"mov", "mp4", "matroska", "webm"}
_CURVES = {16: PQ, 18: HLG}  # by the numbers of ITU-T H.273
_SECONDS = 0.04  # a picture, where the file does not say
_LONGEST_PIXEL = 8  # times as long as wide; what is beyond is no film's, but damage


class Video:
    """Footage of a film."""

    def __init__(self, path: Path) -> None:
        self._path, self.torn = path, False
        with self._opened() as container:
            self.seconds = (container.duration or 0) / 1e6
            stream: Any = container.streams.best("video")
            self.alpha = stream.codec_context is not None and _has_alpha(stream.codec_context.format)

    def shots(self, begin: float = 0.0) -> Iterator[Shot]:
        """See `Footage`."""
        with self._opened() as container:
            stream = cast("VideoStream", container.streams.best("video"))
            if stream.codec_context is None:
                raise SourceError(f"{self._path}: {_NOT_ONE} (FFmpeg lacks its decoder)")
            check_area(self._path, Size(stream.width, stream.height), moving=True)
            stream.thread_type = "AUTO"
            start = float((stream.start_time or 0) * (stream.time_base or 0))
            seconds = float(1 / stream.average_rate) if stream.average_rate else _SECONDS
            if begin > 0 and _SEEKABLE & set(container.format.name.split(",")):
                container.seek(round((begin + start) * 1e6))  # to the whole picture before it
            shots, count = Shots(stream), 0
            for frame in self._frames(container, stream):
                time = count * seconds if frame.time is None else frame.time - start
                yield shots.of(frame, time, seconds)
                count += 1
        if not count and not begin:
            raise SourceError(f"{self._path}: {_NOT_ONE}")

    def _opened(self) -> "InputContainer":
        import av

        try:
            container = av.open(f"file:{self._path}", metadata_errors="ignore")  # a:b.mp4 is no protocol
        except av.FFmpegError as error:
            raise SourceError(f"{self._path}: {_NOT_ONE} ({error.strerror})") from error
        if not container.streams.video:
            container.close()
            raise SourceError(f"{self._path}: has no pictures")
        return container

    def _frames(self, container: "InputContainer", stream: "VideoStream") -> "Iterator[VideoFrame]":
        """Give the frames that can be decoded; what is damaged is passed over, and ends nothing."""
        import av

        try:
            for packet in container.demux(stream):
                try:
                    yield from packet.decode()
                except av.error.InvalidDataError:
                    self.torn = True
        except av.FFmpegError:  # the file is cut off
            self.torn = True


class Shots:
    """Makes shots of a stream's frames: upright, with square pixels, HDR by its curve.

    All are converted by one converter, which has threads. And a frame is asked for its display matrix only
    where its rotation is another than the last one's: from then on a ring of references holds it.
    """

    def __init__(self, stream: "VideoStream") -> None:
        from av.video.reformatter import VideoReformatter

        self._stream, self._converter = stream, VideoReformatter()
        self._rotation: int | None = None
        self._turn = False, False, False

    def of(self, frame: "VideoFrame", time: float, seconds: float) -> Shot:
        """Return a decoded frame as a shot, which needs the stream no more."""
        if frame.rotation != self._rotation:
            self._rotation, self._turn = frame.rotation, _turn(frame)
        curve, shape = _CURVES.get(self._stream.codec_context.color_trc, ""), _pixel_shape(self._stream)
        pixels = partial(self._pixels, frame, shape, self._turn)
        return Shot(time, seconds, partial(pixels, bool(curve)), curve, partial(pixels, False, clear=True))

    def _pixels(
        self,
        frame: "VideoFrame",
        shape: float,
        turn: tuple[bool, bool, bool],
        deep: bool,
        clear: bool = False,
    ) -> NDArray[Any]:
        """Return RGB pixels, upright and square; `deep`: of 16 bits, in their own curve and primaries.

        With `clear` those of 8 bits with their alpha, else they are on black.
        """
        if clear:
            pixels: NDArray[Any] = self._converter.reformat(frame, format="rgba").to_ndarray()
        elif _has_alpha(frame.format):
            rgba = np.asarray(self._converter.reformat(frame, format="rgba").to_ndarray(), np.uint16)
            pixels = ((rgba[..., :3] * rgba[..., 3:] + 127) // 255).astype(np.uint8)
        else:
            pixels = self._converter.reformat(frame, format="rgb48le" if deep else "rgb24").to_ndarray()
        if shape != 1:  # the shorter side of a pixel is drawn out: nothing is lost
            width, height = pixels.shape[1] * max(shape, 1), pixels.shape[0] * max(1 / shape, 1)
            pixels = cv2.resize(pixels, (round(width), round(height)), interpolation=cv2.INTER_CUBIC)
        return upright(pixels, *turn)


def _has_alpha(format: Any) -> bool:
    """Return whether FFmpeg's pixel format, where one is known, has an alpha."""
    return format is not None and any(component.is_alpha for component in format.components)


def _pixel_shape(stream: "VideoStream") -> float:
    """Return how many times as wide as high a pixel is."""
    ratio = float(stream.sample_aspect_ratio or 1) or 1.0
    return ratio if 1 / _LONGEST_PIXEL <= ratio <= _LONGEST_PIXEL else 1.0


def _turn(frame: "VideoFrame") -> tuple[bool, bool, bool]:
    """Return what makes a frame upright, from its display matrix: x' = ax + cy, y' = bx + dy."""
    matrix = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return False, False, False
    a, b, _, c, d = np.frombuffer(cast(bytes, matrix), np.int32)[:5].tolist()
    return abs(c) > abs(a), a + c < 0, b + d < 0
