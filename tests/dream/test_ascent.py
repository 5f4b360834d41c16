from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.dream import ascend
from dreamstream.dream.ascent import octave_sizes
from dreamstream.dream.objectives import L2
from dreamstream.dream.shaping import octave_gain
from dreamstream.errors import DreamError
from dreamstream.nets import Network
from dreamstream.params import Params
from dreamstream.pictures import HOST
from dreamstream.size import Size
from tests.fakes import picture, tiny_net


def value(net: Network, image: np.ndarray, layer: str) -> float:
    return net.input_gradient(image, L2(layer))[1]


class OneGradient(Network):
    """A Network whose gradient is given, to see what a step does with it."""

    engine, device = "fixed", "cpu"

    def __init__(self, gradient: np.ndarray) -> None:
        self.gradient = gradient
        self.seen: list[np.ndarray] = []

    def input_gradient(self, image: np.ndarray, objective: object) -> tuple[np.ndarray, float]:
        self.seen.append(image.copy())
        return HOST.resize(self.gradient, Size.of(image)), 1.0

    def shape(self, size: Size, layer: str) -> tuple[int, ...]:
        raise NotImplementedError

    def prepare(self, size: Size, layers: Sequence[str]) -> bool:
        return True

    def activations(self, image: np.ndarray, layer: str) -> np.ndarray:
        raise NotImplementedError


def test_three_steps_and_the_objective_rose(rng: np.random.Generator) -> None:
    net, image = tiny_net(), picture()
    dreamt = ascend(net, image, L2("conv2"), Params(octaves=1, iterations=3), rng)
    assert value(net, dreamt, "conv2") > value(net, image, "conv2")
    assert dreamt.shape == image.shape
    assert dreamt.min() >= 0
    assert dreamt.max() <= 255


def test_on_the_real_net_the_objective_rises_a_good_deal(lite0: Network, rng: np.random.Generator) -> None:
    image = picture(96, 160)
    dreamt = ascend(lite0, image, L2("block9"), Params(octaves=3, iterations=5), rng)
    assert value(lite0, dreamt, "block9") > 1.5 * value(lite0, image, "block9")


def test_a_step_moves_by_step_over_the_mean_gradient(rng: np.random.Generator) -> None:
    gradient = np.random.default_rng(0).normal(size=(40, 40, 3)).astype(np.float32)
    image = np.full((40, 40, 3), 128, np.float32)
    params = Params(octaves=1, iterations=1, step=1.5, jitter=0, smooth=0)
    moved = ascend(OneGradient(gradient), image, L2("x"), params, rng) - image
    assert np.abs(moved).mean() == pytest.approx(1.5, rel=1e-4)
    assert np.allclose(moved, gradient * 1.5 / np.abs(gradient).mean(), atol=1e-3)


def test_smoothing_keeps_the_step_and_moves_it_to_larger_scales(rng: np.random.Generator) -> None:
    fine = np.random.default_rng(0).normal(size=(64, 64, 3)).astype(np.float32)
    image = np.full((64, 64, 3), 128, np.float32)
    moves = []
    for smooth in (0.0, 0.5, 1.0):
        params = Params(octaves=1, iterations=1, step=1.5, jitter=0, smooth=smooth)
        moves.append(ascend(OneGradient(fine), image, L2("x"), params, rng) - image)
    assert all(np.abs(move).mean() == pytest.approx(1.5, rel=1e-3) for move in moves)
    large = [np.abs(HOST.resize(HOST.resize(move, Size(16, 16)), Size(64, 64))).mean() for move in moves]
    assert large[0] < 0.8 * large[1] < 0.8 * large[2]


def test_octaves_share_the_steps_as_the_tilt_wants(rng: np.random.Generator) -> None:
    image = np.full((96, 128, 3), 128, np.float32)
    fields = []
    for tilt in (0.0, 1.0):
        params = Params(octaves=3, iterations=1, step=1.0, jitter=0, smooth=0, octave_tilt=tilt)
        fields.append(ascend(OneGradient(np.ones_like(image)), image, L2("x"), params, rng) - image)
    assert np.allclose(fields[0], fields[1], atol=1e-3)  # three even steps, however they are shared out
    gains = [octave_gain(Params(octave_tilt=1.0), octave, 3) for octave in range(3)]
    assert gains == pytest.approx([0.5 / 3.5 * 3, 1 / 3.5 * 3, 2 / 3.5 * 3])
    assert octave_gain(Params(octave_tilt=2.0), 0, 1) == 1


def test_without_any_scale_no_step_is_taken(rng: np.random.Generator) -> None:
    image = picture(40, 40)
    params = Params(octaves=1, iterations=1, jitter=0, scales=(0.0,))
    fine = np.random.default_rng(0).normal(size=(40, 40, 3)).astype(np.float32)
    assert np.array_equal(ascend(OneGradient(fine), image, L2("x"), params, rng), image)


def test_jitter_rolls_before_and_rolls_back_after(rng: np.random.Generator) -> None:
    image, params = picture(40, 40), Params(octaves=1, iterations=8, step=0, jitter=5)
    net = OneGradient(np.ones_like(image))
    assert np.array_equal(ascend(net, image, L2("x"), params, rng), image)
    shifts = {
        (dy, dx)
        for seen in net.seen
        for dy in range(-5, 6)
        for dx in range(-5, 6)
        if np.array_equal(seen, np.roll(image, (dy, dx), (0, 1)))
    }
    assert len(shifts) > 3


