"""Video files: mp4, mov, mkv and webm, in the colours of BT.709, which players assume."""

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds
from numpy.typing import NDArray

from dreamstream.errors import RecordError
from dreamstream.frame import BEYOND, Frame, Pixels
from dreamstream.record.codecs import CONTAINERS, candidates, codec_of
from dreamstream.record.disk import DiskFile
from dreamstream.record.encoders import Encoder
from dreamstream.record.file_writer import Muxed
from dreamstream.record.hap import TEXTURES, HapStream
from dreamstream.record.sound import SoundStream
from dreamstream.record.writer import SOUND_RATE, Sound
from dreamstream.size import Size

_BT709 = 1  # matrix, primaries and transfer have the same number in H.273
_LIMITED = 1
_FULL = 2
_TICK = Fraction(1, 1000)
_THREADS = Path("/proc/self/task")  # of this process
KEYFRAME_SECONDS = 2.0
"""The longest time from one whole picture to the next: players seek to those."""


@contextlib.contextmanager
def _ordinary_threads() -> Iterator[None]:
    """Take back what is done meanwhile to the scheduling of this thread, and of those that are new then.

    SVT-AV1, where root runs it on Linux, gives its forty threads and its caller the highest real-time
    priority (SCHED_FIFO 99), and the caller keeps it: nothing else of the show would run, and what waits for
    another thread in a loop, as MKL's memory does, would wait for good.
    """
    if sys.platform != "linux":
        yield
        return
    own = os.sched_getscheduler(0), os.sched_getparam(0)
    before = set(_THREADS.iterdir())
    try:
        yield
    finally:
        for thread in (0, *(int(path.name) for path in set(_THREADS.iterdir()) - before)):
            with contextlib.suppress(OSError):  # it has ended
                if os.sched_getscheduler(thread) != own[0]:
                    os.sched_setscheduler(thread, *own)


