"""Files of the Interactive Shader Format as effects: in a chain, on a real window, with mistakes told."""

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
from dreamstream.size import Size
from tests.display.drawing import shot
from tests.fakes import Told, picture
from tests.isf.files import PICTURE, written

SIZE = WIDTH, HEIGHT = Size(96, 64)
HALF = "void main() { gl_FragColor = vec4(IMG_THIS_PIXEL(inputImage).rgb * 0.5, 1.0); }"
DARK = "void main() { gl_FragColor = vec4(IMG_THIS_PIXEL(inputImage).rgb * 0.25, 1.0); }"


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def shelf(tmp_path: Path) -> EffectShelf:
    return EffectShelf(tmp_path)


@pytest.fixture(params=[True, False], ids=["opengl", "plain"])
def window(request: pytest.FixtureRequest, shelf: EffectShelf, display: str, told: Told) -> Iterator[Window]:
    os.environ.pop("SDL_VIDEODRIVER", None)
    window = Window(WindowSettings(SIZE, opengl=request.param), shelf, told)
    yield window
    window.close()


OPENGL = pytest.mark.parametrize("window", [True], indirect=True, ids=["opengl"])


def draw(window: Window, seconds: float, effects: str) -> np.ndarray:
    one = Frame.of(picture(HEIGHT, WIDTH, seed=2), 1, None, 0)
    params = Params(effects=effects, flash_guard=False)
    window.screen.draw(Moment(one, one, 1.0), window.size, Picture(params, seconds, bands=(1.0,) * 24))
    return shot(window)


def touch(path: Path, time: int) -> None:
    os.utime(path, (time, time))


@OPENGL
def test_a_filter_is_one_of_the_chain(window: Window, tmp_path: Path, told: Told) -> None:
    written(tmp_path / "Half Light.fs", HALF)
    written(
        tmp_path / "Flip.fs",
        "void main() { gl_FragColor = IMG_NORM_PIXEL(inputImage, 1.0 - isf_FragNormCoord); }",
    )
    whole = draw(window, 0.0, "none")
    assert np.abs(draw(window, 1.0, "half-light") - whole / 2).max() <= 1
    assert np.abs(draw(window, 1.0, "half-light:0.5") - whole * 0.75).max() <= 1
    assert np.abs(draw(window, 1.0, "flip") - whole[::-1, ::-1]).max() <= 1
    assert np.abs(draw(window, 1.0, "flip+half-light+flip+half-light") - whole / 4).max() <= 1
    assert np.abs(draw(window, 1.0, "half-light+hue-turn:0.001") - whole / 2).max() <= 2
    assert np.abs(draw(window, 1.0, "palette:0.001+half-light+palette:0.001") - whole / 2).max() <= 2
    assert told == []


