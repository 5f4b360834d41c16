"""What `test_ndi` runs in a network of its own: NDI's senders and receivers, which find each other."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cyndilib
import numpy as np
import pytest

from dreamstream.errors import SourceError
from dreamstream.frame import Frame
from dreamstream.outputs import Output, target_of
from dreamstream.size import Size
from dreamstream.sources import Source, apart, ndi, open_source
from dreamstream.tell import tell_nobody
from tests.outputs.kinds import until
from tests.outputs.receivers import SIZE, feeding, number_of

NAME = f"dream {os.getpid()}"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that has failed is tried again soon."""
    monkeypatch.setattr(apart, "_FIRST", 0.1)
    monkeypatch.setattr(apart, "_LONGEST", 0.2)


def opened(name: str) -> Source:
    """A source, as soon as somebody sends under that name."""
    return open_source(f"ndi:{name}", SIZE, 0)


def number(source: Source) -> int:
    return number_of(source.read())


@contextlib.contextmanager
def names() -> Iterator[Any]:
    with cyndilib.Finder() as finder:
        yield finder.update_sources


def flat(size: Size, *colour: int) -> Frame:
    return Frame(np.full((*size.shape, len(colour)), colour, np.uint8), 1, 0.0)


def test_the_picture_comes_with_its_alpha_and_then_another_size_without_one() -> None:
    half, whole = flat(Size(65, 48), 200, 30, 60, 128), flat(Size(128, 96), 10, 90, 200)
    newest = cyndilib.VideoFrameSync()
    receiver = cyndilib.Receiver(color_format=cyndilib.RecvColorFormat.RGBX_RGBA)
    receiver.frame_sync.set_video_frame(newest)

    def comes(frame: Frame) -> bool:
        sender.send(frame)
        receiver.frame_sync.capture_video()
        return newest.get_resolution() == (*frame.size,)

    with contextlib.closing(target_of(f"ndi:{NAME}").open()) as sender, cyndilib.Finder() as finder:
        sender.send(half)
        receiver.set_source(ndi._found(finder, NAME))
        until(lambda: comes(half))
        assert newest.get_array()[:4] == pytest.approx((200, 30, 60, 128), abs=6)
        until(lambda: comes(whole))
        assert newest.get_array()[:4] == pytest.approx((10, 90, 200, 255), abs=6)
        assert sender.warning == ""


def test_who_takes_it_and_who_sends_it_are_killed_and_come_again_and_leave_nothing() -> None:
    with feeding() as feed:
        files, threads = open_files(), threading.active_count()
        output = Output(target_of(f"ndi:{NAME}"), feed.ring.reader, tell_nobody, 0.05).start()
        with contextlib.closing(opened(NAME)) as source:
            for times in range(1, 4):
                source._program.kill()  # type: ignore[attr-defined]
                until(lambda: not comes(source, feed.sent))
                until(lambda: comes(source, feed.sent))
                output._sender._program.kill()  # type: ignore[union-attr]
                until(lambda times=times: output.status.restarts == times and output.status.state == "on")  # type: ignore[misc]
                until(lambda: comes(source, feed.sent))
            assert source.message == ""
        assert output.status.sent > 0
        sent = output.status.sent
        until(lambda: output.status.sent > sent + 5)  # nobody receives it any more
        output.stop(10)
        assert open_files() == files
        assert threading.active_count() == threads
        assert feed.slowest < 0.5


def comes(source: Source, sent: dict[int, float]) -> bool:
    """Whether its picture was sent within the last second."""
    return time.monotonic() - sent.get(number(source), 0.0) < 1.0


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_groups_are_between_themselves() -> None:
    with feeding() as feed, names() as others:
        output = Output(target_of(f"ndi:{NAME}@club,stage"), feed.ring.reader, tell_nobody).start()
        with contextlib.closing(opened(f"{NAME}@stage")) as source:
            until(lambda: number(source) in feed.sent)
            assert others() == []
        output.stop(10)


def test_what_is_transparent_is_black_and_who_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndi, "_FOUND", 0.5)
    with contextlib.closing(target_of(f"ndi:{NAME}").open()) as sender:
        sender.send(flat(SIZE, 200, 100, 60, 128))
        with contextlib.closing(opened(NAME)) as source:
            until(lambda: sender.send(flat(SIZE, 200, 100, 60, 128)) or source.read().max() > 90)  # type: ignore[func-returns-value]
            assert source.read()[0, 0] == pytest.approx((100, 50, 30), abs=4)
        with pytest.raises(SourceError, match=rf"no NDI source of that name is found; .*\({NAME}\)"):
            next(ndi.pictures("nobody"))
