"""Alpha: what of a picture is transparent, and that every format that carries one keeps it."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from dreamstream.errors import RecordError, UsageError
from dreamstream.frame import Frame
from dreamstream.record import CONTAINERS, Encoding, Timing, alpha_of, carries_alpha, check_output, edits
from dreamstream.record import open_writer as opened
from tests.record.films import difference, film, write

CODECS = [(s, codec) for s, each in CONTAINERS.items() for codec in each.codecs if carries_alpha(codec)]
CARRIERS = [(f"x{suffix}", codec) for suffix, codec in CODECS] + [("x.webp", ""), ("folder", "png")]
WITH_ALPHA = Encoding(alpha=True)


def made(text: str, pixels: np.ndarray, source: np.ndarray | None = None) -> np.ndarray:
    """The alpha of one picture."""
    (frame,) = alpha_of(text).on(iter([Frame(pixels, 1, 0.0)]), lambda: source)
    assert np.array_equal(frame.pixels[..., :3], pixels), "the colours stay as they are"
    return frame.pixels[..., 3]


def seen_through(count: int, height: int = 64, width: int = 96) -> list[Frame]:
    """A film whose alpha is nothing on the left, all on the right, and moves."""
    frames = []
    for frame in film(count, height, width):
        ramp = np.clip(np.arange(width) * 4.0 - 60 - 8 * frame.index, 0, 255).astype(np.uint8)
        alpha = np.tile(ramp, (height, 1))[..., None]
        frames.append(Frame(np.concatenate([frame.pixels, alpha], 2), frame.index, frame.time))
    return frames


def decoded(path: Path) -> Iterator[np.ndarray]:
    """Each picture with its alpha."""
    if path.is_dir():
        yield from (np.asarray(Image.open(each)) for each in sorted(path.glob("*.png")))
    elif path.suffix == ".webp":
        with Image.open(path) as image:
            yield from (np.asarray(each.convert("RGBA")) for each in ImageSequence.Iterator(image))
    else:
        with av.open(str(path)) as container:
            yield from (each.to_ndarray(format="rgba") for each in container.decode(video=0))


@pytest.mark.parametrize(("name", "codec"), CARRIERS)
@pytest.mark.parametrize("patient", [True, False])
def test_what_is_transparent_is_so_when_it_is_decoded(
    tmp_path: Path, name: str, codec: str, patient: bool
) -> None:
    frames, encoding = seen_through(6), Encoding(codec, alpha=True, patient=patient)
    check_output(tmp_path / name, encoding=encoding)
    write(tmp_path / name, frames, encoding=encoding)
    shown = list(decoded(tmp_path / name))
    assert len(shown) == 6
    for frame, now in zip(frames, shown, strict=True):
        assert now.shape == frame.pixels.shape
        assert np.abs(now[..., 3].astype(int) - frame.pixels[..., 3]).max() <= 3
        there = frame.pixels[..., 3] > 32
        assert difference(now[there][:, :3], frame.pixels[there][:, :3]) < 6


@pytest.mark.parametrize(("name", "codec"), [("x.mov", "qtrle"), ("x.mkv", "ffv1"), ("folder", "png")])
def test_what_keeps_every_pixel_keeps_every_pixels_alpha(tmp_path: Path, name: str, codec: str) -> None:
    frames = seen_through(3, 47, 63)
    write(tmp_path / name, frames, encoding=Encoding(codec, alpha=True))
    for frame, now in zip(frames, decoded(tmp_path / name), strict=True):
        assert np.array_equal(now, frame.pixels)


@pytest.mark.parametrize(
    ("name", "codec"), [("x.mp4", ""), ("x.webm", ""), ("x.gif", ""), ("x.mov", "h264"), ("folder", "jpeg")]
)
def test_what_carries_no_alpha_says_what_does(tmp_path: Path, name: str, codec: str) -> None:
    with pytest.raises(RecordError, match="carries no alpha") as caught:
        check_output(tmp_path / name, encoding=Encoding(codec, alpha=True))
    for carrier in (
        ".mov (prores4444, cineform, qtrle or hapalpha)",
        ".mkv (ffv1)",
        ".webp",
        "folder of png",
    ):
        assert carrier in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_a_codec_it_is_the_files_first_that_carries_one(tmp_path: Path) -> None:
    for name, first in (("x.mov", "prores"), ("x.mkv", "ffv1")):
        write(tmp_path / name, seen_through(1), encoding=WITH_ALPHA)
        with av.open(str(tmp_path / name)) as container:
            assert container.streams.video[0].codec_context.name == first


def test_luma_is_that_of_bt709() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8)
    assert np.abs(made("luma", pixels) - pixels @ [0.2126, 0.7152, 0.0722]).max() <= 0.51


@given(st.tuples(*[st.integers(0, 255)] * 3), st.integers(0, 255), st.integers(0, 2))
def test_a_key_colour_goes_and_what_is_far_from_it_stays(
    key: tuple[int, int, int], level: int, channel: int
) -> None:
    pixels = np.full((1, 2, 3), key, np.uint8)
    pixels[0, 1, channel] = level
    there, other = made("key:#" + bytes(key).hex(), pixels)[0]
    apart = abs(level - key[channel])
    assert there == 0
    assert other == 0 if apart <= 32 else other == 255 if apart >= 96 else 0 < other < 255


def test_change_is_seen_where_the_dream_left_its_source() -> None:
    source = np.full((48, 64, 3), 100.0, np.float32)
    dream = source.astype(np.uint8)
    dream[:, 32:, 1] += 90
    dream[10, 10] += 60  # one pixel's grain
    alpha = made("change", dream, source)
    assert (alpha[:, :28] < 64).all()
    assert (alpha[:, 36:] == 255).all()
    assert np.array_equal(made("change", dream, source[::2, ::2])[:, 36:], alpha[:, 36:]), "of another size"
    assert (made("change", dream) == 255).all(), "nothing to compare with"


@pytest.mark.parametrize(
    "text", ["", "lume", "key", "key:green", "key:#12345", "luma:1", "change:x", "key:#1234567"]
)
def test_what_makes_no_alpha_is_one_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"luma, change or key:#00ff00"):
        alpha_of(text)


def test_edits_take_the_alpha_with_them(tmp_path: Path) -> None:
    frames = seen_through(4)
    back = list(edits.backwards(iter(frames), tmp_path))
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(reversed(back), frames, strict=True))
    smaller = list(edits.scaled(iter(frames), 48))
    assert {each.pixels.shape for each in smaller} == {(32, 48, 4)}
    looped = list(edits.loop_blend(iter(frames), 1))
    expected = (frames[-1].pixels.astype(float) + frames[0].pixels) / 2
    assert np.abs(looped[-1].pixels - expected).max() <= 0.5


def test_where_another_size_leaves_a_border_that_is_transparent(tmp_path: Path) -> None:
    writer = opened(tmp_path / "folder", Timing(), WITH_ALPHA)
    wide, high = seen_through(1, 32, 64)[0], seen_through(1, 64, 64)[0]
    writer.write(wide)
    writer.write(high)
    writer.close()
    last = list(decoded(tmp_path / "folder"))[-1]
    assert last.shape == (32, 64, 4)
    assert (last[:, :16] == 0).all()
