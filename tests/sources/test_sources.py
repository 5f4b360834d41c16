import gc
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from dreamstream.errors import SourceError
from dreamstream.size import Size
from dreamstream.sources import check_source, open_source

SIZE = Size(80, 48)


def make_video(path: Path, levels: list[int]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for level in levels:
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), level, np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not list threads")
def test_a_film_holds_no_more_threads_than_it_needs(tmp_path: Path) -> None:
    make_video(tmp_path / "film.mp4", [*range(0, 240, 4)])
    source = open_source(str(tmp_path / "film.mp4"), SIZE, 0)
    source.read()
    before = sum(1 for _ in Path("/proc/self/task").iterdir())
    gc.disable()
    for _ in range(50):
        source.read()
    after = sum(1 for _ in Path("/proc/self/task").iterdir())
    gc.enable()
    source.close()
    assert after - before < 10


def test_a_picture_covers_the_canvas_and_is_rgb(tmp_path: Path) -> None:
    path = tmp_path / "wide ü.png"
    picture = np.zeros((40, 200, 3), np.uint8)
    picture[:, :60] = (0, 0, 255)  # BGR: red where it will be cut away, or nearly
    picture[:, 60:140] = (255, 0, 0)
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    source = open_source(str(path), SIZE, 0)
    canvas = source.read()
    assert canvas.shape == (*SIZE.shape, 3)
    assert canvas.dtype == np.float32
    assert canvas[24, 40].tolist() == [0, 0, 255]
    assert not source.moving
    canvas[:] = 0  # the source keeps its own
    assert source.read()[24, 40, 2] == 255


@pytest.mark.parametrize("word", ["clouds", "noise"])
def test_drawn_sources_differ_by_seed_alone(word: str) -> None:
    first, again, other = (open_source(word, SIZE, seed).read() for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert np.abs(first - other).mean() > 5
    assert first.shape == (*SIZE.shape, 3)
    assert 40 < first.mean() < 215
    assert first.std() > 10
    assert 0 <= first.min() <= first.max() <= 255


def test_the_next_clouds_are_those_of_the_next_seed() -> None:
    following = open_source("clouds", SIZE, 1).next().read()
    assert np.array_equal(following, open_source("clouds", SIZE, 2).read())


@pytest.mark.parametrize("seed", range(6))
def test_clouds_are_coloured(seed: int) -> None:
    canvas = open_source("clouds", SIZE, seed).read()
    assert (canvas.max(axis=2) - canvas.min(axis=2)).mean() > 20


def test_a_video_gives_its_pictures_in_turn_and_goes_round(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    levels = [40, 120, 200]
    make_video(path, levels)
    source = open_source(str(path), SIZE, 0)
    assert source.moving
    seen = [source.read().mean() for _ in range(7)]
    source.close()
    assert np.allclose(seen, (levels * 3)[:7], atol=6)


def test_a_gif_is_a_film(tmp_path: Path) -> None:
    path = tmp_path / "film.gif"
    pictures = [Image.new("RGB", (64, 48), (level,) * 3) for level in (40, 120, 200)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=70, loop=0)
    source = open_source(str(path), SIZE, 0)
    assert source.moving
    assert np.allclose([source.read().mean() for _ in range(5)], [40, 120, 200, 40, 120], atol=6)
    source.close()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.jpg", None, ["missing.jpg", "no such file"]),
        ("text.jpg", b"no picture at all", ["text.jpg", "not a picture or a video"]),
        ("empty.png", b"", ["empty.png", "empty"]),
        ("cut.mp4", b"\0\0\0\x20ftypisom" + b"\0" * 64, ["cut.mp4", "not a picture or a video"]),
    ],
)
def test_what_is_no_picture_is_one_clear_line(
    tmp_path: Path, name: str, content: bytes | None, words: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        open_source(str(path), SIZE, 0)
    assert all(word in str(caught.value) for word in words)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")  # OpenCV has nothing to add


def test_an_empty_folder_and_a_mistyped_word_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="a folder with no picture in it"):
        check_source(str(tmp_path))
    with pytest.raises(SourceError, match="did you mean 'clouds'"):
        check_source("cloud")
    check_source("camera:3")


@pytest.mark.parametrize("text", ["camera:97", "camera:front"])
def test_a_camera_that_is_not_there_says_so(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SourceError, match=text):
        open_source(text, SIZE, 0)
    assert capfd.readouterr().err == ""
