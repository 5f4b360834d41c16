"""The replay buffer: the last seconds, compressed in memory, so that what was just missed can be saved.

    recorder -> JPEG -> a queue that is bounded in seconds and in bytes -> (when asked) another recorder

A JPEG at quality 95 looks like the picture, takes half a millisecond at 448x252 and a tenth of the memory.
Its colours have half the picture's resolution, as in the video that it is saved to.
"""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dreamstream.errors import RecordError
from dreamstream.frame import Frame, new_pixels
from dreamstream.record.writer import Writer
from dreamstream.size import Size

REPLAY_BYTES = 256 * 2**20
"""The most that the buffer holds, of however many seconds; while some are being saved, as much again."""
_QUALITY = 95


@dataclass(frozen=True, slots=True)
class CompressedFrame:
    """A frame as JPEG."""

    data: bytes
    index: int
    time: float

    @classmethod
    def of(cls, frame: Frame) -> "CompressedFrame":
        """Compress a frame."""
        import cv2

        options = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR]
        options.append(cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420)
        # a view with its channels reversed would cost more than the JPEG, and hold the interpreter's lock
        done, data = cv2.imencode(".jpg", cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2BGR), options)
        if not done:
            raise RecordError(f"frame {frame.index} could not be compressed to be kept")
        return cls(data.tobytes(), frame.index, frame.time)

    def frame(self) -> Frame:
        """Return the frame again, nearly as it was."""
        import cv2

        picture = np.asarray(cv2.imdecode(np.frombuffer(self.data, np.uint8), cv2.IMREAD_COLOR), np.uint8)
        pixels = new_pixels(Size.of(picture))
        cv2.cvtColor(picture, cv2.COLOR_BGR2RGB, pixels)
        pixels.flags.writeable = False
        return Frame(pixels, self.index, self.time)


class ReplayBuffer(Writer):
    """Keeps the frames of the last `seconds` of their own time, in `limit` bytes at most.

    One thread may write while others read.
    """

    def __init__(self, seconds: float, limit: int = REPLAY_BYTES) -> None:
        self._seconds, self._limit = seconds, limit
        self._frames: deque[CompressedFrame] = deque()
        self._lock = threading.Lock()
        self.bytes = 0
        """The memory that the pictures take."""

    def frames(self) -> tuple[CompressedFrame, ...]:
        """Return what is kept now, oldest first."""
        with self._lock:
            return tuple(self._frames)

    def write(self, frame: Frame) -> None:
        """Add a frame, and drop those that are too old, or too many."""
        compressed = CompressedFrame.of(frame)
        with self._lock:
            self._frames.append(compressed)
            self.bytes += len(compressed.data)
            oldest = compressed.time - self._seconds
            while self._frames and (self._frames[0].time < oldest or self.bytes > self._limit):
                self.bytes -= len(self._frames.popleft().data)

    def close(self) -> None:
        """Nothing: what is in memory can still be saved."""


class ReplayReader:
    """Gives compressed frames to a recorder, which writes all of them even if it is asked to end."""

    dropped = 0

    def __init__(self, frames: Sequence[CompressedFrame]) -> None:
        self._frames = deque(frames)

    @property
    def over(self) -> bool:
        """Whether all frames were read."""
        return not self._frames

    def read(self, timeout: float | None = None) -> Frame | None:
        """Return the next frame; None after the last."""
        return self._frames.popleft().frame() if self._frames else None

    def close(self) -> None:
        """Nothing: the replay is saved whole."""
