"""Records without end, for tests that kill it: python -m tests.record.endless PATH FPS [CODEC]

Prints the number of each frame when the recorder has taken it and comes for the next one; and what it tells,
if the recording ends by itself.
"""

import faulthandler
import sys
import threading
from pathlib import Path

import numpy as np

from dreamstream.frame import Frame
from dreamstream.record import Encoding, Timing, open_writer
from dreamstream.record.recorder import Recorder
from dreamstream.size import Size
from tests.fakes import picture

SIZE = Size(224, 126)


class Endless:
    """Gives frames as fast as they are taken; their times are those of a dream of `fps`."""

    def __init__(self, fps: float) -> None:
        self.dropped = 0
        self._fps, self._index = fps, 0
        self._canvas = picture(*SIZE.shape)
        self.ended = threading.Event()

    @property
    def over(self) -> bool:
        return self.ended.is_set()

    def read(self, timeout: float | None = None) -> Frame | None:
        if self._index:
            tell(self._index)
        self._index += 1
        pixels = np.roll(self._canvas, (self._index, 3 * self._index), (0, 1))
        return Frame.of(pixels, self._index, None, self._index / self._fps)

    def close(self) -> None:
        self.ended.set()


def tell(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main() -> None:
    faulthandler.dump_traceback_later(60, exit=True)  # what hangs says where
    path, fps = Path(sys.argv[1]), float(sys.argv[2])
    codec = sys.argv[3] if len(sys.argv) > 3 else ""
    reader = Endless(fps)
    recorder = Recorder(reader, open_writer(path, Timing(), Encoding(codec)), path).start()
    reader.ended.wait()
    tell(recorder.stop().failure)


if __name__ == "__main__":
    main()
