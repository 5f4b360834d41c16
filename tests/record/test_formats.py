"""Every format and codec that is written, decoded: frames, count, times, colours."""

import contextlib
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.errors import RecordError
from dreamstream.frame import Frame
from dreamstream.record import Encoding, Timing, check_output, open_writer
from dreamstream.record.codecs import CONTAINERS
from dreamstream.record.encoders import HARDWARE, SOFTWARE, Encoder
from dreamstream.record.gif import quantised
from tests.record.films import VIDEOS, difference, film, read, write

OTHERS = [(".gif", ""), (".webp", ""), ("", "png"), ("", "jpeg")]


def test_the_tests_know_every_format_and_codec() -> None:
    assert sorted((s, c) for s, container in CONTAINERS.items() for c in container.codecs) == sorted(VIDEOS)


@pytest.mark.parametrize(("suffix", "codec"), [*VIDEOS, *OTHERS])
@pytest.mark.parametrize("patient", [False, True])
def test_what_is_decoded_is_what_was_written(tmp_path: Path, suffix: str, codec: str, patient: bool) -> None:
    path, frames = tmp_path / f"x{suffix}", film(10, 72, 96)
    write(path, frames, encoding=Encoding(codec, patient=patient))
    shown = read(path)
    assert len(shown) == 10
    for frame, now in zip(frames, shown, strict=True):
        if suffix:
            assert now.time == pytest.approx(frame.time - frames[0].time, abs=0.006), "when it was made"
        assert difference(now.pixels, frame.pixels) < 6


@pytest.mark.parametrize("fps", [10, 12.5, 30000 / 1001])
@pytest.mark.parametrize("suffix", [*CONTAINERS, ".webp"])
def test_a_constant_rate_is_kept(tmp_path: Path, suffix: str, fps: float) -> None:
    write(tmp_path / f"x{suffix}", film(9, 64, 64), Timing(fps))
    times = [shown.time for shown in read(tmp_path / f"x{suffix}")]
    assert np.allclose(times, np.arange(9) / fps, atol=2e-3)


@pytest.mark.parametrize(("suffix", "codec"), VIDEOS)
def test_the_rates_of_editors_are_exact_in_every_codec(tmp_path: Path, suffix: str, codec: str) -> None:
    """In number, rate and times of the frames; Matroska tells the latter in whole milliseconds."""
    for fps in (24, 25, 30, 50, 60):
        path = tmp_path / f"{fps}{suffix}"
        write(path, film(13, 64, 64), Timing(fps), Encoding(codec, patient=False))
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            assert stream.average_rate == fps
            times = [each.pts * each.time_base for each in container.decode(video=0)]
            lasts = stream.duration and stream.duration * stream.time_base
        assert len(times) == 13
        if suffix in (".mp4", ".mov"):
            assert times == [Fraction(number, fps) for number in range(13)]
            assert lasts == Fraction(13, fps), "the last is shown as long as any"
        else:
            assert all(abs(time - Fraction(n, fps)) <= Fraction(1, 2000) for n, time in enumerate(times))


@pytest.mark.parametrize("fps", [10, 15, 30, 50])
def test_a_gif_keeps_the_rate_over_all_though_its_clock_is_coarse(tmp_path: Path, fps: float) -> None:
    write(tmp_path / "x.gif", film(31, 24, 32), Timing(fps))
    times = [shown.time for shown in read(tmp_path / "x.gif")]
    assert np.allclose(times, np.arange(31) / fps, atol=0.0051)


def test_a_gif_leaves_out_what_no_browser_would_show(tmp_path: Path) -> None:
    write(tmp_path / "x.gif", film(31, 24, 32, fps=100))
    times = [shown.time for shown in read(tmp_path / "x.gif")]
    assert np.allclose(times, np.arange(16) / 50)


