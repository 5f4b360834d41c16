"""Tracks: the sound of a file, decoded and resampled; whatever FFmpeg reads, films too."""

from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from dreamstream.errors import SoundError
from dreamstream.sound.analysis import RATE, Floats

_NOT_ONE = "not a sound that can be read"


class Track:
    """The sound of a file. SoundError where there is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened().container.close()

    def blocks(self, size: int, begin: float = 0.0) -> Iterator[Floats]:
        """Give stereo samples from second `begin` on: size × 2, -1..1, RATE a second; the last with silence.

        What is damaged is passed over.
        """
        skipped, rest = round(begin * RATE), np.zeros((0, 2), np.float32)
        for samples in self._decoded():
            left_out = min(skipped, len(samples))
            skipped -= left_out
            rest = np.concatenate([rest, samples[left_out:]])
            whole = len(rest) - len(rest) % size
            yield from rest[:whole].reshape(-1, size, 2)
            rest = rest[whole:]
        if len(rest):
            yield np.concatenate([rest, np.zeros((size - len(rest), 2), np.float32)])

    def length(self) -> float:
        """Return how many seconds it is long. All is decoded: what a file says of that may be wrong."""
        return sum(map(len, self._decoded())) / RATE

    def _decoded(self) -> Iterator[Floats]:
        """Give all samples, n × 2."""
        import av

        stream = self._opened()
        channels = 1 if stream.channels == 1 else 2  # FFmpeg takes 3 dB off one that is made two
        resampler = av.AudioResampler(format="flt", layout=("mono", "stereo")[channels - 1], rate=RATE)
        with closing(stream.container):
            for frame in chain(_frames(stream), (None,)):
                for part in resampler.resample(frame):
                    yield np.broadcast_to(part.to_ndarray().reshape(-1, channels), (part.samples, 2))

    def _opened(self) -> Any:
        """Return the stream of FFmpeg's; its container is the caller's to close."""
        import av

        try:
            container = av.open(f"file:{self.path}", metadata_errors="ignore")  # a:b.mp3 is no protocol
        except (OSError, av.FFmpegError) as error:
            raise SoundError(f"{self.path}: {_NOT_ONE} ({error.strerror})") from error
        stream: Any = container.streams.best("audio")
        if stream is None or stream.codec_context is None:
            container.close()
            why = "has no sound" if stream is None else f"{_NOT_ONE} (FFmpeg lacks its decoder)"
            raise SoundError(f"{self.path}: {why}")
        return stream


def mono(samples: Floats) -> Floats:
    """Return n samples of n × 2: the mean of both sides."""
    return (samples[:, 0] + samples[:, 1]) / np.float32(2)


def _frames(stream: Any) -> Iterator[Any]:
    import av

    try:
        for packet in stream.container.demux(stream):
            try:
                yield from packet.decode()
            except av.error.InvalidDataError:
                continue
    except av.FFmpegError:  # the file is cut off
        return
