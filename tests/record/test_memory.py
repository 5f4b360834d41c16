"""A long recording: as many frames as ten minutes have, in the memory of the first of them.

What is measured runs in a process of its own: in pytest's, threads and garbage of other tests come and go."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from dreamstream.frame import Frame
from dreamstream.record import Timing, edits, open_writer
from tests.fakes import picture

TEN_MINUTES, ONE = 15_000, 1_500  # frames, 25 a second
STATM = Path("/proc/self/statm")
pytestmark = pytest.mark.skipif(not STATM.exists(), reason="memory is measured as Linux tells it")


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def frames(count: int) -> Iterator[Frame]:
    canvas = picture(64, 64).astype(np.uint8)
    for index in range(count):
        pixels = np.roll(canvas, (index % 64, index // 7 % 64), (0, 1))
        yield Frame(pixels, index, index / 25)


def alone(measured: Callable[..., int], *arguments: object) -> float:
    """MB that `measured` says it grew by, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as own:
        return own.submit(measured, *arguments).result(300) / 2**20


def a_long_recording(path: Path, begun: int, count: int) -> int:
    writer = open_writer(path, Timing())
    before = 0
    for frame in frames(count):
        writer.write(frame)
        if frame.index == begun:
            before = resident()
    grown = resident() - before
    writer.close()
    return grown


def nine_recordings(folder: Path) -> int:
    pixels = picture(540, 960).astype(np.uint8)
    ended, before = [], 0
    for number in range(9):
        ended.append(open_writer(folder / f"{number}.mp4", Timing()))  # a show keeps them for their status
        for index in range(3):
            ended[-1].write(Frame(pixels, index, index / 25))
        ended[-1].close()
        before = before or resident()
    return resident() - before


def a_film_backwards_and_one_begun(folder: Path) -> int:
    film = edits.backwards(frames(6000), folder)  # 74 MB of pixels
    next(film)
    before = resident()
    assert sum(1 for _ in film) == 5999
    first = resident()
    again = edits.backwards(frames(6000), folder)
    next(again)
    return resident() - min(before, first)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "begun", "count"),
    [
        *[(name, ONE, TEN_MINUTES) for name in ("x.mp4", "x.mkv", "x.webp")],
        ("x.gif", 300, 1500),  # slow; whoever keeps pixels has kept 14 MB of them
    ],
)
def test_ten_minutes_take_no_more_memory_than_one(tmp_path: Path, name: str, begun: int, count: int) -> None:
    assert alone(a_long_recording, tmp_path / name, begun, count) < 8


def test_a_recording_that_has_ended_keeps_no_encoder(tmp_path: Path) -> None:
    assert alone(nine_recordings, tmp_path) < 40


def test_backwards_the_film_waits_on_disk_not_in_memory(tmp_path: Path) -> None:
    assert alone(a_film_backwards_and_one_begun, tmp_path) < 20
