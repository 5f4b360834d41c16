"""What objectives do to a picture, as the net itself sees it: the tiny one, and the default one."""

import numpy as np
import pytest

from dreamstream.dream import Goal, ascend
from dreamstream.nets import Image, Network
from dreamstream.params import Params
from dreamstream.size import Size
from tests.fakes import picture, tiny_net

CANVAS = picture(96, 160)


def dreamt(net: Network, params: Params, frames: int, canvas: Image = CANVAS) -> Image:
    """Return the canvas after so many dreams."""
    goal, rng = Goal(net), np.random.default_rng(0)
    for _ in range(frames):
        canvas = ascend(net, canvas, goal.at_octaves(params, canvas), params, rng)
    return canvas


def means(net: Network, image: Image, layer: str) -> np.ndarray:
    """Return each channel's mean, in deviations of the whole layer."""
    blob = net.activations(image, layer).astype(np.float64)
    found: np.ndarray = blob.mean((1, 2)) / blob.std()
    return found


@pytest.mark.parametrize("focus", [0.0, 2.0])
@pytest.mark.parametrize("direction", ["3", "3:-1"])
def test_a_direction_rises_in_the_tiny_net(direction: str, focus: float) -> None:
    net, params = tiny_net(), Params(layer="conv2", direction=direction, focus=focus, step=1)
    moved = means(net, dreamt(net, params, 20), "conv2") - means(net, CANVAS, "conv2")
    assert moved @ vector(net, params) > 0.2
    assert np.abs(moved).argmax() == 3


@pytest.mark.parametrize("direction", ["12", "12+40:0.5", "12:-1"])
def test_a_direction_rises_in_the_default_net_and_others_do_not(lite0: Network, direction: str) -> None:
    params = Params(layer="block9", direction=direction)
    along = vector(lite0, params)
    moved = means(lite0, dreamt(lite0, params, 10), "block9") - means(lite0, CANVAS, "block9")
    assert moved @ along > 1
    assert moved @ along > 4 * np.median(np.abs(moved[along == 0]))


def vector(net: Network, params: Params) -> np.ndarray:
    objective = Goal(net).at_octaves(params, CANVAS)(Size.of(CANVAS))
    found: np.ndarray = objective.vector  # type: ignore[attr-defined]
    return found
