"""What was heard for long, and how it gives way."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from dreamstream.dream import Aim
from dreamstream.dream.fatigue import Ear, giving, lately, tired, weights
from dreamstream.dream.objectives import L2, Channels, Direction
from dreamstream.params import Params
from dreamstream.size import Size

RNG = np.random.default_rng(2)
PARAMS = Params(fatigue=1.0, fatigue_time=10.0)  # 200 frames
GIVING = np.array([1.0, 0.5, 0, 0]).reshape(1, 4, 1, 1)
LOUD = np.array([4.0, 1, 1, 0, 0, 0]).reshape(1, 6, 1, 1)


def heard_for(frames: int, **layers: np.ndarray) -> Aim:
    aim = Aim.of(PARAMS)
    for _ in range(frames):
        aim = aim.next(PARAMS).heard(layers)
    return aim


def test_an_ear_hears_the_mean_of_all_gradients_of_a_frame_in_parts_of_the_layer_s() -> None:
    blobs = [RNG.normal(size=(1, 6, rows, 5)) for rows in (3, 4)]
    ear = Ear()
    at = ear.listening(lambda size: L2("conv2"))
    for blob in blobs:
        value, seeds = at(Size(64, 48)).seed({"conv2": blob})
        assert (value, seeds["conv2"] is blob) == (0.5 * (blob * blob).sum(), True)
    powers = [(blob * blob).mean((0, 2, 3)) for blob in blobs]
    expected = np.mean([power / power.mean() for power in powers], axis=0)
    assert np.allclose(ear.powers["conv2"].ravel(), expected)
    assert Ear().powers == {}


def test_an_ear_hears_the_same_on_a_device() -> None:
    blob = RNG.normal(size=(1, 6, 4, 5)).astype(np.float32)
    host, device = Ear(), Ear()
    host.hear({"conv2": blob, "fc": blob[:, :, 0, 0]})
    device.hear({"conv2": torch.from_numpy(blob), "fc": torch.from_numpy(blob[:, :, 0, 0])})
    for layer, power in device.powers.items():
        assert isinstance(power, torch.Tensor)
        assert np.allclose(power.numpy(), host.powers[layer], atol=1e-6)


def test_it_tires_after_its_time_and_rests_after_it_too() -> None:
    means = [lately(heard_for(frames, conv2=LOUD).tired, "conv2").ravel() for frames in (1, 50, 200, 2000)]
    parts = [((mean - 1) / (LOUD.ravel() - 1 + 1e-9))[[0, 3, 4, 5]] for mean in means]
    assert np.allclose(parts[0], 0, atol=1e-6), "at first all are rested"
    assert np.allclose(parts[1], gamma_reached(50 / 50), atol=2e-2)
    assert np.allclose(parts[2], gamma_reached(200 / 50), atol=2e-2)
    assert np.allclose(means[3], LOUD.ravel(), atol=1e-3)
    aim = heard_for(2000, conv2=LOUD)
    for _ in range(200):
        aim = aim.next(PARAMS).heard({"conv1": LOUD})
    left = 1 - gamma_reached(200 / 50)
    assert np.allclose(lately(aim.tired, "conv2"), 1 + (LOUD - 1) * left, atol=6e-2), "as another is climbed"


def gamma_reached(times: float) -> float:
    """How much of a step has come through four means, after so many times the time of each."""
    return float(1 - np.exp(-times) * sum(times**k / math.factorial(k) for k in range(4)))


def test_what_was_loud_that_long_ago_counts_most_and_what_is_loud_now_hardly() -> None:
    silent = np.ones_like(LOUD)
    seen = []
    for ago in (0, 150, 600):  # frames of silence behind 20 loud ones; the time is 200
        aim = heard_for(20, conv2=LOUD)
        for _ in range(ago):
            aim = aim.next(PARAMS).heard({"conv2": silent})
        seen.append(lately(aim.tired, "conv2")[0, 0, 0, 0] - 1)
    assert seen[1] > 10 * seen[0] > 0
    assert seen[1] > 10 * seen[2] > 0


def test_few_layers_are_remembered_those_that_were_heard_last() -> None:
    aim = Aim.of(PARAMS)
    for number in range(12):
        aim = aim.heard({f"block{number}": LOUD, "conv1": LOUD})
    assert set(aim.tired) == {*(f"block{number}" for number in range(5, 12)), "conv1"}


def test_a_layer_of_another_net_is_rested() -> None:
    aim = heard_for(200, conv2=LOUD).heard({"conv2": LOUD[:, :4]})
    assert lately(aim.tired, "conv2").shape == (1, 4, 1, 1)
    assert np.allclose(lately(aim.tired, "conv2"), 1, atol=0.02)


def test_without_fatigue_nothing_is_remembered() -> None:
    aim = heard_for(20, conv2=LOUD).next(Params()).heard({})
    assert aim.tired == {}


@pytest.mark.parametrize("strength", [0.1, 1.0, 2.0])
def test_what_is_tired_gives_way_and_the_rested_is_as_it_was(strength: float) -> None:
    mean = np.array([0, 0.1, 1, 2, 8, 50], np.float32).reshape(1, 6, 1, 1)
    found = weights(mean, strength)
    assert (np.diff(found.ravel()[1:5]) < 0).all()
    assert found[0, 3, 0, 0] < found[0, 2, 0, 0] - 0.3
    assert found[0, 2, 0, 0] == pytest.approx(1, abs=0.02)
    assert np.isfinite(found).all()
    assert np.allclose(weights(torch.from_numpy(mean), strength).numpy(), found, atol=1e-5)


def test_tired_is_one_step_of_each_mean_to_the_one_before_it() -> None:
    ones = np.ones((1, 2))
    after = tired({"x": (ones, ones, ones, ones)}, {"x": np.array([[2.0, 0.0]])}, PARAMS)["x"]
    steps = [0.02**k for k in range(1, 5)]
    assert [mean[0, 0] - 1 for mean in after] == pytest.approx(steps)
    assert np.allclose([mean.sum() for mean in after], 2)


def test_what_is_asked_for_gives_way_once_it_was_loud_for_long() -> None:
    mean = np.array([4.0, 2**0.25, 1, 0.25]).reshape(1, 4, 1, 1)
    assert np.allclose(giving(mean, 1.0).ravel(), [1, 0.5, 0, 0]), "rested ones are asked for as much as ever"
    assert np.allclose(giving(torch.from_numpy(mean), 0.5).ravel(), [1, 0.25, 0, 0])


@pytest.mark.parametrize("on", [np.asarray, torch.tensor])
def test_directions_and_chosen_channels_turn_from_what_is_tired(on: Callable[[Any], Any]) -> None:
    blob, gives = on(np.abs(RNG.normal(size=(1, 4, 3, 5))) + 0.1), on(GIVING)
    vector = np.array([0.5, 0.5, 0.5, -0.5])
    _, seeds = Direction("conv2", vector, giving=gives).seed({"conv2": blob})
    assert np.allclose(seeds["conv2"][0, :, 1, 1], np.array([0, 1, 2, -2]) / 3)
    _, seeds = Channels("conv2", (0, 2), gives).seed({"conv2": blob})
    assert np.allclose(seeds["conv2"][0, :, 1, 1], [0, 0, 1, 0])
    for plain in (Direction("conv2", vector, 2.0), Channels("conv2", (1,))):
        (_, one), (_, other) = (
            each.seed({"conv2": blob}) for each in (plain, replace(plain, giving=gives[:, :3]))
        )
        assert (one["conv2"] == other["conv2"]).all(), "what is tired of another net's layer is no matter"
