"""Files compiled and drawn, without a window: every kind of input, passes, pictures, and what goes wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import moderngl
import numpy as np
import pytest
from PIL import Image

from dreamstream.errors import ShaderError
from dreamstream.isf import read_isf
from dreamstream.isf.buffers import Buffer, texture_of
from dreamstream.isf.context import close_off_screen, off_screen_context
from dreamstream.isf.program import Given, Program
from dreamstream.size import Size
from tests.isf.files import PLAIN, ramp, written

SIZE = Size(32, 18)


@pytest.fixture(scope="module")
def gl() -> Iterator[moderngl.Context]:
    gl = off_screen_context()
    yield gl
    close_off_screen(gl)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.fs"


def pixels(texture: moderngl.Texture) -> np.ndarray:
    """What is in a texture, the upper row first: H×W×4, bytes or floats."""
    kind = np.float32 if texture.dtype == "f4" else np.uint8
    width, height = texture.size
    return np.frombuffer(texture.read(alignment=1), kind).reshape(height, width, 4)[::-1]


def drawn(gl: moderngl.Context, path: Path, size: Size = SIZE, **given: Any) -> np.ndarray:
    return pixels(Program(gl, read_isf(path)).draw(size, Given(**given)))


def first(gl: moderngl.Context, path: Path, **given: Any) -> list[int]:
    return [int(value) for value in drawn(gl, path, **given)[0, 0]]


def test_a_filter_sees_its_picture_the_right_way_up(gl: moderngl.Context, path: Path) -> None:
    picture = ramp(*SIZE)
    seen = drawn(gl, written(path), pictures={"inputImage": texture_of(gl, picture)})
    assert np.abs(seen.astype(int) - picture).max() <= 1
    body = "void main() { gl_FragColor = vec4(isf_FragNormCoord, gl_FragCoord.y / RENDERSIZE.y, 1.0); }"
    seen = drawn(gl, written(path, body))
    assert seen[0, 0, 1] > 240, "the upper border is at 1"
    assert seen[-1, 0, 1] < 15
    assert np.abs(seen[..., 1].astype(int) - seen[..., 2]).max() <= 1


@pytest.mark.parametrize(
    "look",
    [
        "IMG_PIXEL(inputImage, gl_FragCoord.xy)",
        "IMG_NORM_PIXEL(inputImage, isf_FragNormCoord)",
        "IMG_THIS_PIXEL(inputImage)",
        "IMG_THIS_NORM_PIXEL(inputImage)",
        "texture2D(inputImage, vv_FragNormCoord)",
        "IMG_PIXEL(inputImage, isf_FragNormCoord * IMG_SIZE(inputImage))",
        "IMG_PIXEL(inputImage, isf_FragNormCoord * _inputImage_imgSize)",
        "texture2D(inputImage, isf_FragNormCoord, 0.0)",
    ],
)
def test_every_way_to_look_at_a_picture(gl: moderngl.Context, path: Path, look: str) -> None:
    picture = ramp(*SIZE)
    body = f"void main() {{ gl_FragColor = {look}; }}"
    seen = drawn(gl, written(path, body), pictures={"inputImage": texture_of(gl, picture)})
    assert np.abs(seen.astype(int) - picture).max() <= 1


@pytest.mark.parametrize(
    ("inputs", "value", "shown"),
    [
        ({"TYPE": "float", "MAX": 2}, 0.5, "vec4(given)"),
        ({"TYPE": "bool"}, True, "vec4(given ? 0.5 : 0.0)"),
        ({"TYPE": "long", "VALUES": [3, 8]}, 8, "vec4(given == 8 ? 0.5 : 0.0)"),
        ({"TYPE": "point2D"}, (0.5, 0.25), "vec4(given.x, given.x, given.y * 2.0, 0.5)"),
        ({"TYPE": "color"}, (0.5, 0.5, 0.25, 0.5), "vec4(given.rg, given.b * 2.0, given.a)"),
    ],
)
def test_every_kind_of_value(gl: moderngl.Context, path: Path, inputs: Any, value: Any, shown: str) -> None:
    body = f"void main() {{ gl_FragColor = {shown}; }}"
    written(path, body, [{"NAME": "given", **inputs}])
    assert first(gl, path, values={"given": value}) == pytest.approx([128] * 4, abs=1)
    default = read_isf(path).inputs[0].default
    assert first(gl, path) == first(gl, path, values={"given": default}), "as the file has it at first"


def test_an_event_is_on_in_one_picture(gl: moderngl.Context, path: Path) -> None:
    body = "void main() { gl_FragColor = vec4(hit ? 1.0 : 0.0); }"
    program = Program(gl, read_isf(written(path, body, [{"NAME": "hit", "TYPE": "event"}])))
    states = [False, True, True, False, True, True]
    seen = [pixels(program.draw(SIZE, Given(values={"hit": state})))[0, 0, 0] > 0 for state in states]
    assert seen == [False, True, False, False, True, False]


def test_sounds_are_pictures_of_one_row(gl: moderngl.Context, path: Path) -> None:
    body = "void main() { gl_FragColor = vec4(IMG_NORM_PIXEL(s, vec2(isf_FragNormCoord.x, 0.5)).rgb, 1.0); }"
    written(path, body, [{"NAME": "s", "TYPE": "audioFFT", "MAX": 4}])
    seen = drawn(gl, path, bands=(1.0, 0.0, 0.0, 0.0))[0, :, 0]
    assert seen[0] == 255
    assert seen[-1] == 0
    assert drawn(gl, path)[..., :3].max() == 0, "silence"
    written(path, body, [{"NAME": "s", "TYPE": "audio"}])
    silent, loud = drawn(gl, path)[0, :, 0], drawn(gl, path, bands=(0.9,) * 24)[0, :, 0]
    assert np.ptp(silent) == 0
    assert silent[0] == pytest.approx(128, abs=1)
    assert np.ptp(loud) > 20


def test_time_goes_by_frames(gl: moderngl.Context, path: Path) -> None:
    body = "void main() { gl_FragColor = vec4(TIME, TIMEDELTA, float(FRAMEINDEX), 1.0); }"
    program = Program(gl, read_isf(written(path, body, PASSES=[{"FLOAT": True}])))
    for seconds, passed, index in ((2.0, 0, 0), (2.25, 0.25, 1), (2.75, 0.5, 2)):
        seen = pixels(program.draw(SIZE, Given(seconds=seconds)))[0, 0]
        assert seen.tolist() == [seconds, passed, index, 1]
    program.forget()
    assert pixels(program.draw(SIZE, Given(seconds=9.0)))[0, 0].tolist() == [9, 0, 0, 1]


def test_the_date(gl: moderngl.Context, path: Path) -> None:
    written(path, "void main() { gl_FragColor = DATE; }", PASSES=[{"FLOAT": True}])
    seen = drawn(gl, path, opened=951_782_400.0, seconds=3.0)[0, 0]
    assert seen.tolist() == [2000, 2, 29, 3]


def test_a_float_buffer_that_persists_counts(gl: moderngl.Context, path: Path) -> None:
    body = """
