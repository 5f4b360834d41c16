"""What `test_ndi` runs in a network of its own: NDI's senders and receivers, which find each other."""

import os
import threading
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from dreamstream.errors import OutputError
from dreamstream.frame import Frame
from dreamstream.outputs import Output, Sender, target_of
from dreamstream.outputs.ndi import Ndi
from dreamstream.program import Program
from dreamstream.size import Size
from dreamstream.sources import Source, apart, open_source
from dreamstream.tell import tell_nobody
from tests import fakes
from tests.fakes import until
from tests.outputs.receivers import SIZE, Feed, feeding, number_of

NAME = f"dream {os.getpid()}"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that has failed is tried again soon, and who waits gives up before `test_ndi` does."""
    monkeypatch.setattr(fakes, "PATIENCE", 100)
    monkeypatch.setattr(apart, "_FIRST", 0.1)
    monkeypatch.setattr(apart, "_LONGEST", 0.2)


def test_what_receives_and_what_sends_are_killed_and_come_again_and_leave_nothing() -> None:
    with feeding() as feed:
        files, threads = open_files(), threading.active_count()
        output = Output(target_of(f"ndi:{NAME}"), feed.ring.reader, tell_nobody, 0.05).start()
        with closing(open_source(f"ndi:{NAME}", SIZE, 0)) as source:
            comes_after(killed(source._program), source, feed)  # type: ignore[attr-defined]
            comes_after(killed(output._sender._program), source, feed)  # type: ignore[union-attr]
            assert output.status.restarts == 1
            assert source.message == ""
        output.stop(10)
        assert open_files() == files
        assert threading.active_count() == threads
        assert feed.slowest < 0.5


def test_the_alpha_comes_and_another_size_without_one() -> None:
    with closing(target_of(f"ndi:{NAME}").open()) as sender:
        half, whole = halves(Size(66, 48), 200, 100, 60, 128), halves(Size(128, 96), 60, 90, 150)
        sender.send(half)
        with closing(open_source(f"ndi:{NAME}", SIZE, 0)) as source:
            shows(source, sender, half, (100, 50, 30))  # on black
            shows(source, sender, whole, (60, 90, 150))
        assert sender.warning == ""


def test_a_name_that_ndi_refuses_is_told() -> None:
    with pytest.raises(OutputError, match="NDI refuses the name x"):
        Ndi("x" * 300).send(halves(SIZE, 60, 90, 150))


def killed(program: Program) -> float:
    """Return when it had ended."""
    program.kill()
    program.process.wait()
    return time.monotonic()


def comes_after(then: float, source: Source, feed: Feed) -> None:
    """Wait for a picture that was sent later than that."""
    until(lambda: feed.sent.get(number_of(source.read()), 0.0) > then)


def halves(size: Size, *colour: int) -> Frame:
    """A picture whose left half has the colour, and whose right half is black."""
    pixels = np.full((*size.shape, len(colour)), colour, np.uint8)
    pixels[:, size.width // 2 :, :3] = 0
    return Frame(pixels, 1, 0.0)


def shows(source: Source, sender: Sender, frame: Frame, colour: tuple[int, int, int]) -> None:
    """Send the picture until the source has it: that colour, and straight edges."""

    def there() -> bool:
        sender.send(frame)
        pixels = source.read()
        left, right = pixels[:, : SIZE.width * 2 // 5], pixels[:, SIZE.width * 3 // 5 :]
        return bool((abs(left - colour) < 12).all() and (right < 12).all())

    until(there)


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
