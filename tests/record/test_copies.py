"""Frames go to their encoders as they lie in memory: no further copy of a whole picture."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dreamstream.frame import Frame
from dreamstream.pictures import HOST, pictures_on
from dreamstream.record import Encoding
from dreamstream.record.edits import backwards, scaled
from dreamstream.record.hap import TEXTURES
from dreamstream.record.replay_buffer import CompressedFrame, ReplayBuffer
from dreamstream.record.video import bytes_behind
from dreamstream.size import Size
from tests.device import NAME
from tests.record.films import VIDEOS, film, read, write

TAKEN = [pair for pair in VIDEOS if pair[1] not in TEXTURES]  # HAP's are made of numbers here, band by band
OTHERS = [(".gif", ""), (".webp", ""), ("", "png"), ("", "jpeg")]


def smooth(count: int, height: int = 288, width: int = 512) -> list[Frame]:
    """Pictures that any encoder makes small: what it gives out is no copy."""
    rows = np.repeat(np.linspace(0, 255, height, dtype=np.float32), width * 3).reshape(height, width, 3)
    return [Frame.of(np.roll(rows, 2 * i, 0), i, None, i / 10) for i in range(count)]


def most_held(work: Callable[[], object]) -> int:
    """Bytes that Python and NumPy hold at the most during some work, over those before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("suffix", "codec"), [*TAKEN, *OTHERS])
def test_a_writer_copies_no_frame(tmp_path: Path, suffix: str, codec: str) -> None:
    frames, encoding = smooth(4), Encoding(codec)
    write(tmp_path / f"first{suffix}", film(2), encoding=encoding)  # loads what is loaded once
    held = most_held(lambda: write(tmp_path / f"x{suffix}", frames, encoding=encoding))
    parts = 0.8 if suffix == ".gif" else 0.5  # its indices, which Pillow puts together, are two thirds
    assert held < parts * frames[0].pixels.nbytes


def test_a_frame_that_is_kept_is_only_turned_for_its_jpeg() -> None:
    frames = smooth(4)
    CompressedFrame.of(frames[0])
    buffer = ReplayBuffer(10.0)
    held = most_held(lambda: [buffer.write(frame) for frame in frames])
    assert held < 1.5 * frames[0].pixels.nbytes


def test_whoever_makes_frames_leaves_the_room_that_encoders_need(tmp_path: Path) -> None:
    frame = smooth(1)[0]
    made = [frame, CompressedFrame.of(frame).frame()]
    made += [*scaled(iter([frame]), 64), *backwards(iter([frame]), tmp_path)]
    assert all(bytes_behind(each.pixels) >= 128 for each in made)


@pytest.mark.device
def test_what_is_copied_out_from_where_the_canvas_is_has_it_too() -> None:
    for pictures in (HOST, pictures_on(NAME)):
        assert bytes_behind(pictures.pixels(pictures.zeros(Size(64, 48)))()) >= 128


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_frame_without_room_behind_it_gives_the_same_film(tmp_path: Path, suffix: str) -> None:
    frames = film(6, 64, 96)
    bare = [Frame(np.array(frame.pixels), frame.index, frame.time) for frame in frames]
    assert bytes_behind(bare[0].pixels) == 0
    write(tmp_path / f"room{suffix}", frames)
    write(tmp_path / f"bare{suffix}", bare)
    for one, other in zip(read(tmp_path / f"room{suffix}"), read(tmp_path / f"bare{suffix}"), strict=True):
        assert np.array_equal(one.pixels, other.pixels)
