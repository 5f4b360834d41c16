"""Every effect's pixels against NumPy, on a real window with OpenGL and on the plain screen."""

import os
import re
from collections.abc import Iterator

import moderngl
import numpy as np
import pytest

from dreamstream.display import Moment, Picture, Window, WindowSettings
from dreamstream.display.shader import Shader
from dreamstream.effects import EFFECTS
from dreamstream.errors import DisplayError
from dreamstream.frame import Frame
from dreamstream.params import TABLE, Params
from dreamstream.params.morph import mixed
from dreamstream.places import own_folder
from dreamstream.size import Size
from tests.display.drawing import REFERENCES, draw, shot
from tests.fakes import Told, picture

SIZE = WIDTH, HEIGHT = Size(160, 96)
KNOBS = {
    "palette": "ocean",
    "palette_speed": 0.05,
    "glow_width": 16,
    "glow_gain": 1.0,
    "split_distance": 60,
    "film_size": 16,
    "film_grain": 0.8,
    "sharpen_size": 8,
    "mirror_way": 3,
    "vignette_size": 0.6,
    "strobe_rate": 2.0,
}
CASES = [name for name in EFFECTS if name != "trails"]


@pytest.fixture(scope="module")
def told() -> Told:
    return Told()


@pytest.fixture(scope="module", params=[True, False], ids=["opengl", "plain"])
def window(request: pytest.FixtureRequest, display: str, told: Told) -> Iterator[Window]:
    os.environ.pop("SDL_VIDEODRIVER", None)
    window = Window(WindowSettings(SIZE, opengl=request.param), tell=told)
    draw(window, np.zeros((HEIGHT, WIDTH, 3), np.float32), Params(effects="strobe"))  # seconds begin here
    yield window
    window.close()


def params_of(effects: str, **knobs: object) -> Params:
    return Params(effects=effects, flash_guard=False, **{**KNOBS, **knobs})


def smooth() -> np.ndarray:
    return picture(HEIGHT, WIDTH, seed=5)


ON_BOTH = pytest.mark.parametrize(
    ("window", "name"),
    [(opengl, name) for opengl in (True, False) for name in CASES if opengl or EFFECTS[name].plain],
    indirect=["window"],
)
OPENGL = pytest.mark.parametrize("window", [True], indirect=True)


def test_there_is_a_reference_for_every_effect() -> None:
    assert set(REFERENCES) | {"trails"} == set(EFFECTS)


@ON_BOTH
@pytest.mark.parametrize("seconds", [0.1, 1.3])
def test_an_effect_is_what_its_reference_is(window: Window, name: str, seconds: float) -> None:
    """Mean error below one of 255 levels (the tunnel, which shrinks a lot, below 3), 99 % below 8."""
    canvas, params = smooth(), params_of(name)
    seen = draw(window, canvas, params, seconds)
    given = np.clip(np.rint(canvas), 0, 255).astype(np.float64) / 255
    expected = np.clip(REFERENCES[name](given, params, seconds), 0, 1) * 255
    error = np.abs(seen - expected)
    if name == "posterise":  # its borders are a pixel wide
        assert (error > 3).mean() < 0.15
        return
    assert error.mean() < (3 if name == "tunnel" else 1)
    assert np.quantile(error, 0.99) < (40 if name == "tunnel" else 8)


@ON_BOTH
def test_strength_fades_an_effect_in(window: Window, name: str) -> None:
    canvas = smooth()
    without, whole, third = (
        draw(window, canvas, params_of(effects), 0.4) for effects in ("none", name, f"{name}:0.3")
    )
    assert np.abs(third - (0.7 * without + 0.3 * whole)).mean() < 1
    assert np.abs(draw(window, canvas, params_of(f"{name}:0"), 0.4) - without).max() == 0
    assert np.abs(whole - without).mean() > 1


