"""The sound of a file: all its samples at the right rate, from any second on; one line for what has none."""

from pathlib import Path

import av
import numpy as np
import pytest

from dreamstream.errors import SoundError
from dreamstream.sound.track import Track, mono
from tests.sound.servers import clicks, write_sound


def heard(path: Path, begin: float = 0.0) -> np.ndarray:
    return np.concatenate(list(Track(path).blocks(512, begin)))


@pytest.mark.parametrize("kind", [".flac", ".wav", ".mp3", ".ogg", ".m4a"])
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_a_click_is_where_it_was_whatever_the_kind_and_rate(tmp_path: Path, kind: str, rate: int) -> None:
    rate = 48_000 if kind == ".ogg" else rate  # Opus knows no other
    path = write_sound(tmp_path / f"x{kind}", clicks(2.0, 1.25, rate=rate), rate)
    samples = mono(heard(path))
    first = int(np.argmax(np.abs(samples) > 0.1)) / 48_000
    assert first == pytest.approx(1.25, abs=0.004)
    assert Track(path).length() == pytest.approx(2.0, abs=0.05)
    assert np.abs(samples).max() > 0.5


def test_from_a_second_on_it_is_the_same_and_the_last_block_ends_in_silence(tmp_path: Path) -> None:
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, (48_000, 2)).astype(np.float32)
    path = write_sound(tmp_path / "x.flac", samples)
    whole, rest = heard(path), heard(path, 0.5)
    assert len(whole) == -(-48_000 // 512) * 512
    assert not whole[48_000:].any()
    assert np.allclose(whole[:48_000], samples, atol=1e-4)
    assert np.array_equal(rest[:24_000], whole[24_000:48_000])
    assert list(Track(path).blocks(512, 5.0)) == []


def test_one_side_is_heard_on_both_as_loud(tmp_path: Path) -> None:
    samples = np.full(4800, 0.5, np.float32)
    stereo = heard(write_sound(tmp_path / "x.wav", samples))[:4800]
    assert np.allclose(stereo, 0.5, atol=1e-4)


def test_what_has_no_sound_is_one_line(tmp_path: Path, film: Path) -> None:
    (tmp_path / "x.txt").write_text("no sound")
    for path, why in ((tmp_path / "x.txt", "not a sound"), (film, "has no sound"), (tmp_path, "not a sound")):
        with pytest.raises(SoundError, match=why) as raised:
            Track(path)
        assert str(path) in str(raised.value)


def test_a_file_that_is_cut_off_is_heard_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "x.ogg", clicks(4.0, *np.arange(0.1, 3.9, 0.2)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 0.5 < Track(path).length() < 3.5


def test_the_sound_of_a_film_is_one_too(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    with av.open(str(path), "w") as container:
        pictures, sound = (
            container.add_stream("mpeg4", rate=25),
            container.add_stream("flac", rate=48_000, layout="mono"),
        )
        pictures.width = pictures.height = 32
        for number in range(25):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            frame.pts = number
            container.mux(pictures.encode(frame))
        for start in range(0, 48_000, 4_800):
            part = av.AudioFrame.from_ndarray(
                np.full((1, 4_800), 9_000, np.int16), format="s16", layout="mono"
            )
            part.rate, part.pts = 48_000, start
            container.mux(sound.encode(part))
        container.mux(pictures.encode(None))
        container.mux(sound.encode(None))
    assert Track(path).length() == pytest.approx(1.0)
