import cmath
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms import TRANSFORMS, Affine, Field, Tick, distort
from tests.fakes import picture

SIZE = WIDTH, HEIGHT = Size(72, 54)


def folded(canvas: np.ndarray, name: str, **params: object) -> np.ndarray:
    return distort(canvas, Params(transform=name, **params), Tick.of(0, 1))[1]


@pytest.mark.parametrize(("mirrors", "axes"), [(1, (1,)), (2, (0,)), (3, (0, 1))])
def test_mirrored_halves_and_quarters_are_alike(mirrors: int, axes: tuple[int, ...]) -> None:
    canvas = folded(picture(HEIGHT, WIDTH), "mirror", mirrors=mirrors)
    for axis in range(2):
        same = np.abs(canvas - np.flip(canvas, axis)).max() < 0.05
        assert same == (axis in axes)


@given(st.sampled_from([0.25, 0.5, 1.0, 2.0]))
def test_a_mirror_s_line_comes_in_from_the_border(amount: float) -> None:
    canvas, columns = picture(HEIGHT, WIDTH), np.arange(WIDTH)
    kept = WIDTH - round(min(amount, 1) * WIDTH / 2)
    right = folded(canvas, "mirror", amount=amount, stretch=0)
    assert np.allclose(right, canvas[:, np.minimum(columns, 2 * kept - 1 - columns)], atol=1e-3)
    left = folded(canvas[:, ::-1], "mirror", amount=-amount, stretch=0)
    assert np.allclose(left[:, ::-1], right, atol=1e-3)


@pytest.mark.parametrize("sectors", [2, 4])
def test_a_kaleidoscope_is_the_same_when_it_is_turned_or_mirrored(sectors: int) -> None:
    canvas = folded(picture(64, 64), "kaleidoscope", sectors=sectors)[1:, 1:]  # the centre is (32, 32)
    turned = np.rot90(canvas, 4 // sectors)
    assert np.abs(turned - canvas)[3:-3, 3:-3].max() < 0.1
    assert np.abs(canvas[::-1] - canvas)[3:-3, 3:-3].max() < 0.1
    assert np.abs(canvas - folded(picture(64, 64), "none")[1:, 1:]).max() > 5


@given(st.integers(1, 12), st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))
def test_a_kaleidoscope_reads_its_own_sector_alone(sectors: int, x: int, y: int) -> None:
    make = TRANSFORMS["kaleidoscope"].warp
    assert make is not None
    warp = make(SIZE, Params(sectors=sectors, zoom=0), Tick.of(0, 1))
    assert isinstance(warp, Field)
    p = complex(x - WIDTH / 2, y - HEIGHT / 2)
    q = p + complex(*warp.vectors[y, x])
    wide = math.pi / sectors
    angle = cmath.phase(p) % (2 * wide)  # a sector and its mirror image
    expected = cmath.rect(abs(p), angle if angle <= wide else 2 * wide - angle)
    assert abs(q - expected) < 1e-3


@pytest.mark.parametrize(
    ("name", "still"), [("mirror", {"stretch": 0, "mirrors": 3}), ("kaleidoscope", {"zoom": 0, "sectors": 2})]
)
def test_what_is_folded_already_stays(name: str, still: dict[str, object]) -> None:
    once = folded(picture(64, 64), name, **still)
    twice = folded(once, name, **still)
    assert np.abs(twice - once)[2:, 2:].max() < 0.1


@given(
    st.sampled_from(["mirror", "kaleidoscope", "mirror+zoom", "rotate+kaleidoscope:0.5"]), st.floats(0, 0.99)
)
def test_between_two_frames_a_fold_is_its_small_motion(name: str, t: float) -> None:
    motion, _ = distort(picture(HEIGHT, WIDTH), Params(transform=name), Tick.of(0, 1))
    part = motion.part(t)
    assert isinstance(part, Affine)
    corners = np.array([[0, WIDTH, 0, WIDTH], [0, 0, HEIGHT, HEIGHT], [1, 1, 1, 1]])
    assert np.abs(part.matrix @ corners - corners[:2]).max() < 4  # pixels