def test_on_the_way_to_another_dream_one_effect_fades_out_and_the_other_in(window: Window) -> None:
    """The vignette is seen in a grey corner's light, the turn of hues in the middle's colours."""
    canvas = np.full((HEIGHT, WIDTH, 3), 120, np.float32)
    canvas[HEIGHT // 2 - 9 : HEIGHT // 2 + 9, WIDTH // 2 - 9 : WIDTH // 2 + 9] = 200, 80, 80
    before, after = (
        params_of(effects, layer="a", hue_speed=90.0, vignette_size=0.4)
        for effects in ("vignette", "hue-turn")
    )
    dark, turned = [], []
    for share in np.linspace(0, 1, 21):
        seen = draw(window, canvas, before.model_copy(update=mixed(before, after, share)), 1.0)
        dark.append(120 - seen[:3, :3].mean())
        turned.append(np.abs(seen[HEIGHT // 2, WIDTH // 2] - (200, 80, 80)).max())
    assert min(dark[0], turned[-1]) > 30
    assert max(abs(dark[-1]), turned[0]) < 1.5
    assert np.diff(dark).max() < 1.5 and np.diff(turned).min() > -1.5, "each goes one way"
    for way in (dark, turned):
        assert np.abs(np.diff(way)).max() < 0.15 * max(way), "nothing jumps"


def test_effects_go_in_the_given_order(window: Window) -> None:
    canvas = smooth()
    knobs = {"mirror_way": 1, "vignette_size": 0.3}
    canvas[:, : WIDTH // 2] *= 0.3
    one, other = (
        draw(window, canvas, params_of(chain, **knobs), 0.2)
        for chain in ("mirror+vignette+hue-turn", "hue-turn+vignette+mirror")
    )
    given = np.clip(np.rint(canvas), 0, 255) / 255
    for seen, order in (
        (one, ("mirror", "vignette", "hue-turn")),
        (other, ("hue-turn", "vignette", "mirror")),
    ):
        expected = given
        for name in order:
            expected = np.clip(REFERENCES[name](expected, params_of("none", **knobs), 0.2), 0, 1)
        assert np.abs(seen - expected * 255).mean() < 1


@OPENGL
def test_trails_stay_grow_and_fade(window: Window) -> None:
    params = params_of("trails", trail_time=0.5, trail_zoom=0.0, trail_turn=0.0)
    spot = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    spot[40:56, 100:120] = 240
    black = np.zeros_like(spot)
    draw(window, black, params_of("none"), 9.8)  # what was before is forgotten
    draw(window, black, params_of("mirror"), 9.9)
    draw(window, spot, params, 10.0)
    later = draw(window, black, params, 10.1)
    assert later[44:52, 104:116].mean() == pytest.approx(240 * 2 ** (-0.1 / 0.5) - 0.6, abs=1.5)
    assert later[:30].max() == 0
    for step in range(2, 60):
        later = draw(window, black, params, 10.0 + step / 10)
    assert later.max() == 0, "no shadow is left for good"
    grown = params_of("trails", trail_time=10, trail_zoom=1.0, trail_turn=0.0)
    draw(window, spot, grown, 20.0)
    for step in range(1, 6):
        later = draw(window, black, grown, 20.0 + step / 10)
    middle = (np.nonzero(later[..., 0].max(axis=0) > 100)[0]).mean() + 0.5 - WIDTH / 2
    assert middle == pytest.approx((110 - WIDTH / 2) * np.exp(0.5), abs=2)


@pytest.mark.parametrize("effects", ["none", "hue-turn:0.001"])
def test_light_of_the_picture(window: Window, effects: str) -> None:
    canvas = smooth()
    params = Params(
        effects=effects, flash_guard=False, colour=0.4, contrast=1.3, brightness=0.8, gamma=1.5, hue_speed=0
    )
    given = np.clip(np.rint(canvas), 0, 255) / 255
    grey = (given @ np.array([0.299, 0.587, 0.114]))[..., None]
    expected = ((grey + (given - grey) * 0.4 - 0.5) * 1.3 + 0.5) * 0.8
    expected = np.clip(expected, 0, 1) ** (1 / 1.5) * 255
    error = np.abs(draw(window, canvas, params) - expected)
    assert np.median(error) < 1
    assert np.quantile(error, 0.99) < 6


def test_every_shader_takes_the_knobs_that_its_record_names() -> None:
    for name, effect in EFFECTS.items():
        text = (own_folder("shaders") / "effects" / f"{name}.frag").read_text(encoding="utf-8")
        assert re.findall(r"^uniform \w+ (\w+);", text, re.MULTILINE) == list(effect.knobs)
        assert set(effect.knobs) <= set(TABLE)


def test_the_plain_screen_says_once_what_it_lacks(window: Window, told: Told) -> None:
    told.clear()
    for seconds in (30.0, 30.1):
        draw(window, smooth(), params_of("kaleidoscope+mirror", upscale="sharp"), seconds)
    if window.screen.name == "OpenGL":
        assert told == []
    else:
        assert sorted(told)[0].startswith("effect kaleidoscope needs OpenGL")
        assert sorted(told)[1].startswith("upscale sharp needs OpenGL")
        assert len(told) == 2
        mirrored = draw(window, smooth(), params_of("kaleidoscope+mirror"), 30.2)
        assert np.abs(mirrored - mirrored[:, ::-1]).max() == 0, "what it has is drawn"


@OPENGL
def test_a_shader_that_does_not_compile_is_named_with_its_line(window: Window) -> None:
    with pytest.raises(DisplayError, match=r"my\.frag: line 3: .*nothing"):
        text = "#version 330 core\nout vec4 drawn;\nvoid main() { drawn = nothing; }"
        Shader(moderngl.create_context(require=330), text, own_folder("shaders") / "my.frag")


@pytest.mark.parametrize("window", [True, False], indirect=True)
def test_the_strobe_is_light_on_the_beat(window: Window) -> None:
    one = Frame.of(smooth(), 1, None, 0)
    params = params_of("strobe", strobe_rate=2.0, strobe_share=0.5)

    def light(seconds: float, beat: float | None) -> bool:
        window.screen.draw(Moment(one, one, 1.0), window.size, Picture(params, seconds, beat))
        return bool(shot(window).max() > 0.1)

    assert [light(10.3 + t, 10.3) for t in (0.0, 0.2, 0.3, 0.45, 0.5, 0.74, 0.76)] == [
        *(True, True, False, False, True, True, False)
    ]
    assert [light(10.3 + t, 10.55) for t in (0.0, 0.2, 0.3)] == [False, False, True]