@pytest.mark.parametrize("codec", ["ffv1", "png"])
def test_held_at_a_rate_each_moment_shows_the_newest_frame(tmp_path: Path, codec: str) -> None:
    frames, path = film(12, 64, 64), tmp_path / ("x.mkv" if codec == "ffv1" else "x")
    write(path, frames, Timing(24, real_time=True), Encoding(codec))
    shown = read(path)
    length = frames[-1].time - frames[0].time
    assert len(shown) == pytest.approx(length * 24 + 1, abs=1)
    assert codec == "png" or np.allclose([s.time for s in shown], np.arange(len(shown)) / 24, atol=2e-3)
    for index, now in enumerate(shown):
        earlier = [f for f in frames if f.time - frames[0].time <= (index + 0.5) / 24]
        assert np.array_equal(now.pixels, earlier[-1].pixels)


def test_a_picture_that_stands_is_written_as_time_passes(tmp_path: Path) -> None:
    first, second = film(2, 64, 64)
    writer = open_writer(tmp_path / "x", Timing(10, real_time=True))
    writer.hold(first.time)  # before there is anything to show
    writer.write(Frame(first.pixels, 1, 100.0))
    writer.hold(102.0)
    assert len(read(tmp_path / "x")) == 20
    writer.hold(101.0)
    writer.write(Frame(second.pixels, 2, 103.0))
    writer.close()
    shown = read(tmp_path / "x")
    assert [np.array_equal(now.pixels, second.pixels) for now in shown] == [False] * 30 + [True]


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_where_each_picture_has_a_duration_none_is_repeated_to_hold_a_rate(
    tmp_path: Path, suffix: str
) -> None:
    frames = film(12, 64, 64)
    write(tmp_path / f"x{suffix}", frames, Timing(24, real_time=True))
    times = [shown.time for shown in read(tmp_path / f"x{suffix}")]
    assert np.allclose(times, [frame.time - frames[0].time for frame in frames], atol=0.006)


@pytest.mark.parametrize(("name", "codec"), [("x.mkv", "ffv1"), ("x.mov", "qtrle"), ("x", "png")])
def test_what_keeps_every_pixel_does_so_at_any_size(tmp_path: Path, name: str, codec: str) -> None:
    frames = film(5, 47, 63)
    write(tmp_path / name, frames, encoding=Encoding(codec))
    for frame, now in zip(frames, read(tmp_path / name), strict=True):
        assert np.array_equal(now.pixels, frame.pixels)


@pytest.mark.parametrize("codec", ["prores4444", "cineform"])
def test_editors_get_colours_at_the_pictures_own_resolution(tmp_path: Path, codec: str) -> None:
    """One column red, the next blue: what halves the colours' resolution makes violet of it."""
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[:, ::2, 0], pixels[:, 1::2, 2] = 200, 200
    write(tmp_path / "x.mov", [Frame(pixels, 1, 0.0)], encoding=Encoding(codec, 100))
    assert difference(read(tmp_path / "x.mov")[0].pixels, pixels) < 2.5


def test_a_width_that_a_codec_cannot_have_is_made_up_with_the_last_column(tmp_path: Path) -> None:
    (frame,) = film(1, 48, 70)
    write(tmp_path / "x.mov", [frame], encoding=Encoding("cineform"))
    shown = read(tmp_path / "x.mov")[0].pixels
    assert shown.shape == (48, 80, 3)
    assert difference(shown[:, :70], frame.pixels) < 3
    assert difference(shown[:, 70:], np.repeat(frame.pixels[:, -1:], 10, 1)) < 3


