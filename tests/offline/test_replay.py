from dataclasses import replace
from pathlib import Path

import av
import cv2
import imageio.v3 as imageio
import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from dreamstream.cli.values import relative
from dreamstream.errors import RecordError, ScoreError, UsageError
from dreamstream.frame import Frame
from dreamstream.offline.film import OutputSettings
from dreamstream.offline.replay import Replay, ReplaySettings, run_replay
from dreamstream.record import Encoding, alpha_of
from dreamstream.score import Timeline, read_score
from dreamstream.size import Size
from dreamstream.stage import Settings
from tests.fakes import open_times
from tests.record.films import read
from tests.stage.test_session import Changes, played

CHANGES: Changes = {8: {"transform": "rotate"}, 14: {"restart": 1}, 20: {"iterations": 2}}


@pytest.fixture
def show(tiny: Settings, tmp_path: Path) -> tuple[Path, list[Frame]]:
    path = tmp_path / "show.jsonl"
    return path, played(tiny, path, 10, CHANGES)


def quiet(settings: ReplaySettings) -> None:
    run_replay(settings, Console(quiet=True))


def pictures(folder: Path) -> list[np.ndarray]:
    return [imageio.imread(path) for path in sorted(folder.iterdir())]


def test_a_replay_makes_a_loop_of_bars(show: tuple[Path, list[Frame]], tmp_path: Path) -> None:
    path, _ = show
    output = OutputSettings(tmp_path / "out", fps=200.0, loop_bars=0.25, bpm=1200)
    quiet(ReplaySettings(path, output, first=2))
    assert len(pictures(tmp_path / "out")) == 10, "a twentieth of a second"
    with pytest.raises(UsageError, match="--loop-bars needs --fps F in a replay"):
        Replay(ReplaySettings(path, replace(output, fps=None)))


@pytest.mark.parametrize("fps", [None, 30.0])
def test_a_replay_knows_what_changed_against_the_source(
    show: tuple[Path, list[Frame]], tmp_path: Path, fps: float | None
) -> None:
    path, _ = show
    alpha, encoding = alpha_of("change"), Encoding(alpha=True)
    output = OutputSettings(tmp_path / "out", fps=fps, alpha=alpha, encoding=encoding)
    quiet(ReplaySettings(path, output, last=6))
    seen = [pixels[..., 3] for pixels in pictures(tmp_path / "out")]
    assert all(0 < each.mean() < 255 for each in seen), "opaque would be: no source"


def test_a_replay_into_pictures_is_the_show(show: tuple[Path, list[Frame]], tmp_path: Path) -> None:
    path, frames = show
    quiet(ReplaySettings(path, OutputSettings(tmp_path / "out")))
    again = pictures(tmp_path / "out")
    assert len(again) == len(frames)
    assert all(np.array_equal(a.pixels, b) for a, b in zip(frames, again, strict=True))
    quiet(ReplaySettings(path, OutputSettings(tmp_path / "part"), first=5, last=9))
    assert all(np.array_equal(a, b) for a, b in zip(again[4:9], pictures(tmp_path / "part"), strict=True))


def test_what_turns_and_tires_is_replayed_bit_for_bit(tiny: Settings, tmp_path: Path) -> None:
    changes: Changes = {
        2: {"direction": "1", "ease": 0.25, "fatigue": 1.0, "fatigue_time": 1.0},
        6: {"direction": "2:-1+3", "second": "conv1"},
        8: {"pick": "weak", "pick_count": 2, "focus": 0.0},
        11: {"direction": "", "restart": 1},
    }
    frames = played(tiny, tmp_path / "show.jsonl", 10, changes)
    quiet(ReplaySettings(tmp_path / "show.jsonl", OutputSettings(tmp_path / "out")))
    assert all(np.array_equal(a.pixels, b) for a, b in zip(frames, pictures(tmp_path / "out"), strict=True))


def test_a_film_at_a_steady_rate_lasts_as_long_as_the_show(
    show: tuple[Path, list[Frame]], tmp_path: Path
) -> None:
    path, frames = show
    quiet(ReplaySettings(path, OutputSettings(tmp_path / "x.mkv", fps=60.0), first=2))
    timeline = Timeline(read_score(path))
    seconds = timeline.time(len(frames)) - timeline.time(2)
    with av.open(str(tmp_path / "x.mkv")) as container:
        count = sum(1 for _ in container.decode(video=0))
    assert count == pytest.approx(60 * seconds + 1, abs=1)


