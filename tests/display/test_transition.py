"""Transitions: from the picture that was shown to the one that is dreamt, by a file, on a real window."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamstream.display import Moment, Picture, Window, WindowSettings
from dreamstream.effects import EffectShelf
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.size import Size
from tests.display.drawing import shot
from tests.fakes import Told
from tests.isf.files import written

SIZE = WIDTH, HEIGHT = Size(64, 48)
INPUTS: list[dict[str, Any]] = [
    {"NAME": "startImage", "TYPE": "image"},
    {"NAME": "endImage", "TYPE": "image"},
    {"NAME": "progress", "TYPE": "float", "MIN": 0, "MAX": 1},
]
WIPE = """void main() {
    bool gone = isf_FragNormCoord.y < progress;
    gl_FragColor = gone ? IMG_THIS_PIXEL(endImage) : IMG_THIS_PIXEL(startImage);
}"""  # from below


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture(params=[True, False], ids=["opengl", "plain"])
def window(request: pytest.FixtureRequest, display: str, tmp_path: Path, told: Told) -> Iterator[Window]:
    os.environ.pop("SDL_VIDEODRIVER", None)
    written(tmp_path / "Rise.fs", WIPE, INPUTS)
    shelf = EffectShelf(tmp_path)
    assert shelf.transitions == ["none", "rise"]
    assert "rise" not in shelf.names
    window = Window(WindowSettings(SIZE, opengl=request.param), shelf, told)
    yield window
    window.close()


OPENGL = pytest.mark.parametrize("window", [True], indirect=True, ids=["opengl"])

RAMP = np.repeat(np.linspace(0, 255, HEIGHT)[:, None, None], WIDTH, 1).repeat(3, 2).astype(np.uint8)
BLUE = np.full((*SIZE.shape, 3), (0, 0, 255), np.uint8)


def draw(
    window: Window, pixels: np.ndarray, seconds: float, dreamt: Params, beat: float | None = None, **more: Any
) -> np.ndarray:
    one = Frame.of(pixels.astype(np.float32), 1, None, 0)
    params = dreamt.model_copy(update={"flash_guard": False, "transition": "rise", **more})
    window.screen.draw(Moment(one, one, 1.0), window.size, Picture(params, seconds, beat, dreamt=dreamt))
    return shot(window).astype(int)


def gone(seen: np.ndarray) -> float:
    """Return how much of a picture is the blue one's; the rest is the ramp's, as it was."""
    blue = np.abs(seen - BLUE).max((1, 2)) <= 1
    assert np.abs(seen - RAMP)[~blue].max(initial=0) <= 1
    assert np.array_equal(blue, np.sort(blue)), "it comes from below"
    return float(blue.mean())


@OPENGL
@pytest.mark.parametrize("change", ["next_source", "restart", "transitions"])
@pytest.mark.parametrize("effects", ["none", "palette:0.001"])
def test_another_picture_comes_by_the_file(window: Window, change: str, effects: str, told: Told) -> None:
    first, then = Params(effects=effects), Params(effects=effects, **{change: 1})
    more = {"transition_time": 2.0}
    assert np.abs(draw(window, RAMP, 0.0, first, **more) - RAMP).max() <= 2
    if effects != "none":
        assert [draw(window, BLUE, 1 + s, then, **more)[HEIGHT // 2, 0, 2] > 200 for s in (0.5, 1.5)] == [
            False,
            True,
        ]
        return
    at = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
    assert [gone(draw(window, BLUE, 1 + s, then, **more)) for s in at] == [0, 0.25, 0.5, 0.75, 1, 1]
    assert told == []


@OPENGL
def test_nothing_else_is_a_change_and_the_first_picture_is_none(window: Window) -> None:
    for seconds, dreamt in ((0.0, Params(restart=3)), (0.1, Params(restart=3, step=5.0, bpm=90.0))):
        assert gone(draw(window, BLUE if seconds else RAMP, seconds, dreamt)) == float(seconds > 0)
    other = Params(restart=4)
    assert gone(draw(window, RAMP, 0.2, other, transition="none")) == 0
    assert gone(draw(window, BLUE, 0.3, other)) == 1, "what changed while none was chosen is over"


@OPENGL
def test_it_ends_on_a_beat(window: Window) -> None:
    draw(window, RAMP, 9.5, Params(bpm=60.0), beat=0.25)
    then = Params(bpm=60.0, next_source=1)
    assert gone(draw(window, BLUE, 10.0, then, beat=0.25, transition_time=2.0)) == 0
    assert 0 < gone(draw(window, BLUE, 12.2, then, beat=0.25, transition_time=2.0)) < 1
    assert gone(draw(window, BLUE, 12.25, then, beat=0.25, transition_time=2.0)) == 1


@OPENGL
def test_another_one_begins_where_the_last_is(window: Window) -> None:
    draw(window, RAMP, 0.0, Params())
    half = draw(window, BLUE, 1.0, Params(next_source=1))
    half = draw(window, BLUE, 1.5, Params(next_source=1))
    seen = draw(window, RAMP, 1.6, Params(next_source=2))
    assert np.abs(seen - half).max() <= 1, "nothing jumps"


@OPENGL
def test_the_light_of_the_screen_is_on_both(window: Window) -> None:
    draw(window, RAMP, 0.0, Params(brightness=0.5))
    seen = draw(window, RAMP, 1.0, Params(brightness=0.5, next_source=1))
    assert np.abs(seen - RAMP // 2).max() <= 2


@OPENGL
def test_a_file_with_a_mistake_is_told_and_the_picture_is_there_at_once(
    window: Window, tmp_path: Path, told: Told
) -> None:
    written(tmp_path / "Rise.fs", "void main() {\n gl_FragColor = sea();\n}", INPUTS)
    draw(window, RAMP, 5.0, Params())
    assert gone(draw(window, BLUE, 6.0, Params(next_source=1))) == 1
    (text,) = told
    assert text.startswith("transition rise: ") and "Rise.fs: line " in text


@pytest.mark.parametrize("window", [False], indirect=True, ids=["plain"])
def test_the_plain_screen_says_that_it_cannot(window: Window, told: Told) -> None:
    draw(window, RAMP, 0.0, Params())
    assert gone(draw(window, BLUE, 0.1, Params(next_source=1))) == 1
    (text,) = told
    assert text.startswith("transition rise needs OpenGL")
