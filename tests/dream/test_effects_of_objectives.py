"""What objectives do to a picture, as the net itself sees it: the tiny one, and the default one."""

from typing import Any

import numpy as np
import pytest

from dreamstream.dream import Goal, ascend
from dreamstream.dreamer import Dreamer
from dreamstream.nets import Image, Network
from dreamstream.params import Params, ParamStore
from dreamstream.size import Size
from tests.fakes import picture, still, tiny_net

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
    net, alone = tiny_net(), {"direction": direction, "direction_share": 1}
    params = Params(layer="conv2", focus=focus, step=1, **alone)
    moved = means(net, dreamt(net, params, 20), "conv2") - means(net, CANVAS, "conv2")
    assert moved @ vector(net, params) > 0.2
    assert np.abs(moved).argmax() == 3


@pytest.mark.parametrize("direction", ["12", "12+40:0.5", "12:-1"])
def test_a_direction_rises_in_the_default_net_and_others_do_not(lite0: Network, direction: str) -> None:
    params = Params(layer="block9", direction=direction, direction_share=1)
    along = vector(lite0, params)
    moved = means(lite0, dreamt(lite0, params, 10), "block9") - means(lite0, CANVAS, "block9")
    assert moved @ along > 1
    assert moved @ along > 4 * np.median(np.abs(moved[along == 0]))


def shares(net: Network, image: Image, layer: str) -> np.ndarray:
    """Return each channel's share of the layer's power."""
    blob = net.activations(image, layer)
    power = (blob * blob).mean((1, 2))
    return np.asarray(power / power.sum())


def test_what_is_picked_grows_louder(lite0: Network) -> None:
    order = shares(lite0, CANVAS, "block9").argsort()
    groups = {"weak": order[:16], "average": order[48:64], "strong": order[-16:]}
    after = {}
    for pick in groups:
        params = Params(layer="block9", pick=pick, pick_count=16)
        after[pick] = shares(lite0, dreamt(lite0, params, 3), "block9")
    for pick, other in (("weak", "strong"), ("average", "weak"), ("strong", "weak")):
        assert after[pick][groups[pick]].sum() > 1.1 * after[other][groups[pick]].sum()


def test_fatigue_takes_a_fifth_of_their_power_from_the_loudest_channels(lite0: Network) -> None:
    def shown(**more: float) -> np.ndarray:
        """Return the channels' shares in each frame."""
        params = Params(layer="block9", octaves=1, transform="none", fatigue_time=1, **more)
        dreamer = Dreamer(ParamStore(params), [still(64, 96)], lite0, 1)
        frames = (dreamer.step().pixels.astype(np.float32) for _ in range(50))
        return np.array([shares(lite0, frame, "block9") for frame in frames])

    plain, tiring = shown(), shown(fatigue=1)
    loud = plain[5:15].mean(0).argsort()[-16:]
    assert tiring[30:, loud].sum() < 0.8 * plain[30:, loud].sum()


@pytest.mark.parametrize("asked", [{"channels": (12, 40)}, {"direction": "12+40:-1", "direction_share": 1.0}])
def test_what_is_asked_for_gives_way_to_fatigue_once_it_was_seen(
    lite0: Network, asked: dict[str, Any]
) -> None:
    def shown(**more: float) -> np.ndarray:
        """Return the share of what is asked for in each frame."""
        params = Params(layer="block9", octaves=1, transform="none", **asked, **more)
        dreamer = Dreamer(ParamStore(params), [still(64, 96)], lite0, 1)
        frames = (dreamer.step().pixels.astype(np.float32) for _ in range(70))
        return np.array([shares(lite0, frame, "block9")[[12, 40]].sum() for frame in frames])

    plain, tiring = shown(), shown(fatigue=1, fatigue_time=1)
    assert tiring[:3] == pytest.approx(plain[:3], rel=0.1), "at first it is seen as ever"
    assert tiring[-40:].mean() < 0.75 * plain[-40:].mean()


def vector(net: Network, params: Params) -> np.ndarray:
    objective = Goal(net).at_octaves(params, CANVAS)(Size.of(CANVAS))
    found: np.ndarray = objective.vector  # type: ignore[attr-defined]
    return found