@OPENGL
def test_a_generator_lies_over_the_picture_where_it_is_not_clear(window: Window, tmp_path: Path) -> None:
    body = "void main() { gl_FragColor = vec4(1.0, 0.0, 0.0, step(0.5, isf_FragNormCoord.y)); }"
    written(tmp_path / "red.fs", body, [])
    whole, seen = draw(window, 0.0, "none"), draw(window, 1.0, "red")
    assert np.abs(seen[: HEIGHT // 2] - [255, 0, 0]).max() <= 1, "its upper half"
    assert np.abs(seen[HEIGHT // 2 :] - whole[HEIGHT // 2 :]).max() <= 1


@OPENGL
def test_what_is_heard_comes_to_it(window: Window, tmp_path: Path) -> None:
    body = "void main() { gl_FragColor = vec4(IMG_NORM_PIXEL(heard, vec2(0.5)).rgb, 1.0); }"
    written(tmp_path / "loud.fs", body, [{"NAME": "heard", "TYPE": "audioFFT"}])
    assert draw(window, 1.0, "loud").min() == 255


@OPENGL
def test_what_persists_is_forgotten_when_the_effect_goes(window: Window, tmp_path: Path) -> None:
    body = """void main() {
    vec4 before = IMG_THIS_PIXEL(kept);
    gl_FragColor = PASSINDEX == 0 ? before + vec4(0.25, 0.0, 0.0, 1.0) : before;
}"""
    written(tmp_path / "more.fs", body, PASSES=[{"TARGET": "kept", "PERSISTENT": True}, {}])
    assert [draw(window, n, "more")[0, 0, 0] for n in (1, 2, 3)] == pytest.approx([64, 128, 191], abs=2)
    draw(window, 4.0, "none")
    assert draw(window, 5.0, "more")[0, 0, 0] == pytest.approx(64, abs=2)


@OPENGL
def test_a_mistake_is_told_once_with_its_line_and_the_last_good_one_stays(
    window: Window, tmp_path: Path, told: Told
) -> None:
    whole, path = draw(window, 0.0, "none"), tmp_path / "own.fs"
    touch(written(path, HALF), 1)
    assert np.abs(draw(window, 1.0, "own") - whole / 2).max() <= 1
    touch(written(path, "void main() {\n    gl_FragColor = sea();\n}"), 2)
    line = path.read_text().splitlines().index("    gl_FragColor = sea();") + 1
    for seconds in (2.0, 3.0, 4.0):
        assert np.abs(draw(window, seconds, "own") - whole / 2).max() <= 1
    (text,) = told
    assert re.match(rf"effect own: .*own\.fs: line {line}: .*sea.*; what was good before stays$", text)
    path.write_text("/*{\n oops }*/")
    draw(window, 5.0, "own")
    assert "own.fs: line 2: the JSON is damaged" in told[-1]
    touch(written(path, DARK), 3)
    assert np.abs(draw(window, 6.0, "own") - whole / 4).max() <= 1
    assert told[-1] == "effect own: read again"


@OPENGL
def test_what_never_was_good_is_left_out_and_the_rest_goes_on(
    window: Window, tmp_path: Path, told: Told
) -> None:
    (tmp_path / "bad.fs").write_text("void main() {}")
    written(tmp_path / "endless.fs", DARK, PASSES=[{"WIDTH": "1/0"}])
    written(tmp_path / "half.fs", HALF)
    whole = draw(window, 0.0, "none")
    for seconds in (1.0, 2.0):
        assert np.abs(draw(window, seconds, "bad+endless+half") - whole / 2).max() <= 1
    assert len(told) >= 2
    assert any("bad.fs: line 1: a comment with JSON" in text for text in told)
    assert any("endless.fs: the size '1/0' comes to no number" in text for text in told)


@OPENGL
def test_a_vertex_shader_that_changes_is_read_again(window: Window, tmp_path: Path, told: Told) -> None:
    body = "varying float light;\nvoid main() { gl_FragColor = vec4(vec3(light), 1.0); }"
    written(tmp_path / "own.fs", body)
    for time, light in ((1, 0.2), (2, 0.6)):
        text = f"varying float light;\nvoid main() {{ isf_vertShaderInit(); light = {light}; }}"
        (tmp_path / "own.vs").write_text(text)
        touch(tmp_path / "own.vs", time)
        assert np.abs(draw(window, float(time), "own") - 255 * light).max() <= 1
    assert told == ["effect own: read again"]


@pytest.mark.parametrize("window", [False], indirect=True, ids=["plain"])
def test_the_plain_screen_says_that_it_cannot(window: Window, tmp_path: Path, told: Told) -> None:
    written(tmp_path / "half.fs", HALF)
    whole = draw(window, 0.0, "none")
    for seconds in (1.0, 2.0):
        assert np.array_equal(draw(window, seconds, "half"), whole)
    (text,) = told
    assert text.startswith("effect half needs OpenGL")


def test_a_file_from_anywhere_joins_the_shelf(shelf: EffectShelf, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else" / "where"
    elsewhere.mkdir(parents=True)
    path = written(elsewhere / "Mirror.fs", HALF)
    name = shelf.add(path)
    assert name == "mirror-isf", "the program's own name stays the program's"
    assert name in shelf.names
    assert shelf.add(path) == name
    assert shelf.users[name].head().inputs[0].name == PICTURE["NAME"]
