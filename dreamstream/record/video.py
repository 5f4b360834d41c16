"""Video files: mp4, mov, mkv and webm, in the colours of BT.709, the way that players take them to be."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.errors import RecordError
from dreamstream.frame import Frame, Pixels
from dreamstream.record.codecs import CONTAINERS, Encoder, candidates, codec_of, is_rgb
from dreamstream.record.disk import DiskFile
from dreamstream.record.packed import Packed

_BT709 = 1  # matrix, primaries and transfer have the same number in H.273
_LIMITED = 1
_FULL = 2
_TICK = Fraction(1, 1000)
_BEYOND = 128  # bytes, twice the widest that a processor reads at once
KEYFRAME_SECONDS = 2.0
"""The longest way from one whole picture to the next: players seek there."""


class VideoFile(Packed):
    """A video; constant rate, or each frame at the time that it was made."""

    _encoder: Encoder
    _key = -1e9
    _room: NDArray[np.uint8] | None = None

    def close(self) -> None:
        """Finish the file."""
        super().close()
        self._room = None

    def _open(self, file: DiskFile, frame: Frame) -> None:
        import av

        container = CONTAINERS[self._path.suffix.lower()]
        codec = codec_of(self._path, self._encoding)
        fps = self._timing.fps
        patient = bool(fps) if self._encoding.patient is None else self._encoding.patient
        self._rate = Fraction(fps).limit_denominator(1001) if fps else Fraction(30)
        problem = ""
        # offline the software encoders go first: quality is theirs, and nobody waits
        for encoder in candidates(codec, hardware=not patient):
            try:
                self._try(encoder, patient, frame)
            except (av.FFmpegError, ValueError) as error:
                problem = f"{encoder.name}: {error}"
                continue
            break
        else:
            raise RecordError(f"{self._path}: no encoder for {codec} works here ({problem})")
        self._encoder = encoder
        options = {**container.options, "flush_packets": "1"}
        self._container = av.open(file, "w", format=container.format, container_options=options)
        self._stream = self._container.add_stream(
            encoder.name, rate=self._rate, options=self._options(encoder, patient)
        )
        self._set(self._stream.codec_context, encoder, patient, frame)
        self._container.start_encoding()  # opens the encoder now, and not in the middle of the first picture

    def _try(self, encoder: Encoder, patient: bool, frame: Frame) -> None:
        """Open an encoder by itself: what is missing on this machine shows only then."""
        import av

        context: Any = av.CodecContext.create(encoder.name, "w")
        self._set(context, encoder, patient, frame)
        context.framerate = self._rate
        context.options = self._options(encoder, patient)
        context.open()

    def _options(self, encoder: Encoder, patient: bool) -> dict[str, str]:
        return encoder.options(self._encoding.quality, patient, self._encoding.hurry)

    def _set(self, context: Any, encoder: Encoder, patient: bool, frame: Frame) -> None:
        height, width = self._shaped(frame.pixels, encoder).shape[:2]
        context.width, context.height = width, height
        context.pix_fmt = encoder.format
        context.time_base = 1 / self._rate if self._timing.fps else _TICK
        context.thread_count = 0 if patient else 1
        context.color_primaries = context.color_trc = _BT709
        if not is_rgb(encoder):
            context.colorspace, context.color_range = _BT709, _LIMITED

    def _picture(self, frame: Frame) -> Any:
        import av
        from av.video.frame import PictureType
        from av.video.reformatter import Colorspace

        pixels = self._shaped(frame.pixels, self._encoder)
        picture = av.VideoFrame.from_numpy_buffer(self._roomy(pixels), format="rgb24")
        if is_rgb(self._encoder):
            picture = picture.reformat(format=self._encoder.format)
        else:
            picture = picture.reformat(
                format=self._encoder.format,
                dst_colorspace=Colorspace.ITU709,
                src_color_range=_FULL,
                dst_color_range=_LIMITED,
                threads=1,
            )
        picture.color_primaries = picture.color_trc = _BT709
        seconds = float(self._tick(frame) * self._stream.codec_context.time_base)
        if seconds >= self._key + KEYFRAME_SECONDS:
            self._key = seconds
            picture.pict_type = PictureType.I
        return picture

    def _roomy(self, pixels: Pixels) -> Pixels:
        """Return the picture where some bytes come after it: FFmpeg reads past the last one.

        The place is the same each time, which is quicker than a new one.
        """
        if self._room is None or self._room.size != pixels.size + _BEYOND:
            self._room = np.zeros(pixels.size + _BEYOND, np.uint8)
        copy = self._room[: pixels.size].reshape(pixels.shape)
        copy[...] = pixels
        return copy

    def _tick(self, frame: Frame) -> int:
        return self._count if self._timing.fps else round((frame.time - self._start) / float(_TICK))

    @staticmethod
    def _shaped(pixels: Pixels, encoder: Encoder) -> Pixels:
        """Return the picture with even sides where the colours have fewer pixels: the last row twice."""
        height, width = pixels.shape[:2]
        if is_rgb(encoder) or (height % 2 == 0 and width % 2 == 0):
            return pixels
        return np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
