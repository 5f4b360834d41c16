"""Where it dreams: weights in every shape, and what a dream does under them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.dream import Motion, Painter, ascend
from dreamstream.dream.objectives import L2
from dreamstream.dream.tile_memory import TileMemory
from dreamstream.nets import Network
from dreamstream.params import PAINTS, Params
from dreamstream.size import Size
from dreamstream.sources import open_source
from tests.fakes import picture, tiny_net
from tests.isf.files import written

SIZE = Size(96, 64)
HARD = {"paint_soft": 0.0}


def painted(params: Params, size: Size = SIZE, motion: Motion | None = None) -> np.ndarray:
    """Return the weights (H×W) of a frame on a canvas of the size."""
    canvas = np.zeros((*size.shape, 3), np.float32)
    weights = Painter(picture(40, 60)).weights(params, motion, canvas)
    assert weights is not None
    found = weights(size)
    assert found.shape == (*size.shape, 3)
    assert (found == found[..., :1]).all()
    return np.asarray(found[..., 0])


@given(
    st.sampled_from([name for name in PAINTS if name not in ("none", "motion")]),
    *(st.floats(0, 1) for _ in range(4)),
    st.floats(0.01, 1),
    st.tuples(st.integers(32, 300), st.integers(32, 300)),
)
def test_a_weight_is_from_what_is_left_elsewhere_to_one(
    paint: str, size: float, soft: float, x: float, y: float, share: float, sides: tuple[int, int]
) -> None:
    params = Params(paint=paint, paint_size=size, paint_soft=soft, paint_x=x, paint_y=y, paint_share=share)
    weights = painted(params, Size(*sides))
    assert weights.min() >= 1 - share - 1e-5
    assert weights.max() <= 1 + 1e-5


@pytest.mark.parametrize(
    ("paint", "lit", "dark"),
    [
        ("left", (32, 10), (32, 85)),
        ("right", (32, 85), (32, 10)),
        ("top", (5, 48), (60, 48)),
        ("bottom", (60, 48), (5, 48)),
        ("centre", (32, 48), (2, 2)),
        ("border", (2, 2), (32, 48)),
        ("mouse", (50, 80), (10, 10)),
    ],
)
def test_each_shape_is_where_its_name_says(paint: str, lit: tuple[int, int], dark: tuple[int, int]) -> None:
    weights = painted(Params(paint=paint, paint_x=0.83, paint_y=0.78))
    assert weights[lit] > 0.9
    assert weights[dark] < 0.1


def test_size_and_softness_are_those_of_the_shape() -> None:
    small, large = (painted(Params(paint="centre", paint_size=size, **HARD)) for size in (0.2, 0.6))
    assert 0 < small.mean() < large.mean() / 4
    hard, soft = (painted(Params(paint="left", paint_soft=soft))[32] for soft in (0.0, 1.0))
    between = [((each > 0.05) & (each < 0.95)).sum() for each in (hard, soft)]
    assert between[0] <= 4
    assert between[1] > 60
    assert hard[:44].min() > 0.99
    assert hard[52:].max() < 0.01


def test_a_mask_s_luma_is_the_weight_where_it_covers_the_canvas() -> None:
    mask = np.zeros((64, 200, 3), np.float32)  # wider than the canvas: its middle is what is seen
    mask[:, :100], mask[:, 100:] = 255, (0, 128, 0)
    weights = Painter(mask).weights(Params(paint="mask"), None, np.zeros((64, 96, 3), np.float32))
    assert weights is not None
    found = weights(SIZE)[..., 0]
    assert np.allclose(found[:, :44], 1, atol=0.01)
    assert np.allclose(found[:, 52:], 0.587 * 128 / 255, atol=0.01)


def test_a_generator_gives_a_mask_for_each_frame_by_its_number(tmp_path: Path) -> None:
    body = "void main() { gl_FragColor = vec4(vec3(step(isf_FragNormCoord.x, TIME) * light), 1.0); }"
    inputs = [{"NAME": "light", "TYPE": "float", "DEFAULT": 1}]
    mask = open_source(f"isf:{written(tmp_path / 'sweep.fs', body, inputs)}", SIZE, 1)
    painter, canvas, params = Painter(mask), np.zeros((*SIZE.shape, 3), np.float32), Params(paint="mask")
    lit = []
    for frame in (6, 15, 15, 24, 6):
        weights = painter.weights(params, None, canvas, frame)
        assert weights is not None
        lit.append(weights(SIZE)[..., 0].mean())
    assert lit == pytest.approx([0.2, 0.5, 0.5, 0.8, 0.2], abs=0.02)
    assert painter.weights(params, None, canvas, 6) is weights, "a frame that is tried again"
    mask.close()


def test_a_mask_that_fails_is_said_and_all_is_dreamt(tmp_path: Path) -> None:
    path = written(tmp_path / "bad.fs", "void main() {}", [], PASSES=[{"WIDTH": "1/0"}])
    mask = open_source(f"isf:{path}", SIZE, 1)
    painter = Painter(mask)
    assert painter.weights(Params(paint="mask"), None, picture(48, 64), 1) is None
    assert "bad.fs: the size '1/0' comes to no number" in painter.message
    mask.close()


def test_without_paint_nothing_is_multiplied_and_what_stands_still_moves_nothing() -> None:
    painter, canvas = Painter(), picture(48, 64)
    assert painter.weights(Params(), None, canvas) is None
    assert painter.weights(Params(paint="left", paint_share=0), None, canvas) is None
    assert not painter.message
    assert painter.weights(Params(paint="motion"), None, canvas) is None
    assert "no film or camera" in painter.message


def test_weights_are_made_once_for_as_long_as_nothing_changes() -> None:
    painter, canvas, params = Painter(), picture(48, 64), Params(paint="centre")
    first = painter.weights(params, None, canvas)
    assert first is not None
    again = painter.weights(params.model_copy(update={"step": 3.0}), None, canvas)
    assert again is first
    assert first(Size(64, 48)) is first(Size(64, 48))
    assert painter.weights(params.model_copy(update={"paint_size": 0.3}), None, canvas) is not first


@pytest.mark.parametrize("tiles", [1, 2])
def test_where_nothing_is_painted_no_pixel_changes(tiles: int) -> None:
    net, image = tiny_net(), picture(*SIZE.shape)
    params = Params(octaves=2, iterations=2, step=4, paint="left", **HARD)
    weights = Painter().weights(params, None, image)
    rng = np.random.default_rng(1)
    dreamt = ascend(net, image, L2("conv2"), params, rng, memory=TileMemory(tiles, SIZE), paint=weights)
    changed = np.abs(dreamt - image).max(axis=2)
    assert changed[:, 54:].max() == 0
    assert (changed[:, :42] > 0).mean() > 0.99


def test_where_all_is_painted_a_step_is_as_large_as_without() -> None:
    net, image = tiny_net(), picture(*SIZE.shape)
    params = Params(octaves=1, iterations=1, paint="left", **HARD)
    weights = Painter().weights(params, None, image)
    plain, half = (
        ascend(net, image, L2("conv2"), params, np.random.default_rng(1), paint=paint)
        for paint in (None, weights)
    )
    assert np.array_equal(plain[:, :42], half[:, :42])


def test_on_the_real_net_the_layer_rises_where_it_is_painted(lite0: Network) -> None:
    image = picture(96, 160)
    params = Params(octaves=2, iterations=4, paint="right", **HARD)
    weights = Painter().weights(params, None, image)
    dreamt = ascend(lite0, image, L2("block9"), params, np.random.default_rng(1), paint=weights)
    before, after = ((lite0.activations(each, "block9") ** 2).sum(axis=0) for each in (image, dreamt))
    columns = before.shape[1] // 4  # those whose surroundings are not painted, and are
    assert after[:, -columns:].sum() > 1.5 * before[:, -columns:].sum()
    assert after[:, :columns].sum() < 1.2 * before[:, :columns].sum()