void main() {
    if (PASSINDEX == 0) gl_FragColor = IMG_NORM_PIXEL(sum, vec2(0.5)) + vec4(1000.25, RENDERSIZE, 0.0);
    else gl_FragColor = IMG_NORM_PIXEL(sum, vec2(0.5));
}"""
    passes = [
        {"TARGET": "sum", "PERSISTENT": True, "FLOAT": True, "WIDTH": "$WIDTH/$part", "HEIGHT": "2"},
        {"FLOAT": True},
    ]
    inputs = [{"NAME": "part", "TYPE": "float", "MIN": 1, "MAX": 9, "DEFAULT": 4}]
    program = Program(gl, read_isf(written(path, body, inputs, PASSES=passes)))
    for count in (1, 2, 3):
        seen = pixels(program.draw(SIZE, Given()))[0, 0]
        assert seen.tolist() == [1000.25 * count, 8 * count, 2 * count, 0]
    seen = pixels(program.draw(SIZE, Given(values={"part": 2.0})))[0, 0]
    assert seen.tolist() == [4001, 24 + 16, 8, 0], "what persists goes along with the size"
    program.forget()
    assert pixels(program.draw(SIZE, Given()))[0, 0, 0] == 1000.25


def test_a_pass_sees_what_those_before_it_drew(gl: moderngl.Context, path: Path) -> None:
    body = """
