"""A video's sound: in step with its pictures, as long as they are, and the same each time."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from dreamstream.frame import Frame
from dreamstream.record import Timing, open_writer

RATE, FPS = 48_000, 25.0
CONTAINERS = [".mp4", ".mov", ".mkv", ".webm"]


def sound(click: float, seconds: float) -> Iterator[NDArray[np.float32]]:
    """Silence with a click, in blocks of no even length."""
    samples = np.zeros((round(seconds * RATE), 2), np.float32)
    start = round(click * RATE)
    samples[start : start + 480] = np.random.default_rng(1).uniform(-0.8, 0.8, (480, 1))
    return iter(np.split(samples, np.arange(777, len(samples), 777)))


def written(
    path: Path, flash: int, frames: int, heard: Iterator[NDArray[np.float32]], fps: float | None
) -> Path:
    writer = open_writer(path, Timing(fps))
    assert writer.accompany(heard)
    for index in range(frames):
        grey = 255 if index == flash else 20
        writer.write(Frame(np.full((48, 64, 3), grey, np.uint8), index, 7.0 + index / FPS))
    writer.close()
    return path


def seen(path: Path) -> tuple[list[float], list[float]]:
    """Return each picture's time, and how light it is."""
    with av.open(str(path)) as container:
        pictures = [
            (frame.time, frame.to_ndarray(format="gray").mean()) for frame in container.decode(video=0)
        ]
    return [time for time, _ in pictures], [light for _, light in pictures]


def heard(path: Path) -> tuple[float, float, str]:
    """Return when the click is, when the sound ends, and its codec."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        click, end = -1.0, 0.0
        for frame in container.decode(stream):
            for part in resampler.resample(frame):
                samples = np.abs(part.to_ndarray().ravel())
                if click < 0 and samples.max() > 0.2:
                    click = frame.time + float(np.argmax(samples > 0.2)) / RATE
            end = frame.time + frame.samples / frame.sample_rate
        return click, end, stream.codec_context.name


@pytest.mark.parametrize("suffix", CONTAINERS)
@pytest.mark.parametrize("steady", [True, False])
def test_a_click_comes_with_its_flash_and_sound_ends_with_the_pictures(
    tmp_path: Path, suffix: str, steady: bool
) -> None:
    path = written(tmp_path / f"x{suffix}", 30, 60, sound(30 / FPS, 9.0), FPS if steady else None)
    times, lights = seen(path)
    click, end, codec = heard(path)
    assert len(times) == 60
    assert times[0] == 0
    assert abs(times[int(np.argmax(lights))] - click) < 0.01
    assert end == pytest.approx(60 / FPS, abs=1 / FPS)  # it comes in whole blocks of its codec
    assert codec == {".mp4": "aac", ".mov": "aac"}.get(suffix, "opus")


def test_where_the_sound_ends_first_silence_follows(tmp_path: Path) -> None:
    path = written(tmp_path / "x.mp4", 3, 50, sound(0.2, 0.5), fps=FPS)
    assert heard(path)[1] == pytest.approx(2.0, abs=1 / FPS)


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_the_same_is_written_each_time(tmp_path: Path, suffix: str) -> None:
    first, second = (
        written(tmp_path / f"{name}{suffix}", 30, 40, sound(1.0, 3.0), fps=FPS).read_bytes() for name in "ab"
    )
    assert first == second


@pytest.mark.parametrize("name", ["x.gif", "x.webp", "folder"])
def test_other_formats_say_that_they_have_none(tmp_path: Path, name: str) -> None:
    writer = open_writer(tmp_path / name, Timing(FPS))
    assert not writer.accompany(sound(0.0, 1.0))
    writer.close()


def test_pictures_are_the_same_with_a_sound_as_without(tmp_path: Path) -> None:
    def lights(path: Path, with_sound: bool) -> list[float]:
        writer = open_writer(path, Timing(FPS))
        if with_sound:
            writer.accompany(sound(0.5, 1.0))
        for index in range(20):
            pixels = np.random.default_rng(index).integers(0, 255, (48, 64, 3), np.uint8)
            writer.write(Frame(pixels, index, index / FPS))
        writer.close()
        return seen(path)[1]

    assert lights(tmp_path / "a.mp4", True) == lights(tmp_path / "b.mp4", False)
