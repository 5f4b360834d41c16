"""An album: the newest of the pictures that were put into it, compressed, of bounded number and bytes."""

from collections import deque

import cv2
import numpy as np

from dreamstream.frame import Canvas, rounded
from dreamstream.size import Size
from dreamstream.sources.cover import cover

_AREA = 960 * 540  # pixels that are kept of a picture at most
_QUALITY = 90


class Album:
    """Holds so many pictures at most, in so many bytes; the oldest goes first, but one always stays."""

    def __init__(self, count: int, bytes: int) -> None:
        self._count, self._most = count, bytes
        self._pictures: deque[np.ndarray] = deque()  # as JPEG

    def __len__(self) -> int:
        return len(self._pictures)

    @property
    def bytes(self) -> int:
        """The bytes that it holds."""
        return sum(data.nbytes for data in self._pictures)

    def put(self, picture: Canvas) -> None:
        """Put one more picture (H×W×3, 0..255) behind the others; a large one is made smaller."""
        size = Size.of(picture)
        small = cover(rounded(picture), size.scaled(min(1.0, (_AREA / size.area) ** 0.5)))
        colours = cv2.cvtColor(rounded(small), cv2.COLOR_RGB2BGR)
        _, data = cv2.imencode(".jpg", colours, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        self._pictures.append(data)
        while len(self) > self._count or (len(self) > 1 and self.bytes > self._most):
            self._pictures.popleft()

    def picture(self, number: int, size: Size) -> Canvas:
        """Return the picture of a number, from 0, the oldest, round and round, so that it covers a size."""
        data = self._pictures[number % len(self)]
        return cover(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), np.uint8), size)
