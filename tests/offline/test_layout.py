from pathlib import Path

import numpy as np
import pytest

from dreamstream.frame import Frame
from dreamstream.offline.layout import laid_out, tweened
from dreamstream.params import Params
from dreamstream.score import Score, Timeline
from dreamstream.score.records import Frozen, Time
from dreamstream.transforms import Affine
from tests.fakes import picture

SHIFT = np.array([[1, 0, -8], [0, 1, 0]], np.float64)  # 8 px to the right, each frame


def timeline(*events: Time | Frozen) -> Timeline:
    return Timeline(Score(Path("x"), {}, Params().model_dump(), events, 9))


def moved(count: int) -> list[Frame]:
    warp = Affine(SHIFT)
    canvases = [picture(48, 96)]
    for _ in range(count - 1):
        canvases.append(warp.apply(canvases[-1]))
    return [Frame.of(canvas, index, warp, 0.0) for index, canvas in enumerate(canvases, 1)]


def test_each_frame_once_at_its_own_time() -> None:
    when = timeline(Time(1, 2.0), Time(3, 3.0))
    frames = list(laid_out(moved(3), when))
    assert [frame.time for frame in frames] == [2.0, 2.5, 3.0]


def test_pictures_between_lie_on_the_way_at_a_steady_rate() -> None:
    when = timeline(Time(1, 2.0), Time(3, 3.0))  # 2 frames a second
    frames = moved(3)
    pictures = list(tweened(frames, when, 8.0))
    assert [frame.time for frame in pictures] == pytest.approx([2 + n / 8 for n in range(9)])
    for at in (0, 4, 8):
        assert np.array_equal(pictures[at].pixels, frames[at // 4].pixels), "on a frame it is the frame"
    steps = [2 * n for n in range(9)]  # px
    for step, tween in zip(steps, pictures, strict=True):
        shifted = Affine(np.array([[1, 0, -step], [0, 1, 0]], np.float64)).apply(frames[0].pixels)
        inner = np.s_[:, 20:-20]
        assert np.abs(shifted[inner].astype(int) - tween.pixels[inner]).max() <= 1


def test_what_was_frozen_stands_still_and_then_moves_on() -> None:
    when = timeline(Time(1, 0.0), Time(2, 2.5), Frozen(2, 2.0))
    frames = moved(2)
    pictures = [frame.pixels for frame in tweened(frames, when, 4.0)]
    assert len(pictures) == 11
    assert all(np.array_equal(each, frames[0].pixels) for each in pictures[:9])
    assert not np.array_equal(pictures[9], frames[0].pixels)
    assert np.array_equal(pictures[10], frames[1].pixels)


def test_a_lower_rate_leaves_frames_out() -> None:
    when = timeline(Time(1, 0.0), Time(9, 0.8))
    assert len(list(tweened(moved(9), when, 5.0))) == 5
