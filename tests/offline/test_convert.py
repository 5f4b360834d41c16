"""Converting: every format in, every edit, and what is wrong."""

from io import StringIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rich.console import Console

from dreamstream.errors import RecordError
from dreamstream.frame import Frame
from dreamstream.offline.convert import convert
from dreamstream.offline.film import OutputSettings
from dreamstream.record import Encoding, Reading, Timing, alpha_of, edits
from tests.record.films import VIDEOS, difference, film, read, write
from tests.record.test_alpha import CARRIERS, decoded, seen_through

EVERY = [*VIDEOS, (".gif", ""), (".webp", ""), ("", "png"), ("", "jpeg")]
PIXEL_EXACT = Encoding("ffv1")


def converted(source: Path, output: Path, **how: object) -> str:
    """Convert, and return what was printed."""
    console = Console(file=StringIO(), width=100)
    cut = {name: how.pop(name) for name in ("begin", "end", "width") if name in how}
    convert(source, OutputSettings(output, **how), console, **cut)  # type: ignore[arg-type]
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.fixture
def original(tmp_path: Path) -> tuple[Path, list[Frame]]:
    """Two seconds, 20 frames each second, to the pixel."""
    frames = film(40, 48, 64, fps=20)
    write(tmp_path / "original.mkv", frames, encoding=PIXEL_EXACT)
    return tmp_path / "original.mkv", frames


@pytest.mark.parametrize(("suffix", "codec"), EVERY)
def test_every_format_that_is_written_is_read(tmp_path: Path, suffix: str, codec: str) -> None:
    frames = film(12, 64, 64)
    write(tmp_path / f"in{suffix}", frames, encoding=Encoding(codec))
    converted(tmp_path / f"in{suffix}", tmp_path / "out.mkv", encoding=PIXEL_EXACT)
    shown = read(tmp_path / "out.mkv")
    assert len(shown) == 12
    for frame, now in zip(frames, shown, strict=True):
        assert difference(now.pixels, frame.pixels) < 6
        if suffix:
            assert now.time == pytest.approx(frame.time - frames[0].time, abs=0.007)


def test_what_it_is_made_from_is_seen_through_and_a_change_needs_a_source(
    original: tuple[Path, list[Frame]],
) -> None:
    path, frames = original
    how = {"alpha": alpha_of("luma"), "encoding": Encoding(alpha=True)}
    converted(path, path.parent / "out", width=32, **how)
    for frame, name in zip(frames, sorted((path.parent / "out").iterdir()), strict=True):
        pixels = np.asarray(Image.open(name)).astype(float)
        assert pixels.shape == (24, 32, 4)
        assert np.abs(pixels[..., :3] @ [0.2126, 0.7152, 0.0722] - pixels[..., 3]).max() < 1, frame.index
    with pytest.raises(RecordError, match=r"--alpha change: .*original.mkv does not have its source; render"):
        converted(path, path.parent / "other", alpha=alpha_of("change"), encoding=Encoding(alpha=True))


@pytest.mark.parametrize(("name", "codec"), CARRIERS)
def test_an_alpha_stays_and_so_do_the_colours_under_it(tmp_path: Path, name: str, codec: str) -> None:
    """Out of each format that has one, and into the next."""
    frames, following = seen_through(3), CARRIERS[(CARRIERS.index((name, codec)) + 1) % len(CARRIERS)]
    (tmp_path / "in").mkdir()
    source, target = tmp_path / "in" / name, tmp_path / following[0]
    write(source, frames, encoding=Encoding(codec, alpha=True))
    assert "carries no alpha" not in converted(source, target, encoding=Encoding(following[1]))
    for frame, now in zip(frames, decoded(target), strict=True):
        assert np.abs(now[..., 3].astype(int) - frame.pixels[..., 3]).max() <= 6
        there = frame.pixels[..., 3] > 32
        assert difference(now[there][:, :3], frame.pixels[there][:, :3]) < 8


@pytest.mark.parametrize(("name", "codec"), [("x.mp4", ""), ("x.mov", "h264"), ("x.gif", ""), ("x", "jpeg")])
def test_where_an_alpha_cannot_go_a_line_says_so_and_it_is_on_black(
    tmp_path: Path, name: str, codec: str
) -> None:
    frames = seen_through(3)
    write(tmp_path / "in.mov", frames, encoding=Encoding("qtrle", alpha=True))
    words = converted(tmp_path / "in.mov", tmp_path / name, encoding=Encoding(codec))
    assert f"{codec or name[1:]} carries no alpha: what is transparent in" in words.replace("\n", " ")
    for frame, now in zip(frames, read(tmp_path / name), strict=True):
        assert difference(now.pixels, frame.pixels[..., :3] * (frame.pixels[..., 3:] / 255)) < 8


