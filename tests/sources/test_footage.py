"""What moves: upright, square, matted, in order, at its times; and what of it is a still."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dreamstream.errors import SourceError
from dreamstream.frame import Pixels
from dreamstream.record import Encoding, Timing, open_writer
from dreamstream.size import Size
from dreamstream.sources import open_footage, open_picture, open_source
from dreamstream.sources.picture import pictures_in
from tests.record.films import film

SIZE = Size(80, 48)
CORNERS = np.zeros((48, 80, 3), np.uint8)
"""Upper left red, upper right green, lower left blue."""
CORNERS[:24, :40, 0] = CORNERS[:24, 40:, 1] = CORNERS[24:, :40, 2] = 255


def write(
    path: Path, pictures: list[Pixels], prepare: Callable[[av.VideoStream], None] | None = None
) -> Path:
    """Write a film of 10 pictures a second, every pixel as it is."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264rgb", rate=10, options={"qp": "0"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "rgb24"
        if prepare:
            prepare(stream)
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def flat(level: int) -> Pixels:
    return np.full((48, 64, 3), level, np.uint8)


def shown(path: Path) -> list[Pixels]:
    return [shot.whole() for shot in open_footage(path).shots()]


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("flip", ["", "across", "down"])
def test_a_film_is_upright_as_its_display_matrix_says(tmp_path: Path, quarters: int, flip: str) -> None:
    def turn(stream: av.VideoStream) -> None:
        stream.set_display_rotation(90 * quarters, hflip=flip == "across", vflip=flip == "down")

    path = write(tmp_path / "x.mp4", [CORNERS] * 2, turn)
    expected = np.rot90(CORNERS, quarters)
    expected = {"across": expected[:, ::-1], "down": expected[::-1]}.get(flip, expected)
    assert np.array_equal(shown(path)[0], expected)
    assert np.array_equal(open_source(str(path), Size.of(expected), 0).read(), expected)


@pytest.mark.parametrize(("ratio", "size"), [("2/1", (48, 160)), ("1/2", (96, 80)), ("16/11", (48, 116))])
def test_an_anamorphic_film_is_as_wide_as_it_says(tmp_path: Path, ratio: str, size: tuple[int, int]) -> None:
    def squeeze(stream: av.VideoStream) -> None:
        stream.codec_context.sample_aspect_ratio = Fraction(ratio)

    seen = shown(write(tmp_path / "x.mp4", [CORNERS] * 2, squeeze))[0]
    assert seen.shape[:2] == size
    height, width = size
    assert np.array_equal(seen[height // 4, width // 4], [255, 0, 0])
    assert np.array_equal(seen[height // 4, 3 * width // 4], [0, 255, 0])


def test_a_ratio_that_cannot_be_is_not_believed(tmp_path: Path) -> None:
    def squeeze(stream: av.VideoStream) -> None:
        stream.codec_context.sample_aspect_ratio = Fraction(20000, 1)

    assert shown(write(tmp_path / "x.mkv", [CORNERS] * 2, squeeze))[0].shape == CORNERS.shape


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png", ".avif"])
def test_an_animation_is_a_film_with_its_times(tmp_path: Path, suffix: str) -> None:
    path, levels, times = tmp_path / f"x{suffix}", [40, 120, 200], [70, 500, 40]
    pictures = [Image.fromarray(flat(level)) for level in levels]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=times, loop=0)
    shots = list(open_footage(path).shots())
    assert np.allclose([shot.whole().mean() for shot in shots], levels, atol=3)
    assert np.allclose([shot.time for shot in shots], [0, 0.07, 0.57], atol=0.001)
    assert shots[-1].seconds == pytest.approx(0.04, abs=0.001)
    source = open_source(str(path), SIZE, 0)
    assert source.moving
    assert np.allclose([source.read().mean() for _ in range(5)], [40, 120, 200, 40, 120], atol=3)
    source.close()


def test_what_a_gif_shows_for_no_time_is_shown_as_long_as_browsers_do(tmp_path: Path) -> None:
    pictures = [Image.fromarray(flat(level)) for level in (40, 120, 200)]
    pictures[0].save(tmp_path / "x.gif", save_all=True, append_images=pictures[1:], duration=[0, 10, 20])
    assert [shot.seconds for shot in open_footage(tmp_path / "x.gif").shots()] == [0.1, 0.1, 0.02]


def test_the_picture_that_stands_in_for_an_apng_is_none_of_its_own(tmp_path: Path) -> None:
    pictures = [Image.fromarray(flat(level)) for level in (10, 40, 120)]
    pictures[0].save(tmp_path / "x.png", save_all=True, append_images=pictures[1:], default_image=True)
    assert [picture.mean() for picture in shown(tmp_path / "x.png")] == [40, 120]


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png"])
def test_what_is_transparent_in_an_animation_is_black(tmp_path: Path, suffix: str) -> None:
    pictures = [Image.new("RGBA", (64, 48), (200, 100, level, 0)) for level in (0, 50)]
    for at, picture in enumerate(pictures):
        picture.paste((0, 200, 0, 255), (8 * at, 0, 8 * at + 8, 48))
    path = tmp_path / f"x{suffix}"
    kept: dict[str, Any] = {"lossless": True, "exact": True, "disposal": 2}
    pictures[0].save(path, save_all=True, append_images=pictures[1:], **kept)
    for at, seen in enumerate(shown(path)):
        assert np.abs(seen[:, 8 * at : 8 * at + 8].astype(int) - (0, 200, 0)).max() <= 2
        assert seen[:, 24:].max() == 0


def test_what_is_transparent_in_a_film_is_black(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "x.mov"), "w") as container:
        stream = container.add_stream("qtrle", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "argb"
        for alpha in (0, 128, 255):
            picture = np.full((48, 64, 4), (200, 100, 50, alpha), np.uint8)
            container.mux(
                stream.encode(av.VideoFrame.from_ndarray(picture, format="rgba").reformat(format="argb"))
            )
        container.mux(stream.encode())
    seen = [picture[0, 0].tolist() for picture in shown(tmp_path / "x.mov")]
    assert seen == [[0, 0, 0], [100, 50, 25], [200, 100, 50]]


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png", ".mp4", ""])
def test_footage_of_one_picture_is_a_still(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    if suffix == ".mp4":
        write(path, [flat(120)])
    elif suffix:
        Image.fromarray(flat(120)).save(path, save_all=True)
    else:
        path.mkdir()
        Image.fromarray(flat(120)).save(path / "a.png")
    source = open_source(str(path), SIZE, 0)
    assert not source.moving
    assert source.read().mean() == pytest.approx(120, abs=2)
    assert source.resized(Size(40, 40)).read().shape == (40, 40, 3)


def test_a_folder_of_pictures_is_a_film_in_natural_order(tmp_path: Path) -> None:
    for number in (10, 1, 2, 12, 11):
        Image.fromarray(flat(10 * number)).save(tmp_path / f"img-{number}.png")
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "._img-1.png").write_bytes(b"a Mac's")
    source = open_source(str(tmp_path), SIZE, 0)
    assert source.moving
    assert [source.read().mean() for _ in range(6)] == [10, 20, 100, 110, 120, 10]
    assert [shot.time for shot in open_footage(tmp_path).shots()] == pytest.approx(
        [0, 0.04, 0.08, 0.12, 0.16]
    )


@given(st.lists(st.integers(0, 10**9), unique=True, min_size=1), st.sampled_from(["", "a", "img-", "2024-"]))
def test_numbers_in_names_are_in_their_order(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int], before: str
) -> None:
    folder = tmp_path_factory.mktemp("numbers")
    for number in numbers:
        (folder / f"{before}{number}.png").touch()
    assert [path.stem for path in pictures_in(folder)] == [f"{before}{number}" for number in sorted(numbers)]


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm", ".gif", ".webp", ""])
def test_what_is_recorded_here_is_a_source(tmp_path: Path, suffix: str) -> None:
    frames = film(6, 48, 64)
    writer = open_writer(tmp_path / f"x{suffix}", Timing(), Encoding())
    for frame in frames:
        writer.write(frame)
    writer.close()
    source = open_source(str(tmp_path / f"x{suffix}"), Size(64, 48), 0)
    assert source.moving
    for frame in [*frames, frames[0]]:
        assert np.abs(source.read() - frame.pixels).mean() < 6
    source.close()


def test_the_guide_is_the_first_picture_of_what_moves_which_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pictures = [Image.fromarray(flat(level)) for level in (40, 120)]
    pictures[0].save(tmp_path / "x.gif", save_all=True, append_images=pictures[1:])
    assert open_picture(str(tmp_path / "x.gif"), 48 * 64).mean() == pytest.approx(40, abs=1)
    assert [record.message for record in caplog.records] == [
        f"{tmp_path / 'x.gif'}: has several pictures; the first is taken"
    ]


def test_a_damaged_picture_of_a_folder_is_told_and_the_next_one_comes(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        Image.fromarray(flat(10 * number)).save(tmp_path / f"{number}.png")
    (tmp_path / "2.png").write_bytes((tmp_path / "2.png").read_bytes()[:60])
    source = open_source(str(tmp_path), SIZE, 0)
    assert source.read().mean() == 10
    with pytest.raises(SourceError, match=r"2\.png: cannot be read"):
        source.read()
    assert source.read().mean() == 30


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".gif"])
def test_a_film_that_is_cut_off_is_played_to_there(tmp_path: Path, suffix: str) -> None:
    writer = open_writer(tmp_path / f"whole{suffix}", Timing(20), Encoding())
    for frame in film(40, 96, 128, fps=20):
        writer.write(frame)
    if suffix == ".mp4":  # as a killed one is: its index comes last
        data = (tmp_path / "whole.mp4").read_bytes()
    else:
        writer.close()
        data = (tmp_path / f"whole{suffix}").read_bytes()
        data = data[: len(data) * 2 // 3]
    (tmp_path / f"x{suffix}").write_bytes(data)
    footage = open_footage(tmp_path / f"x{suffix}")
    assert 15 < len(list(footage.shots())) < 40
    if suffix == ".gif":
        assert footage.torn


def test_a_film_that_no_decoder_is_here_for_is_told(tmp_path: Path) -> None:
    data = write(tmp_path / "whole.mp4", [CORNERS] * 2).read_bytes()
    (tmp_path / "x.mp4").write_bytes(data.replace(b"avc1", b"zzzz").replace(b"avcC", b"zzzC"))
    with pytest.raises(SourceError, match=r"x\.mp4: not a picture or a video that can be read"):
        open_source(str(tmp_path / "x.mp4"), SIZE, 0)


def test_an_animation_that_would_take_too_much_memory_is_told_so(tmp_path: Path) -> None:
    pictures = [Image.new("1", (9000, 9000), level) for level in (0, 1)]
    pictures[0].save(tmp_path / "x.gif", save_all=True, append_images=pictures[1:])
    words = r"x\.gif: 9000x9000 is too large; 67 million pixels of what moves are the most"
    with pytest.raises(SourceError, match=words):
        open_source(str(tmp_path / "x.gif"), SIZE, 0)


def test_an_animation_without_a_whole_picture_is_told(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (2, 48, 64, 3), np.uint8)
    pictures = [Image.fromarray(each) for each in noise]
    pictures[0].save(tmp_path / "whole.png", save_all=True, append_images=pictures[1:])
    (tmp_path / "x.png").write_bytes((tmp_path / "whole.png").read_bytes()[:3000])
    for refuse in (lambda path: open_source(path, SIZE, 0), lambda path: open_picture(path, 4096)):
        with pytest.raises(SourceError, match=r"x\.png: cannot be read"):
            refuse(str(tmp_path / "x.png"))