class VideoFile(Muxed):
    """A video; constant rate, or each frame at the time that it was made."""

    _encoder: Encoder
    _rate: Fraction
    _size: Size
    _channels = 3
    _format: str  # FFmpeg's, of the pictures that the encoder takes
    _buffer: NDArray[np.uint8] | None = None  # for pictures that cannot be taken as they lie
    _keyframe = -1e9  # when the last one is shown, s
    _sound: Sound | None = None
    _sound_rate = SOUND_RATE
    _heard: SoundStream | None = None
    _shown = _seconds = 0.0  # when the newest picture is, and for how long as far as is known, s

    def accompany(self, sound: Sound, rate: int = SOUND_RATE) -> bool:
        """See `Writer`."""
        self._sound, self._sound_rate = sound, rate
        return True

    @_ordinary_threads()
    def _open(self, file: DiskFile, frame: Frame) -> None:
        import av

        fps, patient = self._timing.fps, self._encoding.patient
        if patient is None:
            patient = bool(fps) and not self._timing.real_time
        self._rate = Fraction(fps).limit_denominator(1001) if fps else Fraction(30)
        codec, problem = codec_of(self._path, self._encoding), ""
        for encoder in candidates(codec, self._encoding.encoder):
            try:
                self._start_encoding(file, encoder, patient, frame)
                return
            except (av.FFmpegError, ValueError) as error:  # some sizes are too large for the hardware
                problem = f"{encoder.name}: {error}"
        raise RecordError(f"{self._path}: no encoder for {codec} works here ({problem})")

    def _start_encoding(self, file: DiskFile, encoder: Encoder, patient: bool, frame: Frame) -> None:
        """Open the encoder for pictures as the frame's, and then write the file's head."""
        import av

        container = CONTAINERS[self._path.suffix.lower()]
        options = {**(container.options if self._sound is None else container.sounding), "flush_packets": "1"}
        output: Any = av.open(file, "w", format=container.format, container_options=options)
        self._size, self._channels = encoder.size(frame.size), frame.channels
        self._format = encoder.format if self._channels == 3 else encoder.alpha
        self._time_base = 1 / self._rate if self._timing.fps else _TICK
        threads = 0 if patient else 1
        if encoder.name in TEXTURES:
            stream: Any = HapStream(output, encoder.name, self._rate, self._size, self._time_base, threads)
        else:
            options = encoder.options(self._encoding, patient)
            stream = add_video(
                *(output, encoder, options, self._size, self._rate, self._time_base, self._format, threads)
            )
        if self._sound is not None:
            self._heard = SoundStream(output, container.sound, self._sound, self._sound_rate)
        output.start_encoding()
        self._container, self._stream, self._encoder = output, stream, encoder

    def _add(self, file: DiskFile, frame: Frame) -> None:
        from av.video.frame import PictureType

        picture = picture_of(self._taken(frame.pixels), self._encoder, self._format)
        tick = self._count if self._timing.fps else round((frame.time - self._start) / float(_TICK))
        seconds = float(tick * self._time_base)
        if seconds >= self._keyframe + KEYFRAME_SECONDS:
            self._keyframe = seconds
            picture.pict_type = PictureType.I
        self._mux(picture, tick)
        seconds = float(self._last * self._time_base)
        self._seconds = (
            float(1 / self._rate) if self._timing.fps or not self._count else seconds - self._shown
        )
        self._shown = seconds
        if self._heard is not None:
            self._heard.write(seconds)

    def _taken(self, pixels: Pixels) -> Pixels:
        """Return the pixels themselves, or a copy where they lie otherwise than FFmpeg needs them.

        It reads past a picture's last byte, and encoders want even sides, or longer ones: the last row and
        column are there more than once then. The copy is always in the same buffer: quicker than a new one.
        """
        if Size.of(pixels) == self._size and pixels.flags.c_contiguous and bytes_behind(pixels) >= BEYOND:
            return pixels
        if self._buffer is None:
            self._buffer = np.zeros(self._channels * self._size.area + BEYOND, np.uint8)
        height, width = pixels.shape[:2]
        copy = self._buffer[:-BEYOND].reshape(*self._size.shape, self._channels)
        copy[:height, :width] = pixels
        copy[:height, width:] = pixels[:, -1:]
        copy[height:] = copy[height - 1]
        return copy

    def _finish(self, file: DiskFile) -> None:
        heard, self._heard, self._buffer = self._heard, None, None
        try:
            if heard is not None and self._count:
                heard.finish(self._shown + self._seconds)
        finally:
            super()._finish(file)


def add_video(
    output: Any,
    encoder: Encoder,
    options: Mapping[str, str],
    size: Size,
    rate: Fraction,
    tick: Fraction,
    format: str = "",
    threads: int = 1,
) -> Any:
    """Add a stream to a container of PyAV's, in BT.709; `tick` is its time base in seconds."""
    stream = output.add_stream(encoder.name, rate=rate, options=dict(options))
    stream.width, stream.height = size
    stream.pix_fmt = format or encoder.format
    context = stream.codec_context
    context.time_base, context.thread_count = tick, threads
    context.color_primaries = context.color_trc = _BT709
    if not encoder.rgb:
        context.colorspace, context.color_range = _BT709, _LIMITED
    return stream


def picture_of(pixels: Pixels, encoder: Encoder, format: str = "") -> Any:
    """Return pixels with `BEYOND` bytes behind them as a picture of PyAV's that an encoder takes."""
    import av
    from av.video.reformatter import Colorspace

    layout, format = "rgb24" if pixels.shape[2] == 3 else "rgba", format or encoder.format
    picture = av.VideoFrame.from_numpy_buffer(pixels, format=layout)
    if encoder.rgb:
        picture = picture.reformat(format=format)
    else:
        picture = picture.reformat(
            format=format,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=_FULL,
            dst_color_range=_LIMITED,
            threads=1,
        )
    picture.color_primaries = picture.color_trc = _BT709
    return picture


def bytes_behind(pixels: Pixels) -> int:
    """Return how many bytes there are behind the pixels in the memory that they are a part of."""
    whole = pixels
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    return int(byte_bounds(whole)[1] - byte_bounds(pixels)[1])
