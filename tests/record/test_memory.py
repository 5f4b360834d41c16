"""A long recording: as many frames as ten minutes have, in the memory of the first of them."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dreamstream.frame import Frame
from dreamstream.record import Timing, edits, open_writer
from tests.fakes import picture

TEN_MINUTES = 15_000  # frames, 25 a second
BEGUN = 1_500


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def frames(count: int) -> Iterator[Frame]:
    canvas = picture(64, 64).astype(np.uint8)
    for index in range(count):
        pixels = np.roll(canvas, (index % 64, index // 7 % 64), (0, 1))
        yield Frame(pixels, index, index / 25)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is measured as Linux tells it")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "count"),
    [("x.mp4", TEN_MINUTES), ("x.mkv", TEN_MINUTES), ("x.webp", TEN_MINUTES), ("x.gif", 2 * BEGUN)],
)
def test_ten_minutes_take_no_more_memory_than_one(tmp_path: Path, name: str, count: int) -> None:
    writer = open_writer(tmp_path / name, Timing())
    before = 0
    for frame in frames(count):
        writer.write(frame)
        if frame.index == BEGUN:
            before = resident()
    grown = resident() - before
    writer.close()
    assert grown < 8 * 2**20, f"{grown / 2**20:.1f} MB more"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is measured as Linux tells it")
def test_a_recording_that_has_ended_keeps_no_encoder(tmp_path: Path) -> None:
    pixels = picture(540, 960).astype(np.uint8)
    ended, before = [], 0
    for number in range(9):
        ended.append(open_writer(tmp_path / f"{number}.mp4", Timing()))  # a show keeps them for their status
        for index in range(3):
            ended[-1].write(Frame(pixels, index, index / 25))
        ended[-1].close()
        before = before or resident()
    assert resident() - before < 40 * 2**20


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is measured as Linux tells it")
def test_backwards_the_film_waits_on_disk_not_in_memory(tmp_path: Path) -> None:
    film = edits.backwards(frames(6000), tmp_path)  # 74 MB of pixels
    next(film)
    before = resident()
    assert sum(1 for _ in film) == 5999
    first = resident()
    again = edits.backwards(frames(6000), tmp_path)
    next(again)
    assert resident() - min(before, first) < 20 * 2**20
