"""The pictures of a page: the newest frame as a small JPEG, made once for all who wait for one."""

from collections.abc import Callable, Sequence

import cv2

from dreamstream.frame import Frame

_SIDE, _QUALITY = 640, 70  # pixels of the longer side at the most; of 100


class Pictures:
    """Makes a JPEG of the newest of the frames that `latest` gives, where there is a new one."""

    def __init__(self, latest: Callable[[], Sequence[Frame]]) -> None:
        self._latest = latest
        self._shown: Frame | None = None
        self.number = 0
        """Of the newest picture; 0 before there is one."""
        self.jpeg = b""

    def look(self) -> bool:
        """Make the newest picture; return whether there is a new one."""
        frames = self._latest()
        if not frames or frames[-1] is self._shown:
            return False
        self._shown = frames[-1]
        self.jpeg, self.number = jpeg_of(frames[-1]), self.number + 1
        return True


def jpeg_of(frame: Frame) -> bytes:
    """Return a frame as a JPEG of 640 pixels a side at the most."""
    height, width = frame.pixels.shape[:2]
    pixels, share = frame.pixels, _SIDE / max(height, width)
    if share < 1:
        size = max(round(width * share), 1), max(round(height * share), 1)
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    _, data = cv2.imencode(
        ".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    )
    return data.tobytes()