void main() {
    if (PASSINDEX == 0) gl_FragColor = vec4(0.25);
    if (PASSINDEX == 1) gl_FragColor = IMG_THIS_PIXEL(a) * 2.0;
    if (PASSINDEX == 2) gl_FragColor = IMG_THIS_PIXEL(a) + IMG_THIS_PIXEL(b);
}"""
    written(path, body, PASSES=[{"TARGET": "a", "WIDTH": "1"}, {"TARGET": "b"}, {}])
    assert first(gl, path) == pytest.approx([191] * 4, abs=1)


def test_an_imported_picture_is_upright(gl: moderngl.Context, path: Path) -> None:
    picture = ramp(*SIZE)
    Image.fromarray(picture).save(path.with_name("n.png"))
    written(path, "void main() { gl_FragColor = IMG_THIS_PIXEL(n); }", IMPORTED={"n": {"PATH": "n.png"}})
    assert np.abs(drawn(gl, path).astype(int) - picture).max() <= 1


def test_a_vertex_shader_of_its_own(gl: moderngl.Context, path: Path) -> None:
    path.with_suffix(".vs").write_text(
        "varying vec2 half_way;\nvoid main() { isf_vertShaderInit(); half_way = isf_FragNormCoord * 0.5; }"
    )
    written(path, "varying vec2 half_way;\nvoid main() { gl_FragColor = vec4(half_way, 0.0, 1.0); }")
    seen = drawn(gl, path)
    assert seen[0, -1, :2].tolist() == pytest.approx([127, 127], abs=4)


def test_a_transition_goes_from_one_picture_to_the_other(gl: moderngl.Context, path: Path) -> None:
    inputs = [{"NAME": name, "TYPE": "image"} for name in ("startImage", "endImage")]
    body = (
        "void main() { gl_FragColor = mix(IMG_THIS_PIXEL(startImage), IMG_THIS_PIXEL(endImage), progress); }"
    )
    written(path, body, [*inputs, {"NAME": "progress", "TYPE": "float"}])
    pictures = {
        name: texture_of(gl, np.full((2, 2, 4), value, np.uint8))
        for name, value in (("startImage", 40), ("endImage", 200))
    }
    seen = [first(gl, path, pictures=pictures, values={"progress": share})[0] for share in (0.0, 0.5, 1.0)]
    assert seen == pytest.approx([40, 120, 200], abs=1)


def test_an_error_has_the_line_of_the_player_s_file(gl: moderngl.Context, path: Path) -> None:
    written(path, "void main() {\n    gl_FragColor = vec4(nothing);\n}")
    line = path.read_text().splitlines().index("    gl_FragColor = vec4(nothing);") + 1
    with pytest.raises(ShaderError, match=rf"a\.fs: line {line}: .*nothing"):
        Program(gl, read_isf(path))
    written(path, f"#version 120\n{PLAIN}")
    Program(gl, read_isf(path))
    path.with_suffix(".vs").write_text("void main() {\n    isf_vertShaderInit();\n    oops;\n}")
    with pytest.raises(ShaderError, match=r"a\.vs: line 3: .*oops"):
        Program(gl, read_isf(path))


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ({"IMPORTED": {"n": {"PATH": "none.png"}}}, r"a\.fs: line 10: n: .*none\.png: No such file"),
        ({"PASSES": [{"WIDTH": "1/0"}]}, r"a\.fs: the size '1/0' comes to no number"),
        ({"PASSES": [{"WIDTH": "$none"}]}, r"a\.fs: the size '\$none': no input 'none'"),
    ],
)
def test_what_cannot_be_drawn_is_told(gl: moderngl.Context, path: Path, head: Any, words: str) -> None:
    written(path, "void main() { gl_FragColor = vec4(1.0) + 0.0 * IMG_SIZE(inputImage).x; }", **head)
    if "IMPORTED" in head:
        path.write_text(path.read_text().replace("vec4(1.0)", "IMG_THIS_PIXEL(n)"))
    with pytest.raises(ShaderError, match=words):
        drawn(gl, path)


def test_a_huge_buffer_and_a_long_loop_are_drawn(gl: moderngl.Context, path: Path) -> None:
    body = """
void main() {
    float sum = 0.0;
    if (PASSINDEX == 0) gl_FragColor = vec4(1.0);
    else { for (int i = 0; sum < 1e9 && i >= 0; i++) sum += 0.0; gl_FragColor = vec4(1.0); }
}"""
    written(path, body, PASSES=[{"TARGET": "b", "WIDTH": "1e9"}, {"WIDTH": "1", "HEIGHT": "1"}])
    assert first(gl, path) == [255] * 4


def test_a_size_that_changes_leaves_no_buffers_behind(gl: moderngl.Context, path: Path) -> None:
    program = Program(gl, read_isf(written(path, PASSES=[{"TARGET": "b", "PERSISTENT": True}, {}])))
    for width in range(8, 40):
        assert program.draw(Size(width, 9), Given()).size == (width, 9)
        gl.gc()
    assert len(gl.objects) < 16


def test_a_buffer_is_read_upright(gl: moderngl.Context) -> None:
    buffer = Buffer(gl, SIZE)
    assert buffer.read().shape == (*SIZE.shape, 4)
    assert buffer.read().max() == 0