def test_what_has_no_alpha_gets_none_and_a_gif_s_counts_where_it_is_seen(tmp_path: Path) -> None:
    write(tmp_path / "in.mov", film(2), encoding=Encoding("prores4444"))
    write(tmp_path / "in.gif", film(2))
    pixels = seen_through(1)[0].pixels
    images = [Image.fromarray(pixels), Image.fromarray(pixels[:, ::-1])]
    images[0].save(tmp_path / "hole.gif", save_all=True, append_images=images[1:], disposal=2)
    for name, channels in {"in.mov": 3, "in.gif": 3, "hole.gif": 4}.items():
        out = tmp_path / name.replace(".", "-")
        assert "converted 2 frames" in converted(tmp_path / name, out)
        for path in out.iterdir():
            assert np.asarray(Image.open(path)).shape[2] == channels
    assert Reading(tmp_path / "hole.gif").alpha


def test_a_recording_becomes_a_loop_of_bars_at_its_own_speed(original: tuple[Path, list[Frame]]) -> None:
    path, frames = original
    words = converted(path, path.parent / "out", loop_bars=0.25, bpm=100, fps=50.0, begin=0.5, loop_blend=5)
    assert "converted 30 frames" in words, "0.6 s"
    shown = read(path.parent / "out")
    for number, frame in enumerate([12, 12, 12, 13, 13, 14, 14, 14, 15]):  # 20 frames a second, at 50
        assert np.array_equal(shown[number].pixels, frames[frame].pixels)
    assert difference(shown[-1].pixels, frames[11].pixels) < difference(shown[-1].pixels, frames[23].pixels)
    words = converted(path, path.parent / "uneven.mp4", loop_bars=0.25, bpm=101, begin=0.5)
    assert "0.25 bars at 101 bpm are 14.85 frames at 25 fps: 15 are written, 0.006 s too long" in words
    with pytest.raises(RecordError, match="here are"):
        converted(path, path.parent / "more", loop_bars=4, bpm=100)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm", ".gif", ".webp", ""])
def test_into_every_format(original: tuple[Path, list[Frame]], suffix: str) -> None:
    path, frames = original
    words = converted(path, path.parent / f"out{suffix}")
    assert "converted 40 frames" in words
    for frame, now in zip(frames, read(path.parent / f"out{suffix}"), strict=True):
        assert difference(now.pixels, frame.pixels) < 8


def test_what_the_article_did(original: tuple[Path, list[Frame]]) -> None:
    path, frames = original
    how = {"reverse": True, "delay": 7, "loop": 0, "width": 32, "begin": 0.5, "end": 1.5}
    converted(path, path.parent / "out.gif", **how)
    with Image.open(path.parent / "out.gif") as image:
        assert (image.size, image.n_frames) == ((32, 24), 20)
        assert (image.info["duration"], image.info["loop"]) == (70, 0)
    first = read(path.parent / "out.gif")[0].pixels
    small = Image.fromarray(frames[29].pixels).resize((32, 24), Image.Resampling.BOX)
    assert difference(first, np.asarray(small)) < 10


def test_reverse_shows_each_frame_as_long_as_before(tmp_path: Path) -> None:
    frames = film(10, 48, 64)
    write(tmp_path / "in.mkv", frames, encoding=PIXEL_EXACT)
    converted(tmp_path / "in.mkv", tmp_path / "out.mkv", reverse=True, encoding=PIXEL_EXACT)
    shown = read(tmp_path / "out.mkv")
    for frame, now in zip(reversed(frames), shown, strict=True):
        assert np.array_equal(now.pixels, frame.pixels)
    before = np.diff([frame.time for frame in frames])
    assert np.allclose(np.diff([now.time for now in shown])[1:], before[::-1][:-1], atol=0.003)
    converted(tmp_path / "out.mkv", tmp_path / "again.mkv", reverse=True, encoding=PIXEL_EXACT)
    for frame, now in zip(frames, read(tmp_path / "again.mkv"), strict=True):
        assert np.array_equal(now.pixels, frame.pixels)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.mkv", "in.mkv", "out.mkv"]


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".mov", ".gif", ".webp"])
def test_a_cut_begins_and_ends_where_asked(tmp_path: Path, suffix: str) -> None:
    frames = film(120, 48, 64, fps=20)
    write(tmp_path / f"in{suffix}", frames, Timing(20))
    converted(tmp_path / f"in{suffix}", tmp_path / "out", begin=3.0, end=4.0)
    shown = read(tmp_path / "out")
    assert len(shown) == 20
    errors = [difference(shown[0].pixels, frame.pixels) for frame in frames[50:70]]
    assert int(np.argmin(errors)) == 10


def test_a_loop_that_is_blended_has_no_seam(original: tuple[Path, list[Frame]]) -> None:
    path, frames = original
    converted(path, path.parent / "out.mkv", loop_blend=10, encoding=PIXEL_EXACT)
    shown = [now.pixels for now in read(path.parent / "out.mkv")]
    assert len(shown) == 30
    assert np.array_equal(shown[0], frames[10].pixels)
    seam, hard = difference(shown[-1], shown[0]), difference(frames[-1].pixels, frames[0].pixels)
    steps = [difference(a, b) for a, b in pairwise(shown)]
    assert seam <= 1.5 * max(steps)
    assert seam < hard / 2


