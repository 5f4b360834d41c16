"""A constant rate from frames that come when they are ready: shown again or left out, to keep the time."""

from dreamstream.frame import Frame
from dreamstream.record.writer import Writer


class Steady(Writer):
    """Gives a writer `fps` frames for each second that the frames' own times tell."""

    def __init__(self, writer: Writer, fps: float) -> None:
        self._writer, self._fps = writer, fps
        self._start = 0.0
        self._given = 0
        self._newest: Frame | None = None

    @property
    def warning(self) -> str:
        """The writer's."""
        return self._writer.warning

    def write(self, frame: Frame) -> None:
        """Take a frame: the one before fills the time until it."""
        if self._newest is None:
            self._start = frame.time
        else:
            self.hold(frame.time)
        self._newest = frame

    def hold(self, time: float) -> None:
        """Fill the time until then: a picture that stands for an hour is not left to be written at once."""
        if self._newest is not None:
            self._fill(self._newest, round((time - self._start) * self._fps))

    def close(self) -> None:
        """Write the last frame, and finish the file."""
        try:
            if self._newest is not None:
                self._fill(self._newest, self._given + 1)
        finally:
            self._writer.close()

    def _fill(self, frame: Frame, until: int) -> None:
        while self._given < until:
            self._writer.write(frame)
            self._given += 1
