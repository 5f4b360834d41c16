"""The user's own effects: found, drawn, read again when they change, and never the end of a show."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dreamstream.display import Moment, Picture, Window, WindowSettings
from dreamstream.effects import EffectShelf
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.places import own_folder
from dreamstream.size import Size
from tests.display.drawing import places, see, shot
from tests.fakes import Told, picture

SIZE = WIDTH, HEIGHT = Size(96, 64)
HALF = "vec3 effect(vec2 at) { return see(at) * 0.5; }\n"
DARK = "vec3 effect(vec2 at) { return see(at) * 0.25; }\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def window(folder: Path, display: str, told: Told) -> Iterator[Window]:
    os.environ.pop("SDL_VIDEODRIVER", None)
    settings = WindowSettings(SIZE, opengl=True)
    window = Window(settings, EffectShelf(folder), told)
    yield window
    window.close()


def write(path: Path, text: str, time: int) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time, time))


def draw(window: Window, seconds: float, effects: str = "own", **knobs: object) -> np.ndarray:
    one = Frame.of(picture(HEIGHT, WIDTH, seed=2), 1, None, 0)
    params = Params(effects=effects, flash_guard=False, **knobs)
    window.screen.draw(Moment(one, one, 1.0), window.size, Picture(params, seconds))
    return shot(window)


def test_a_file_is_drawn_and_drawn_anew_when_it_changes(window: Window, folder: Path, told: Told) -> None:
    whole = draw(window, 0.0, "none")
    write(folder / "own.frag", HALF, 1)
    assert np.abs(draw(window, 1.0) - whole / 2).max() <= 1
    write(folder / "own.frag", DARK, 2)
    assert np.abs(draw(window, 1.2) - whole / 2).max() <= 1, "it is looked at twice a second at most"
    assert np.abs(draw(window, 1.6) - whole / 4).max() <= 1
    assert told == ["effect own: read again"]


def test_what_does_not_compile_is_told_of_once_and_the_last_good_one_stays(
    window: Window, folder: Path, told: Told
) -> None:
    whole = draw(window, 0.0, "none")
    write(folder / "own.frag", HALF, 1)
    draw(window, 1.0)
    write(folder / "own.frag", "\nvec3 effect(vec2 at) { return sea(at); }\n", 2)
    for seconds in (2.0, 3.0, 4.0):
        assert np.abs(draw(window, seconds) - whole / 2).max() <= 1
    (text,) = told
    assert re.match(r"effect own: .*own\.frag: line 2: .*sea.*; what was good before stays$", text)
    write(folder / "own.frag", DARK, 3)
    assert np.abs(draw(window, 5.0) - whole / 4).max() <= 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "effect"),
        ("void main() {}", "main"),
        (
            "uniform vec3 hue_angle;\nvec3 effect(vec2 at) { return hue_angle; }",
            "uniform hue_angle: a single",
        ),
        (
            "uniform float brightness[3];\nvec3 effect(vec2 at) { return see(at) * brightness[2]; }",
            "uniform brightness: a single",
        ),
        ("\udcff", "own.frag"),
    ],
)
def test_what_never_was_good_is_left_out(
    window: Window, folder: Path, told: Told, text: str, words: str
) -> None:
    (folder / "own.frag").write_bytes(text.encode("utf-8", "surrogateescape"))
    whole = draw(window, 0.0, "none")
    assert np.array_equal(draw(window, 1.0), whole)
    (message,) = told
    assert message.startswith("effect own: ")
    assert words in message
    assert "\n" not in message


def test_a_param_comes_by_its_name_as_any_kind_of_number(window: Window, folder: Path) -> None:
    text = """
uniform float posterise_levels;
uniform bool fill;
uniform int brightness;
vec3 effect(vec2 at) { return vec3(posterise_levels / 10.0, fill ? 1.0 : 0.0, float(brightness) / 4.0); }
"""
    write(folder / "own.frag", text, 1)
    seen = draw(window, 0.0, posterise_levels=4, fill=True)
    assert seen[0, 0].tolist() == pytest.approx([102, 255, 64], abs=1)


def test_a_name_of_the_program_s_textures_may_be_another_thing(
    window: Window, folder: Path, told: Told
) -> None:
    text = """
uniform vec3 field;
uniform sampler2D later[2];
vec3 effect(vec2 at) { return see(at) + field + 0.0 * texture(later[0], at).rgb * texture(later[1], at).rgb; }
"""
    whole = draw(window, 0.0, "none")
    write(folder / "own.frag", text, 1)
    assert np.abs(draw(window, 1.0) - whole).max() <= 1
    assert told == []


def test_the_example_of_the_guide_works_as_it_says(window: Window, folder: Path, told: Told) -> None:
    guide = (own_folder("shaders").parent / "docs" / "effects.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```glsl\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    write(folder / "own.frag", text, 1)
    whole = draw(window, 0.0, "none") / 255
    seen = draw(window, 0.0, "hue-turn:0.001+own", hue_speed=90.0)
    x, y = places((HEIGHT, WIDTH))
    expected = see(whole, x + 20 / 720 * HEIGHT / WIDTH * np.sin(40 * y), y) * 255
    assert np.abs(seen - expected).mean() < 1
    assert np.abs(draw(window, 1.0, "own", hue_speed=90.0) - seen).mean() > 2, "it moves"
    assert told == []
