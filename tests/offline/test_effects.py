"""A replay with what the screen did to the dream: effects, light, blackout, each from its frame on."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from dreamstream.cli import main
from dreamstream.display import Moment, Picture
from dreamstream.display.offscreen import GLOffScreen, PlainOffScreen, open_off_screen
from dreamstream.effects import EffectShelf
from dreamstream.errors import DisplayError
from dreamstream.frame import Frame
from dreamstream.offline.film import OutputSettings
from dreamstream.offline.replay import ReplaySettings, run_replay
from dreamstream.params import Params
from dreamstream.record import Encoding
from dreamstream.score import read_score, records
from dreamstream.size import Size
from dreamstream.stage import Settings
from dreamstream.transforms import Tick, distort
from dreamstream.transforms.tween import blended
from tests.conftest import missing
from tests.display import drawing
from tests.fakes import Told, picture
from tests.record.films import difference, read
from tests.stage.test_session import Changes, played

SHELF = EffectShelf()
LIGHT = {"flash_guard": False, "blackout_fade": 0.0}


@pytest.fixture(params=["opengl", "plain"])
def screen(request: pytest.FixtureRequest) -> GLOffScreen | PlainOffScreen:
    if request.param == "plain":
        return PlainOffScreen()
    try:
        return GLOffScreen(SHELF)
    except DisplayError as error:
        missing(str(error))
        raise


def moment(t: float) -> Moment:
    canvas = picture(96, 160, seed=4)
    warp, moved = distort(canvas, Params(transform="rotate", angle=8.0), Tick.of(0, 1))
    return Moment(Frame.of(canvas, 7, None, 0), Frame.of(moved, 8, warp, 0), t)


@pytest.mark.parametrize("t", [0.0, 0.4, 1.0])
def test_without_effects_it_is_the_moment(screen: GLOffScreen | PlainOffScreen, t: float) -> None:
    seen = screen.draw(moment(t), Size(160, 96), Picture(Params(**LIGHT), 5.0))
    assert difference(seen, blended(moment(t))) < 0.6
    screen.close()


@pytest.mark.parametrize("seconds", [0.0, 1.25, 600.5])
def test_effects_go_by_the_show_s_seconds(screen: GLOffScreen | PlainOffScreen, seconds: float) -> None:
    params = Params(effects="hue-turn", hue_speed=90.0, **LIGHT)
    seen = screen.draw(moment(1.0), Size(160, 96), Picture(params, seconds))
    canvas = moment(1.0).later.pixels / 255
    wanted = np.clip(drawing.hue_turn(canvas, params, seconds), 0, 1) * 255
    assert np.abs(seen - wanted).mean() < 1
    screen.close()


def test_a_strobe_is_light_and_dark_at_its_times(screen: GLOffScreen | PlainOffScreen) -> None:
    params = Params(effects="strobe", strobe_rate=2.0, strobe_share=0.5, **LIGHT)
    for seconds in (0.1, 0.3, 0.6, 0.8, 10.2, 10.4):
        seen = screen.draw(moment(1.0), Size(160, 96), Picture(params, seconds))
        assert bool(seen.max() > 0) == (seconds * 2 % 1 < 0.5)
    screen.close()


def test_where_there_is_no_opengl_the_plain_one_draws_and_says_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(**how: object) -> None:
        raise Exception("no display")

    monkeypatch.setattr("moderngl.create_context", refused)
    screen = open_off_screen(SHELF, told := Told())
    picture = Picture(Params(effects="mirror+tunnel", **LIGHT))
    screen.draw(moment(0.5), Size(160, 96), picture)
    screen.draw(moment(0.6), Size(160, 96), picture)
    (message,) = told
    assert message.startswith("effect tunnel needs OpenGL")


def test_a_larger_picture_is_the_same_one(screen: GLOffScreen | PlainOffScreen) -> None:
    seen = screen.draw(moment(0.5), Size(320, 192), Picture(Params(effects="vignette", **LIGHT), 1.0))
    small = screen.draw(moment(0.5), Size(160, 96), Picture(Params(effects="vignette", **LIGHT), 1.0))
    assert seen.shape == (192, 320, 3)
    halved = seen.reshape(96, 2, 160, 2, 3).mean((1, 3))
    assert difference(halved, small) < 4
    screen.close()


CHANGES: Changes = {6: {"effects": "mirror"}, 12: {"effects": "none", "blackout": True}}


@pytest.fixture
def show(tiny: Settings, tmp_path: Path) -> tuple[Path, list[Frame]]:
    path = tmp_path / "show.jsonl"
    return path, played(tiny.changed(params=LIGHT), path, 6, CHANGES)


def halves(pixels: np.ndarray) -> float:
    """How unlike the left and the mirrored right half are."""
    half = pixels.shape[1] // 2
    return difference(pixels[:, :half], pixels[:, : half - 1 : -1])


def test_a_replay_changes_effects_and_light_with_the_frames_that_did(
    show: tuple[Path, list[Frame]], tmp_path: Path
) -> None:
    path, frames = show
    steady(path)
    output = OutputSettings(tmp_path / "x.mkv", fps=80.0, encoding=Encoding("ffv1"))
    run_replay(ReplaySettings(path, output), Console(quiet=True))
    shown, score = read(tmp_path / "x.mkv"), read_score(path)
    changed = {event.frame: event.change for event in score.events if isinstance(event, records.Change)}
    on = next(frame for frame, change in changed.items() if change.get("effects") == "mirror")
    off = next(frame for frame, change in changed.items() if change.get("blackout"))
    assert 2 < on < off <= len(frames)
    assert len(shown) == 4 * (len(frames) - 1) + 1
    for number, each in enumerate(shown):
        if number % 4 == 0:
            continue  # on a frame: rounding says to which side it belongs
        towards = min(2 + number // 4, len(frames))
        if towards < on:
            assert halves(each.pixels) > 1, number
        elif towards < off:
            assert halves(each.pixels) < 1, number
            assert each.pixels.max() > 0
        else:
            assert each.pixels.max() == 0, number
    assert shown[-1].pixels.max() == 0


def steady(path: Path) -> None:
    """Give a score's frames times of 20 a second, on the dot."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        if "time" in line:
            line["time"] = line.get("frame", line.get("end")) / 20
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_without_effects_it_is_the_dream_alone_and_without_a_rate_its_own_frames(
    show: tuple[Path, list[Frame]], tmp_path: Path
) -> None:
    path, frames = show
    run_replay(ReplaySettings(path, OutputSettings(tmp_path / "dreamt")), Console(quiet=True))
    dreamt = read(tmp_path / "dreamt")
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(dreamt, frames, strict=True))
    steady(path)
    output = OutputSettings(tmp_path / "plain", fps=40.0)
    run_replay(ReplaySettings(path, output, effects=False), Console(quiet=True))
    plain = read(tmp_path / "plain")
    assert np.array_equal(plain[-1].pixels, frames[-1].pixels)
    assert all(each.pixels.max() > 0 for each, _ in pairwise(plain))


def test_effects_without_a_rate_are_one_clear_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["replay", "x.jsonl", "-o", str(tmp_path / "x.mp4"), "--effects"])
    assert ended.value.code == 2
    assert "--effects needs --fps" in capsys.readouterr().err