def patches(seed: int) -> np.ndarray:
    """Colours of all kinds, in patches of 16 pixels: large enough for the colours' own coarser grid."""
    colours = np.random.default_rng(seed).integers(0, 256, (6, 8, 3))
    pure = [[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [128, 128, 128]]
    colours[0] = [*pure, [255, 255, 0], [0, 255, 255]]
    return np.kron(colours, np.ones((16, 16, 1))).astype(np.float32)


def bt709(pixels: np.ndarray) -> np.ndarray:
    """Y, Cb, Cr of RGB pixels (..., 3) by ITU-R BT.709-6, limited range, unrounded."""
    red, green, blue = np.moveaxis(pixels.astype(float) / 255, -1, 0)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return np.stack(
        [16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748], -1
    )


IN_YUV = [(suffix, codec) for suffix, codec in VIDEOS if not SOFTWARE[codec][0].rgb]


@pytest.mark.parametrize(("suffix", "codec"), IN_YUV)
def test_a_video_has_the_colours_of_bt709_and_says_so(tmp_path: Path, suffix: str, codec: str) -> None:
    frames = [Frame.of(patches(1), i, None, i / 10) for i in range(4)]
    write(tmp_path / f"x{suffix}", frames, encoding=Encoding(codec, 95, patient=True))
    with av.open(str(tmp_path / f"x{suffix}")) as container:
        context = container.streams.video[0].codec_context
        last = list(container.decode(video=0))[-1]
    assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (
        1,
        1,
        1,
        1,
    )
    planes = last.reformat(format="yuv444p").to_ndarray()  # the same matrix and range: only the grid
    middles = np.moveaxis(planes[:, 8::16, 8::16], 0, -1)
    wanted = bt709(patches(1)[8::16, 8::16])
    assert np.abs(middles - wanted).max() <= 3.5
    assert np.abs(middles - wanted).mean() <= 0.8
    seen = last.to_ndarray(format="rgb24")[8::16, 8::16]
    assert np.abs(seen.astype(int) - patches(1)[8::16, 8::16]).max() <= 8, "as a player shows it"


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_animations_have_the_colours_of_the_screen(tmp_path: Path, suffix: str) -> None:
    write(tmp_path / f"x{suffix}", [Frame.of(patches(1), i, None, i / 10) for i in range(3)])
    for shown in read(tmp_path / f"x{suffix}"):
        middles = shown.pixels[4:12].reshape(8, 8, 16, 3)[:, :, 4:12].mean(axis=(0, 2))
        assert np.abs(middles - patches(1)[8, 8::16]).max() <= 6


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 40))
def test_a_palette_with_dither_keeps_the_mean_colour(seed: int, height: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    indices, table = quantised(pixels)
    assert indices.shape == (height, width)
    assert table.shape == (256, 4)
    assert (table[:, 0] == 255).all(), "nothing is transparent"
    shown = table[indices][..., 1:]
    assert np.abs(shown.mean((0, 1)) - pixels.mean((0, 1))).max() < 24


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".webp"])
def test_quality_costs_bytes_and_buys_likeness(tmp_path: Path, suffix: str) -> None:
    frames, sizes, errors = film(6, 120, 160), [], []
    for quality in (20, 80, 97):
        path = tmp_path / f"{quality}{suffix}"
        write(path, frames, encoding=Encoding("", quality))
        sizes.append(path.stat().st_size)
        errors.append(
            np.mean([difference(s.pixels, f.pixels) for s, f in zip(read(path), frames, strict=True)])
        )
    assert sizes == sorted(sizes)
    assert errors == sorted(errors, reverse=True)


def test_the_usual_quality_has_no_visible_loss(tmp_path: Path) -> None:
    frames = film(6, 252, 448)
    write(tmp_path / "x.mp4", frames)
    shown = read(tmp_path / "x.mp4")[-1]
    error = np.mean((shown.pixels.astype(float) - frames[-1].pixels) ** 2)
    assert 10 * np.log10(255**2 / error) > 38, "decibels"


@pytest.mark.parametrize(
    ("name", "codec", "words"),
    [
        ("x.webm", "h264", "--codec h264 does not go into .webm; vp9 or av1 does"),
        ("x.mp4", "prores", "prores does not go into .mp4; h264, hevc, av1 or vp9 does"),
        ("x.mp4", "png", "png does not go into .mp4"),
        ("x.gif", "h264", "--codec is for videos and folders; .gif has only one"),
        ("frames", "h264", "--codec h264 is none of a folder of pictures; png, jpeg are"),
    ],
)
def test_a_codec_that_does_not_go_there_is_told(tmp_path: Path, name: str, codec: str, words: str) -> None:
    with pytest.raises(RecordError, match=words):
        check_output(tmp_path / name, encoding=Encoding(codec))


