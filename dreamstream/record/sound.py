"""The sound of a video: samples in step with its pictures, from the first to the end of the last."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.record.writer import Sound

_BIT_RATE = 192_000


class SoundStream:
    """One stream of sound in a container of PyAV's, which is not begun yet.

    It has the sound's own rate, or the next one up that its codec has: PyAV resamples.
    """

    def __init__(self, container: Any, codec: str, sound: Sound, rate: int) -> None:
        import av

        self._container, self._sound, self._rate = container, sound, rate
        rates = sorted(av.Codec(codec, "w").audio_rates or [rate])
        encoded = next((each for each in rates if each >= rate), rates[-1])
        self._stream = container.add_stream(codec, rate=encoded, layout="stereo")
        self._stream.bit_rate = _BIT_RATE
        self._rest = np.zeros((0, 2), np.float32)
        self._written = 0

    def write(self, seconds: float) -> None:
        """Write what is heard until then, counted from the first picture."""
        wanted = round(seconds * self._rate) - self._written
        if wanted > 0:
            self._encode(self._next(wanted))

    def finish(self, seconds: float) -> None:
        """Write the rest until then, and no more."""
        self.write(seconds)
        self._container.mux(self._stream.encode(None))

    def _next(self, count: int) -> NDArray[np.float32]:
        """Return so many samples; silence where there are no more."""
        while len(self._rest) < count:
            block = next(self._sound, None)
            self._rest = np.concatenate(
                [self._rest, np.zeros((count, 2), np.float32) if block is None else block]
            )
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def _encode(self, samples: NDArray[np.float32]) -> None:
        import av

        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), "flt", "stereo")
        frame.sample_rate, frame.pts = self._rate, self._written
        frame.time_base = Fraction(1, self._rate)
        self._written += len(samples)
        self._container.mux(self._stream.encode(frame))