@given(st.integers(0, 30), st.integers(1, 8))
def test_a_blend_is_between_its_frames_and_as_long_as_it_says(count: int, blend: int) -> None:
    rng = np.random.default_rng(count)
    frames = [Frame(rng.integers(0, 256, (3, 4, 3), dtype=np.uint8), i, i / 10) for i in range(count)]
    if count < 2 * blend:
        with pytest.raises(RecordError, match=f"needs {2 * blend} frames or more, not {count}"):
            list(edits.loop_blend(iter(frames), blend))
        return
    looped = list(edits.loop_blend(iter(frames), blend))
    assert len(looped) == count - blend
    assert np.allclose([frame.time for frame in looped], np.arange(count - blend) / 10)
    for frame, one, other in zip(looped[-blend:], frames[-blend:], frames[:blend], strict=True):
        assert (frame.pixels >= np.minimum(one.pixels, other.pixels)).all()
        assert (frame.pixels <= np.maximum(one.pixels, other.pixels)).all()


@given(st.lists(st.floats(0.01, 3), min_size=1, max_size=20), st.floats(0, 20), st.floats(0, 20))
def test_a_cut_has_the_frames_between(gaps: list[float], begin: float, length: float) -> None:
    times = np.cumsum([0.0, *gaps])
    frames = [Frame(np.zeros((1, 1, 3), np.uint8), i, float(t)) for i, t in enumerate(times)]
    left = list(edits.cut(iter(frames), begin, begin + length))
    assert [f.index for f in left] == [
        i for i, t in enumerate(times) if begin - 1e-6 <= t < begin + length - 1e-6
    ]
    assert not left or left[0].time == 0


def test_a_video_that_was_cut_off_is_converted_to_there(tmp_path: Path) -> None:
    write(tmp_path / "whole.mkv", film(60, 96, 128, fps=20))
    data = (tmp_path / "whole.mkv").read_bytes()
    (tmp_path / "in.mkv").write_bytes(data[: len(data) * 2 // 3])
    converted(tmp_path / "in.mkv", tmp_path / "out.mp4")
    assert 20 < len(read(tmp_path / "out.mp4")) < 60


@pytest.mark.parametrize(
    ("name", "how", "words"),
    [
        ("nothing.mp4", {}, "no such file"),
        ("text.mp4", {}, "not a picture or a video that can be read"),
        ("text.webp", {}, "not a picture or a video that can be read"),
        ("empty", {}, "no picture in it"),
        ("in.gif", {"begin": 2.0, "end": 1.0}, "--to 1 is not after --from 2"),
        ("in.gif", {"begin": 60.0}, "no frame between"),
        ("in.gif", {"loop_blend": 9}, "--loop-blend 9 needs 18 frames or more, not 5"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, name: str, how: dict[str, object], words: str) -> None:
    (tmp_path / "text.mp4").write_text("no film")
    (tmp_path / "text.webp").write_text("no film")
    (tmp_path / "empty").mkdir()
    write(tmp_path / "in.gif", film(5))
    with pytest.raises(RecordError, match=words) as told:
        converted(tmp_path / name, tmp_path / "out.mp4", **how)
    assert "\n" not in str(told.value)


def test_a_width_that_makes_a_long_picture_far_too_high_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1080)).save(tmp_path / "in.png")
    with pytest.raises(RecordError, match="--width 8192 makes 1x1080 as high as 8847360; 16384 is the most"):
        converted(tmp_path / "in.png", tmp_path / "out.mkv", width=8192)


def test_a_folder_is_converted_in_natural_order(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(1, 13):
        Image.new("RGB", (64, 48), (10 * number,) * 3).save(tmp_path / "in" / f"img-{number}.png")
    converted(tmp_path / "in", tmp_path / "out.mkv", encoding=PIXEL_EXACT)
    assert [now.pixels.mean() for now in read(tmp_path / "out.mkv")] == [
        10 * number for number in range(1, 13)
    ]


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    write(tmp_path / "in.gif", film(5))
    (tmp_path / "out.gif").write_bytes(b"precious")
    with pytest.raises(RecordError, match="is there already"):
        converted(tmp_path / "in.gif", tmp_path / "out.gif")
    assert (tmp_path / "out.gif").read_bytes() == b"precious"
    with pytest.raises(RecordError, match="is what is read here"):
        converted(tmp_path / "in.gif", tmp_path / "in.gif", force=True)
    converted(tmp_path / "in.gif", tmp_path / "out.gif", force=True)
    assert len(read(tmp_path / "out.gif")) == 5


def test_reading_needs_no_more_memory_than_a_frame(tmp_path: Path) -> None:
    write(tmp_path / "in.mkv", film(30, 48, 64))
    frames = Reading(tmp_path / "in.mkv").frames()
    assert next(frames).index == 0
    assert iter(frames) is frames, "one after another, as they are asked for"