def test_a_codec_that_this_ffmpeg_lacks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOFTWARE, "vp9", (Encoder("libvpx-vp99"),))
    with pytest.raises(RecordError, match=r"cannot encode vp9 \(libvpx-vp99 is needed\)"):
        check_output(tmp_path / "x.webm")


def test_where_no_encoder_opens_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOFTWARE, "h264", (Encoder("libx264", {"preset": "no such preset"}),))
    monkeypatch.setitem(HARDWARE, "h264", ())
    writer = open_writer(tmp_path / "x.mp4", Timing())
    with pytest.raises(RecordError, match=r"no encoder for h264 works here \(libx264"):
        writer.write(film(1)[0])
    writer.close()


def test_a_gif_warns_near_its_limit_and_ends_there_with_all_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamstream.record.gif._LIMIT", 1)
    rng = np.random.default_rng(0)
    noise = [Frame(rng.integers(0, 256, (120, 160, 3), dtype=np.uint8), i, i / 10) for i in range(80)]
    writer = open_writer(tmp_path / "x.gif", Timing())
    warned, count = False, 0
    with pytest.raises(RecordError, match=r"ends after .* frames at 1 MB, the limit of a GIF") as caught:
        for frame in noise:
            writer.write(frame)
            count += 1
            size = (tmp_path / "x.gif").stat().st_size
            warned = bool(writer.warning)
            assert warned == (size >= 800_000)
    writer.close()
    assert warned
    assert f"after {count} frames" in str(caught.value)
    assert len(read(tmp_path / "x.gif")) == count
    assert (tmp_path / "x.gif").stat().st_size < 1_100_000


_AT_A_PAGES_END = """
import ctypes, mmap, sys
from pathlib import Path
import numpy as np
from dreamstream.frame import Frame
from dreamstream.record import Timing, open_writer

height, width, page = 32, 34, mmap.PAGESIZE
length = height * width * 3
room = mmap.mmap(-1, (length // page + 2) * page)
beyond = ctypes.addressof(ctypes.c_char.from_buffer(room)) + len(room) - page
assert ctypes.CDLL(None).mprotect(ctypes.c_void_p(beyond), ctypes.c_size_t(page), 0) == 0
pixels = np.frombuffer(room, np.uint8, length, len(room) - page - length).reshape(height, width, 3)
writer = open_writer(Path(sys.argv[1]), Timing())
for index in range(3):
    writer.write(Frame(pixels, index, index / 25))
writer.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="mprotect is needed")
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_nothing_is_read_beyond_a_picture(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    command = [sys.executable, "-c", _AT_A_PAGES_END, str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert len(read(path)) == 3


def test_a_picture_may_lie_anyhow(tmp_path: Path) -> None:
    frames = film(3, 34, 32)
    there = [Frame(np.asfortranarray(f.pixels[::-1]), f.index, f.time) for f in frames]
    write(tmp_path / "x.mkv", there, encoding=Encoding("ffv1"))
    for frame, shown in zip(frames, read(tmp_path / "x.mkv"), strict=True):
        np.testing.assert_array_equal(shown.pixels, frame.pixels[::-1])


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells the scheduling of threads")
@pytest.mark.parametrize("codec", ["av1", "hevc"])
def test_an_encoder_takes_no_real_time_priority(tmp_path: Path, codec: str) -> None:
    """SVT-AV1 does where root runs it, and keeps it for the thread that opened it."""

    def scheduling() -> set[tuple[int, int]]:
        found = set()
        for thread in (int(path.name) for path in Path("/proc/self/task").iterdir()):
            with contextlib.suppress(ProcessLookupError):  # it has just ended
                found.add((os.sched_getscheduler(thread), os.sched_getparam(thread).sched_priority))
        return found

    before = scheduling()
    writer = open_writer(tmp_path / "x.mkv", Timing(), Encoding(codec))
    for frame in film(2, 64, 64):
        writer.write(frame)
        assert scheduling() <= before
    writer.close()
    assert scheduling() <= before