def test_details_of_small_octaves_are_carried_up(rng: np.random.Generator) -> None:
    image = picture(128, 128)
    params = Params(octaves=3, octave_scale=2, iterations=1, step=0)
    net = OneGradient(np.ones((128, 128, 3), np.float32))
    same = ascend(net, image, L2("x"), params, rng)
    assert [seen.shape[0] for seen in net.seen] == [32, 64, 128]
    assert np.allclose(same, image, atol=1e-3), "with no step the picture stays what it is"


@pytest.mark.parametrize("bad", [0.0, np.nan, np.inf])
def test_an_empty_or_broken_gradient_is_an_error(bad: float, rng: np.random.Generator) -> None:
    net = OneGradient(np.full((40, 40, 3), bad, np.float32))
    with pytest.raises(DreamError, match="gradient of x is"):
        ascend(net, picture(40, 40), L2("x"), Params(), rng)


def test_a_check_can_end_a_long_dream_early(rng: np.random.Generator) -> None:
    class EnoughError(Exception):
        pass

    def check() -> None:
        if len(net.seen) == 3:
            raise EnoughError

    net = OneGradient(np.ones((40, 40, 3), np.float32))
    with pytest.raises(EnoughError):
        ascend(net, picture(40, 40), L2("x"), Params(iterations=100), rng, check)


def test_octaves_shrink_by_the_scale_and_stop_before_nothing_is_left() -> None:
    assert octave_sizes(Size(448, 252), 3, 1.4) == [(448, 252), (320, 180), (229, 129)]
    assert octave_sizes(Size(96, 64), 8, 2.0) == [(96, 64), (48, 32)]
    assert octave_sizes(Size(32, 32), 4, 1.4) == [(32, 32)]


def test_a_smaller_largest_octave_is_enlarged_onto_the_whole_canvas(rng: np.random.Generator) -> None:
    image = picture(90, 130)
    net = OneGradient(np.random.default_rng(0).normal(size=(90, 130, 3)).astype(np.float32))
    params = Params(octaves=1, iterations=2, jitter=0)
    dreamt = ascend(net, image, L2("x"), params, rng, scale=0.707)
    assert [seen.shape[:2] for seen in net.seen] == [(64, 92), (64, 92)]
    assert dreamt.shape == image.shape
    assert dreamt.min() >= 0
    assert dreamt.max() <= 255
    details = HOST.resize(net.seen[1] - net.seen[0], Size(130, 90))  # of the first of two steps
    assert np.corrcoef((dreamt - image).ravel(), details.ravel())[0, 1] > 0.8
    still = ascend(net, image, L2("x"), params.model_copy(update={"step": 0.0}), rng, scale=0.707)
    assert np.allclose(still, image, atol=1e-3), "what is not dreamt at keeps all its detail"


def test_at_any_scale_the_objective_rises_on_the_whole_canvas(rng: np.random.Generator) -> None:
    net, image, params = tiny_net(), picture(120, 160), Params(octaves=1, iterations=3)
    before = value(net, image, "conv2")
    rises = [
        value(net, ascend(net, image, L2("conv2"), params, rng, scale=s), "conv2") for s in (1, 0.707, 0.5)
    ]
    assert rises[0] > rises[1] > before
    assert rises[2] > before


def test_the_same_generator_gives_the_same_dream() -> None:
    net, image = tiny_net(), picture()
    first, second = (ascend(net, image, L2("conv2"), Params(), np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first, second)


@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.tuples(st.integers(-300, 300), st.integers(-300, 300)),
)
def test_rolling_back_is_numpys_roll_within_the_range(
    shape: tuple[int, int], offset: tuple[int, int]
) -> None:
    picture = np.random.default_rng(0).normal(128, 120, (*shape, 3)).astype(np.float32)
    rolled = HOST.roll(picture, offset, clip=True)
    assert np.array_equal(rolled, np.roll(np.clip(picture, 0, 255), offset, (0, 1)))


def test_the_networks_gradient_and_the_canvas_are_left_alone(rng: np.random.Generator) -> None:
    """An engine may give out a buffer of its own."""
    gradient, canvas = rng.normal(size=(48, 64, 3)).astype(np.float32), picture()
    net, before = OneGradient(gradient), (gradient.copy(), canvas.copy())
    ascend(net, canvas, L2("x"), Params(octaves=1, iterations=3), rng)
    assert np.array_equal(gradient, before[0])
    assert np.array_equal(canvas, before[1])


def test_a_gradient_of_planes_moves_the_picture_as_one_of_pixels_does() -> None:
    pixels = np.random.default_rng(0).normal(size=(48, 64, 3)).astype(np.float32)
    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1)).transpose(1, 2, 0)
    assert not planes.flags.c_contiguous
    params = Params(octaves=1)
    moved, as_planes = (
        ascend(OneGradient(gradient), picture(), L2("x"), params, np.random.default_rng(5))
        for gradient in (pixels, planes)
    )
    assert np.array_equal(moved, as_planes)
