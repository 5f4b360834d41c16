"""Instant replay: the last seconds, kept compressed, so that the moment just missed can still be saved.

    reader -> JPEG -> a queue that is bounded in seconds and in bytes -> (when asked) a recorder

A JPEG at quality 95 looks like the picture, takes half a millisecond at 448x252 and a tenth of the memory.
Its colours have half the picture's resolution, as in the video that it is saved to.
"""

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np

from dreamstream.errors import RecordError
from dreamstream.frame import Frame, Pixels
from dreamstream.record.recorder import FrameReader
from dreamstream.worker import Worker

KEPT_SECONDS = 30.0
KEPT_BYTES = 256 * 2**20
"""The most that is kept, however many seconds that are; while some are being saved, as much again."""
_QUALITY = 95
_NICE = 10


@dataclass(frozen=True, slots=True)
class KeptFrame:
    """A frame as JPEG."""

    data: bytes
    index: int
    time: float

    @classmethod
    def of(cls, frame: Frame) -> "KeptFrame":
        """Compress a frame."""
        import cv2

        how = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR]
        how.append(cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420)
        # a view with its channels turned round would cost more than the JPEG, and keep others from running
        done, data = cv2.imencode(".jpg", cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2BGR), how)
        if not done:
            raise RecordError(f"frame {frame.index} could not be compressed to be kept")
        return cls(data.tobytes(), frame.index, frame.time)

    def frame(self) -> Frame:
        """Return the frame again, nearly as it was."""
        import cv2

        picture = cv2.imdecode(np.frombuffer(self.data, np.uint8), cv2.IMREAD_COLOR)
        pixels: Pixels = np.asarray(cv2.cvtColor(np.asarray(picture), cv2.COLOR_BGR2RGB), np.uint8)
        pixels.flags.writeable = False
        return Frame(pixels, self.index, self.time)


class Kept:
    """Keeps the frames of the last `seconds` of their own time, in `limit` bytes at most, in a thread."""

    def __init__(self, reader: FrameReader, seconds: float, limit: int = KEPT_BYTES) -> None:
        self._reader, self._seconds, self._limit = reader, seconds, limit
        self._frames: deque[KeptFrame] = deque()
        self._bytes = 0
        self._lock = threading.Lock()
        self._worker = Worker("kept frames", self._keep, reader.close)

    def start(self) -> "Kept":
        """Start the thread, and return this."""
        self._worker.start(_NICE)
        return self

    @property
    def failure(self) -> BaseException | None:
        """What ended the keeping, if something did."""
        return self._worker.error

    @property
    def bytes(self) -> int:
        """The memory that the pictures take."""
        return self._bytes

    def frames(self) -> tuple[KeptFrame, ...]:
        """Return what is kept now, oldest first."""
        with self._lock:
            return tuple(self._frames)

    def stop(self) -> None:
        """Keep no more; raises what ended the thread."""
        self._worker.stop()

    def _keep(self, stopping: threading.Event) -> None:
        try:
            while not stopping.is_set() and (frame := self._reader.read()) is not None:
                kept = KeptFrame.of(frame)
                with self._lock:
                    self._add(kept)
        finally:
            self._reader.close()

    def _add(self, kept: KeptFrame) -> None:
        self._frames.append(kept)
        self._bytes += len(kept.data)
        oldest = kept.time - self._seconds
        while self._frames and (self._frames[0].time < oldest or self._bytes > self._limit):
            self._bytes -= len(self._frames.popleft().data)


class KeptReader:
    """Gives kept frames to a recorder, which writes all of them even if it is asked to end."""

    def __init__(self, frames: tuple[KeptFrame, ...]) -> None:
        self.dropped = 0
        self._frames = deque(frames)

    @property
    def end(self) -> int | None:
        """None while there are frames."""
        return None if self._frames else 0

    @property
    def over(self) -> bool:
        """Whether all frames were read."""
        return not self._frames

    def read(self, timeout: float | None = None) -> Frame | None:
        """Return the next frame; None after the last."""
        return self._frames.popleft().frame() if self._frames else None

    def close(self) -> None:
        """Nothing: what was kept is saved whole."""