def test_another_quality_changes_every_value_of_the_show(show: tuple[Path, list[Frame]]) -> None:
    path, frames = show
    replay = Replay(
        ReplaySettings(
            path, OutputSettings(path.with_name("x")), iterations=relative("x3"), octaves=relative("+1")
        )
    )
    asked = []
    for _ in replay.frames():
        params = replay.stage.store.snapshot()
        asked.append((params.iterations, params.octaves))
    assert not replay.exact
    assert (asked[0], asked[-1], len(asked)) == ((3, 3), (6, 3), len(frames))


def test_what_cannot_be_replayed_is_one_clear_line(
    show: tuple[Path, list[Frame]], tiny: Settings, film: Path, tmp_path: Path
) -> None:
    path, frames = show
    out, other = OutputSettings(tmp_path / "x.mp4"), OutputSettings(tmp_path / "y.mp4")
    for first, last in ((5, 4), (1, len(frames) + 1), (len(frames) + 1, None)):
        with pytest.raises(UsageError, match=f"has 1 to {len(frames)}"):
            Replay(ReplaySettings(path, out, first=first, last=last))
    with pytest.raises(UsageError, match="the show has 1 source;"):
        Replay(ReplaySettings(path, out, sources=("clouds", "noise")))
    out.path.touch()
    with pytest.raises(RecordError, match="--force"):
        Replay(ReplaySettings(path, out, sources=(str(film),)))
    assert open_times(film) == 0
    camera = path.read_text().replace('"sources": ["clouds"]', '"sources": ["camera"]')
    path.write_text(camera)
    with pytest.raises(ScoreError, match="the pictures of a camera are not kept"):
        Replay(ReplaySettings(path, other))
    assert Replay(ReplaySettings(path, other, sources=("noise",))).exact is False


def low(picture: np.ndarray) -> np.ndarray:
    """A picture low-passed to 16x9, less its mean colour."""
    small = cv2.resize(picture.astype(np.float32), (16, 9), interpolation=cv2.INTER_AREA)
    return np.asarray(small - small.mean((0, 1)))


def alike(a: np.ndarray, b: np.ndarray) -> float:
    x, y = low(a), low(b)
    return float((x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum()))


def test_at_twice_the_size_it_is_the_same_show(tmp_path: Path) -> None:
    """The measure: frames 5 to 60, both low-passed to 16x9, correlate by 0.85 or more (seen: 0.93)."""
    path = tmp_path / "show.jsonl"
    settings = Settings(size=Size(160, 96), device="cpu", params={"grain": 1.5})
    changes: Changes = {10: {"transform": "rotate"}, 20: {"layer": "block5"}, 30: {"transform": "sine-roll"}}
    frames = played(settings, path, 30, changes)
    for octaves in (None, relative("+2")):
        to = OutputSettings(tmp_path / "x")
        out = replace(ReplaySettings(path, to), size=Size(320, 192), octaves=octaves)
        larger = list(Replay(out).frames())
        assert larger[0].size == (320, 192)
        seen = [alike(a.pixels, b.pixels) for a, b in zip(frames, larger, strict=True)]
        assert min(seen[4:60]) >= 0.85, seen
    other = settings.changed(seed=2)
    unlike = played(other, tmp_path / "other.jsonl", 5, {})
    assert alike(frames[4].pixels, unlike[4].pixels) < 0.6, "the measure tells shows apart"


def test_a_replay_is_written_as_a_render_is(show: tuple[Path, list[Frame]], tmp_path: Path) -> None:
    path, frames = show
    count = len(frames)

    def written(name: str, **output: object) -> Path:
        quiet(ReplaySettings(path, OutputSettings(tmp_path / name, **output)))  # type: ignore[arg-type]
        return tmp_path / name

    with Image.open(written("x.gif", delay=9, loop=3)) as image:
        assert (image.n_frames, image.info["duration"], image.info["loop"]) == (count, 90, 2)
    back = pictures(written("back", reverse=True))
    assert all(np.array_equal(a.pixels, b) for a, b in zip(reversed(frames), back, strict=True))
    loop = pictures(written("loop", loop_blend=4))
    assert len(loop) == count - 4
    assert all(np.array_equal(a.pixels, b) for a, b in zip(frames[4:-4], loop[:-4], strict=True))
    tweened = pictures(written("tweened", fps=40.0))
    backwards = pictures(written("tweened-back", fps=40.0, reverse=True))
    assert all(np.array_equal(a, b) for a, b in zip(reversed(tweened), backwards, strict=True))
    exact = written("x.mkv", encoding=Encoding("ffv1"))
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(frames, read(exact), strict=True))
    jpegs = list(written("jpegs", encoding=Encoding("jpeg")).iterdir())
    assert {picture.suffix for picture in jpegs} == {".jpg"}
    assert len(jpegs) == count
