"""Transforms of a person's own: what a file may hold, and what becomes of one that fails."""

import re
from pathlib import Path

import numpy as np
import pytest

from dreamstream.errors import TransformError
from dreamstream.knobs import links_of
from dreamstream.params import Params
from dreamstream.transforms import (
    IDENTITY,
    TRANSFORMS,
    Affine,
    Field,
    Tick,
    Transform,
    Warp,
    distort,
)
from dreamstream.transforms.own import own_transforms
from tests.fakes import picture

GUIDE = Path(__file__).parents[2] / "docs" / "transforms.md"
FAILING = {
    "raises": ("def raises(canvas):\n    return canvas / {}\n", "line 2: TypeError: unsupported operand"),
    "shape": (
        "def shape(canvas):\n    return canvas[1:]\n",
        "it gave 47x64x3; the canvas's 48x64x3 is needed",
    ),
    "nan": ("def nan(canvas):\n    return canvas * float('nan')\n", "numbers that are none"),
    "text": ("def text(canvas):\n    return 'a picture'\n", "ValueError: could not convert string"),
    "quits": ("def quits(canvas):\n    raise SystemExit(3)\n", "line 2: SystemExit: 3"),
    "nothing": ("def nothing(size):\n    pass\n", "it gave 2; 2x3 or 48x64x2 is needed"),
    "matrix": ("def matrix2(size):\n    return [[1, 0], [0, 1]]\n", "it gave 2x2; 2x3 or 48x64x2 is needed"),
}


def of(tmp_path: Path, text: str) -> dict[str, Transform]:
    path = tmp_path / "my.py"
    path.write_text(text)
    return own_transforms(path, TRANSFORMS)


def made(transforms: dict[str, Transform], canvas: np.ndarray, params: Params) -> tuple[Warp, np.ndarray]:
    links = links_of("+".join(transforms))
    return distort(canvas, params, Tick.of(1, 1), links, {**TRANSFORMS, **transforms})


def test_the_guide_s_example_is_played(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    transforms = of(tmp_path, example)
    assert transforms["brighter-rows"].help == "every second row a little brighter"
    canvas = picture()
    before = canvas.copy()
    warp, result = made(transforms, canvas, Params(amount=0.5))
    assert warp is IDENTITY
    assert np.array_equal(result[::2], np.minimum(before[::2] + 4, 255))
    assert np.array_equal(result[1::2], before[1::2])
    assert np.array_equal(canvas, before)


def test_a_canvas_that_is_written_to_needs_not_be_returned(tmp_path: Path) -> None:
    canvas = picture()
    _, result = made(of(tmp_path, "def dark(canvas):\n    canvas[:] = 3\n"), canvas, Params())
    assert (result == 3).all()
    assert np.array_equal(canvas, picture())


def test_light_beyond_white_and_below_black_is_cut(tmp_path: Path) -> None:
    text = "def glare(canvas):\n    canvas[:9] *= 1e30\n    canvas[9:] -= 1e30\n"
    transforms = of(tmp_path, text)
    _, result = made(transforms, picture(), Params())
    assert (result[:9] == 255).all()
    assert (result[9:] == 0).all()
    assert transforms["glare"].fault() == ""


def test_a_warp_is_a_matrix_or_displacements(tmp_path: Path) -> None:
    text = "def left(size):\n    return [[1, 0, 5], [0, 1, 0]]\n"
    warp, result = made(of(tmp_path, text), picture(), Params())
    assert isinstance(warp, Affine)
    assert np.allclose(result[:, :-6], picture()[:, 5:-1], atol=1e-3)
    text = "import numpy as np\ndef up(size, params, tick):\n    return np.full((*size, 2), tick.index)\n"
    warp, _ = made(of(tmp_path, text), picture(), Params())
    assert isinstance(warp, Field)
    assert (warp.vectors == 1).all()


@pytest.mark.parametrize("name", FAILING)
def test_one_that_fails_is_off_and_says_why(tmp_path: Path, name: str) -> None:
    text, words = FAILING[name]
    transforms = of(tmp_path, text)
    (own,) = transforms.values()
    assert own.fault() == ""
    for _ in range(2):
        warp, result = made(transforms, picture(), Params())
        assert warp is IDENTITY
        assert np.array_equal(result, picture())
    assert words in own.fault()
    assert "my.py" in own.fault()
    assert "\n" not in own.fault()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def zoom(canvas):\n    return canvas\n", "there is a transform 'zoom' already"),
        ("def f(:\n", "line 1: invalid syntax"),
        ("1 / 0\n", "line 1: ZeroDivisionError: division by zero"),
        ("import sys; sys.exit(3)\n", "line 1: SystemExit: 3"),
        ("from math import sin\n_helper = 3\n", "no functions; one for each transform is needed"),
        (
            "def f(picture):\n    return picture\n",
            "'f' takes (picture); needed is (canvas, params, tick)",
        ),
        ("def f(canvas, a, b, c):\n    return canvas\n", "'f' takes (canvas, a, b, c)"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(TransformError) as caught:
        of(tmp_path, text)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "my.py"))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(TransformError, match="No such file or directory"):
        own_transforms(tmp_path / "none.py", TRANSFORMS)
