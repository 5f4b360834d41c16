from pathlib import Path

import av
import imageio.v3 as imageio
import numpy as np
import pytest
from PIL import Image

from dreamstream.errors import RecordError
from dreamstream.frame import Frame
from dreamstream.record import Timing, check_output, open_writer
from dreamstream.transforms import Affine
from tests.fakes import picture
from tests.record.films import film, write


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_video_decodes_to_what_was_written(tmp_path: Path, suffix: str) -> None:
    path, frames = tmp_path / f"x{suffix}", film(12)
    write(path, frames)
    with av.open(str(path)) as container:
        decoded = [(f.time, f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]
    assert len(decoded) == 12
    for frame, (time, pixels) in zip(frames, decoded, strict=True):
        assert time == pytest.approx(frame.time - frames[0].time, abs=0.002), "at the time it was made"
        assert np.abs(pixels.astype(int) - frame.pixels).mean() < 6


def test_a_video_can_have_a_constant_rate(tmp_path: Path) -> None:
    write(tmp_path / "x.mp4", film(12), Timing(fps=25))
    with av.open(str(tmp_path / "x.mp4")) as container:
        assert container.streams.video[0].average_rate == 25
        times = [f.time for f in container.decode(video=0)]
    assert np.allclose(times, np.arange(12) / 25, atol=1e-3)


def test_odd_sides_are_made_even(tmp_path: Path) -> None:
    write(tmp_path / "x.mp4", film(3, 47, 63))
    with av.open(str(tmp_path / "x.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (64, 48)


@pytest.mark.parametrize(("loop", "extension"), [(0, 0), (1, None), (3, 2)])
def test_a_gif_has_the_article_s_delay_and_loops_as_asked(
    tmp_path: Path, loop: int, extension: int | None
) -> None:
    path, frames = tmp_path / "x.gif", film(6)
    write(path, frames, Timing(100 / 7, loop))
    with Image.open(path) as image:
        assert image.n_frames == 6
        assert image.info["duration"] == 70
        assert image.info.get("loop") == extension
        for index, frame in enumerate(frames):
            image.seek(index)
            assert np.abs(np.asarray(image.convert("RGB")).astype(int) - frame.pixels).mean() < 8


def test_a_live_recording_that_is_cut_off_plays_to_there(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "x.mp4", Timing())
    for frame in film(100):
        writer.write(frame)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes((tmp_path / "x.mp4").read_bytes())  # as it is on disk, before the end was written
    writer.close()
    with av.open(str(cut)) as container:
        assert sum(1 for _ in container.decode(video=0)) >= 30


def test_a_new_rendering_into_a_folder_replaces_the_old_one(tmp_path: Path) -> None:
    write(tmp_path / "frames", film(9))
    (tmp_path / "frames" / "notes.txt").touch()
    write(tmp_path / "frames", film(4))
    assert len(list((tmp_path / "frames").glob("*.png"))) == 4
    assert (tmp_path / "frames" / "notes.txt").exists()


def test_a_gif_can_have_another_rate(tmp_path: Path) -> None:
    write(tmp_path / "x.gif", film(3), Timing(fps=20))
    assert Image.open(tmp_path / "x.gif").info["duration"] == 50


def test_a_folder_s_pictures_are_in_order_of_time_and_exact(tmp_path: Path) -> None:
    frames = film(11)
    write(tmp_path / "frames", frames)
    names = sorted((tmp_path / "frames").iterdir())
    assert len(names) == 11
    for name, frame in zip(names, frames, strict=True):
        assert np.array_equal(imageio.imread(name), frame.pixels)


def test_a_recording_of_nothing_leaves_nothing(tmp_path: Path) -> None:
    for name in ("x.mp4", "x.gif", "frames"):
        write(tmp_path / name, [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x.avi", "cannot write '.avi'; .mp4, .mov, .mkv, .webm, .gif, .webp or a folder"),
        ("no/x.mp4", "there is no folder"),
        ("there.mp4", "is there already"),
        ("full", "is there already"),
        ("folder.gif", "is a folder"),
        ("plain", "is a file"),
    ],
)
def test_where_it_cannot_write_it_says_so(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "there.mp4").write_bytes(b"precious")
    (tmp_path / "full").mkdir()
    (tmp_path / "plain").touch()
    (tmp_path / "full" / "1.png").touch()
    (tmp_path / "folder.gif").mkdir()
    with pytest.raises(RecordError, match=words) as caught:
        check_output(tmp_path / name)
    assert name in str(caught.value)


def test_force_and_new_names_are_fine(tmp_path: Path) -> None:
    (tmp_path / "there.mp4").touch()
    check_output(tmp_path / "there.mp4", force=True)
    check_output(tmp_path / "new.GIF")
    check_output(tmp_path / "new")


def test_a_frame_s_warp_is_no_hindrance(tmp_path: Path) -> None:
    frame = Frame.of(picture(), 1, Affine(np.eye(3)[:2]), 0.0)
    write(tmp_path / "x.mp4", [frame])
    assert (tmp_path / "x.mp4").stat().st_size > 500
