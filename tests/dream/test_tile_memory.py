from itertools import pairwise

import numpy as np
import pytest

from dreamstream.dream import ascend
from dreamstream.dream.objectives import L2, Channels, Sum
from dreamstream.dream.tile_memory import Remembered, TileMemory, _goal
from dreamstream.errors import DreamError
from dreamstream.nets import Image, Network, Objective
from dreamstream.nets.tiles import window_size
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms import IDENTITY, Affine
from tests.fakes import picture, tiny_net

SIZE = Size(160, 120)
ONE = L2("conv2")


class Watched(Network):
    """The tiny net, and the sizes of the pictures that it was given."""

    engine, device = "watched", "cpu"

    def __init__(self) -> None:
        self._net = tiny_net()
        super().__init__(self._net.spec, self._net.preprocessing)
        self.sizes: list[Size] = []

    def input_gradient(self, image: Image, objective: Objective) -> tuple[Image, float]:
        self.sizes.append(Size.of(image))
        return self._net.input_gradient(image, objective)

    def activations(self, image: Image, layer: str) -> Image:
        return self._net.activations(image, layer)


def later(memory: TileMemory, n: int) -> TileMemory:
    return TileMemory(n, SIZE, IDENTITY, memory.remembered)


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def test_a_field_begins_with_every_tile_and_goes_on_with_one_a_step(rng: np.random.Generator) -> None:
    net, image, memory = Watched(), picture(*SIZE.shape), TileMemory(3, SIZE, IDENTITY, {})
    for _ in range(5):
        memory.gradient(net, image, ONE, 3, rng)
        memory = later(memory, 3)
    assert net.sizes == [window_size(SIZE, 3)] * (9 + 4)


def test_the_field_is_the_gradient_at_first_and_after_each_tile_was_new(rng: np.random.Generator) -> None:
    net, first, second = tiny_net(), picture(*SIZE.shape), picture(*SIZE.shape, seed=2)
    memory = TileMemory(2, SIZE, IDENTITY, {})
    wholes = [net.input_gradient(image, ONE)[0] for image in (first, second)]
    assert correlation(memory.gradient(net, first, ONE, 2, rng), wholes[0]) > 0.95
    likeness = []
    for _ in range(4):
        memory = later(memory, 2)
        likeness.append(correlation(memory.gradient(net, second, ONE, 2, rng), wholes[1]))
    assert all(after > before for before, after in pairwise(likeness))
    assert likeness[0] < 0.5
    assert likeness[-1] > 0.85


def test_the_field_moves_as_the_canvas_does(rng: np.random.Generator) -> None:
    image, across = picture(*SIZE.shape), Affine(np.array([[1.0, 0, -6], [0, 1.0, 0]]))
    known = rng.normal(size=image.shape).astype(np.float32)
    memory = TileMemory(4, SIZE, across, {SIZE: Remembered(known, _goal(ONE), (0,))})
    field = memory.gradient(tiny_net(), image, ONE, 4, rng)
    assert np.array_equal(field[60:90, 60:130], np.roll(known, 6, axis=1)[60:90, 60:130]), (
        "but where a tile is new"
    )
    assert not np.array_equal(field[:20, :20], np.roll(known, 6, axis=1)[:20, :20])
    assert memory.remembered[SIZE].queue == ()


@pytest.mark.parametrize(
    ("size", "objective", "anew"),
    [
        (SIZE, L2("conv1"), True),
        (Size(128, 96), ONE, True),
        (SIZE, Channels("conv2", (1,)), True),
        (SIZE, Sum(((1.0, ONE), (1.0, L2("conv1")))), True),
        (SIZE, L2("conv2", 0.3), False),
    ],
)
def test_another_goal_or_size_begins_anew(
    size: Size, objective: Objective, anew: bool, rng: np.random.Generator
) -> None:
    net, memory = Watched(), TileMemory(2, SIZE, IDENTITY, {})
    memory.gradient(net, picture(*SIZE.shape), ONE, 2, rng)
    later(memory, 2).gradient(net, picture(*size.shape), objective, 2, rng)
    assert len(net.sizes) == (8 if anew else 5)


def test_the_share_of_a_mixed_dream_may_ease(rng: np.random.Generator) -> None:
    net, memory = Watched(), TileMemory(2, SIZE, IDENTITY, {})
    for share in (0.1, 0.2, 0.3):
        mixed = Sum(((share, Channels("conv2", (1,))), (1 - share, L2("conv1"))))
        memory.gradient(net, picture(*SIZE.shape), mixed, 2, rng)
        memory = later(memory, 2)
    assert len(net.sizes) == 4 + 2


def test_smaller_octaves_have_fewer_tiles_and_all_are_forgotten_that_are_not_climbed(
    rng: np.random.Generator,
) -> None:
    net, image, params = Watched(), picture(*SIZE.shape), Params(octaves=2, octave_scale=2, jitter=0)
    memory = TileMemory(3, SIZE, IDENTITY, {})
    ascend(net, image, ONE, params, rng, memory=memory)
    small = Size(80, 60)
    assert net.sizes == [window_size(small, 2)] * 4 + [window_size(SIZE, 3)] * 9
    assert set(memory.remembered) == {SIZE, small}
    memory = TileMemory(2, SIZE, IDENTITY, memory.remembered)
    ascend(net, image, ONE, params, rng, memory=memory)
    assert net.sizes[13:] == [small, window_size(SIZE, 2)]
    assert set(memory.remembered) == {SIZE}


def test_a_step_along_the_field_lets_the_objective_rise(rng: np.random.Generator) -> None:
    net, image = tiny_net(), picture(*SIZE.shape)
    value = net.input_gradient(image, ONE)[1]
    memory = TileMemory(2, SIZE, IDENTITY, {})
    for _ in range(3):
        image = ascend(net, image, ONE, Params(octaves=1), rng, memory=memory)
        memory = later(memory, 2)
        before, value = value, net.input_gradient(image, ONE)[1]
        assert value > before


def test_what_is_known_before_a_frame_stays_as_it_was(rng: np.random.Generator) -> None:
    image, known = picture(*SIZE.shape), rng.normal(size=(*SIZE.shape, 3)).astype(np.float32)
    fields = {SIZE: Remembered(known.copy(), _goal(ONE))}
    TileMemory(2, SIZE, IDENTITY, fields).gradient(tiny_net(), image, ONE, 2, rng)
    assert np.array_equal(fields[SIZE].gradient, known)
    assert fields[SIZE].queue == ()


def test_what_is_not_a_number_is_an_error(rng: np.random.Generator) -> None:
    class Broken(Watched):
        def input_gradient(self, image: Image, objective: Objective) -> tuple[Image, float]:
            return np.full_like(image, np.nan), 0.0

    with pytest.raises(DreamError, match="conv2 is not a number"):
        ascend(Broken(), picture(*SIZE.shape), ONE, Params(), rng, memory=TileMemory(2, SIZE, IDENTITY, {}))
