"""Loops of bars: exactly as long as they are to be, and without a seam."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from dreamstream.errors import RecordError, UsageError
from dreamstream.frame import Frame
from dreamstream.offline.film import Film, OutputSettings
from dreamstream.record import Loop, edits
from dreamstream.record.loops import joined, orders
from dreamstream.size import Size
from tests.fakes import picture
from tests.record.films import difference, film


@given(st.integers(1, 64), st.floats(40, 250), st.sampled_from([24.0, 25.0, 30000 / 1001, 30.0, 50.0, 60.0]))
def test_it_is_as_long_as_its_bars_to_half_a_frame_and_says_where_it_is_not(
    beats: int, bpm: float, fps: float
) -> None:
    loop = Loop.of(beats / 4, bpm, fps)
    off = loop.length / fps - beats * 60 / bpm
    assert abs(off) * fps <= 0.5 + 1e-9 or loop.length == 1
    assert bool(loop.note) == (abs(off) > 1e-6)
    assert 1 <= loop.lead <= loop.length
    assert abs(loop.lead - min(240 * fps / bpm, loop.length)) <= 0.5 + 1e-9


@pytest.mark.parametrize("fps", [24.0, 25.0, 30.0, 50.0, 60.0])
def test_its_file_has_the_rate_and_the_length_to_the_frame(tmp_path: Path, fps: float) -> None:
    loop = Loop.of(0.5, 120, fps)
    assert (loop.length, loop.lead, loop.note) == (fps, fps, "")
    output = OutputSettings(tmp_path / "x.mov", fps=fps, loop_bars=0.5, bpm=120)
    maker = Film(output, Console(quiet=True))
    assert maker.write(maker.follow(iter(film(loop.frames, 32, 48, fps)), "x", loop.frames)) == fps
    with av.open(str(output.path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == Fraction(round(fps))
        assert stream.duration * stream.time_base == 1, "a second, which are two beats"
        times = [each.time for each in container.decode(video=0)]
    assert np.allclose(times, np.arange(fps) / fps, atol=1e-6)
    assert [path.name for path in tmp_path.iterdir()] == ["x.mov"], "nothing is left behind"


def test_its_end_flows_into_its_beginning(tmp_path: Path) -> None:
    """Of a film that moves two columns a frame."""
    loop = Loop.of(1, 120, 20)
    assert (loop.length, loop.lead) == (40, 40)
    short = Loop(40, 10)
    frames = film(50, 48, 64, fps=20)
    made = list(short.on(iter(frames), tmp_path))
    assert len(made) == 40
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(made[:30], frames[10:40], strict=True))
    assert [each.time for each in made] == pytest.approx([i / 20 for i in range(40)])
    usual = difference(made[0].pixels, made[1].pixels)
    assert difference(made[-1].pixels, made[0].pixels) < 1.3 * usual, "no larger a step than any"
    assert difference(frames[-1].pixels, made[0].pixels) > 1.3 * usual, "which it would be without"
    steps = [difference(a.pixels, b.pixels) for a, b in pairwise(made)]
    assert max(steps) < 1.5 * usual


def test_neither_is_seen_through_the_other_and_none_is_paler() -> None:
    """Halfway between two pictures of grain: a fade would have 0.7 of its contrast, and be like both."""
    rng = np.random.default_rng(2)
    one, other = (rng.integers(60, 196, (96, 144, 3), np.uint8) for _ in range(2))
    turned = Loop(100, 50)._turned(orders(Size(144, 96)), 25)
    middle = joined(one, other, turned)
    assert middle.std() > 0.9 * one.std()
    assert middle.mean() == pytest.approx(one.mean(), abs=2)
    still, gone = turned == 0, turned == 1
    assert still.mean() == pytest.approx(gone.mean(), abs=0.03)
    assert still.mean() > 0.4
    for places, like, unlike in ((still, one, other), (gone, other, one)):
        assert difference(middle[places], like[places]) < 0.25 * difference(middle[places], unlike[places])


@given(st.integers(1, 90), st.integers(1, 90))
def test_places_turn_one_after_the_other_as_many_at_any_time_in_pictures_of_any_size(
    width: int, height: int
) -> None:
    order = orders(Size(width, height))
    assert order.shape == (height, width)
    assert order.min() >= 0
    assert order.max() <= 1
    one, other = (np.full((height, width, 4), level, np.uint8) for level in (0, 200))
    alpha = joined(one, other, order)[..., 3]
    assert alpha.max() <= 200
    if min(width, height) > 30:
        assert np.quantile(order, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.03)
        assert alpha.mean() == pytest.approx(200 * order.mean(), abs=10)
    for share, whole in ((0, one), (1, other)):
        assert np.array_equal(joined(one, other, np.full_like(order, share)), whole)


@pytest.mark.parametrize(
    ("bars", "bpm", "lead", "words"), [(8, 0, 0, "needs a tempo, as in --bpm 128"), (1, 120, 51, "longer")]
)
def test_a_loop_that_cannot_be_is_one_line(bars: float, bpm: float, lead: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Loop.of(bars, bpm, 25, lead)


def test_too_few_frames_are_told(tmp_path: Path) -> None:
    with pytest.raises(
        RecordError, match="a loop of 40 frames needs 50, with the 10 that lead in; here are 45"
    ):
        list(Loop(40, 10).on(iter(film(45)), tmp_path))


@given(st.lists(st.floats(0.001, 0.3), min_size=1, max_size=30), st.sampled_from([10.0, 24.0, 60.0]))
def test_at_a_steady_rate_each_moment_has_the_newest_frame(gaps: list[float], fps: float) -> None:
    times = 5 + np.concatenate([[0.0], np.cumsum(gaps)])
    pixels = picture(8, 8).astype(np.uint8)
    frames = [Frame(pixels, number, float(time)) for number, time in enumerate(times)]
    shown = list(edits.steady(iter(frames), fps))
    assert [each.time for each in shown] == pytest.approx([i / fps for i in range(len(shown))])
    assert len(shown) == pytest.approx((times[-1] - times[0]) * fps + 1, abs=1)


def test_a_loop_with_an_alpha_is_transparent_as_it_says(tmp_path: Path) -> None:
    frames = [Frame(np.dstack([f.pixels, f.pixels[..., :1]]), f.index, f.time) for f in film(12)]
    made = list(Loop(8, 4).on(iter(frames), tmp_path))
    assert {each.pixels.shape for each in made} == {(48, 64, 4)}
