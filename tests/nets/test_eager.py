"""The plain net computes what this program's own does."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch

from dreamstream.caffe import NetSpec, he_weights, read_net
from dreamstream.dream.objectives import L2, Channels, Sum
from dreamstream.errors import NetError
from dreamstream.nets import Objective, Preprocessing
from dreamstream.nets.eager import EagerNet
from dreamstream.nets.torch_net import TorchNet
from dreamstream.places import own_folder
from tests.fakes import classifier_spec, picture, tiny_spec
from tests.nets import example_nets as nets

HOW = Preprocessing((104.0, 117.0, 123.0), 1 / 64, "BGR")


def assert_same(spec: NetSpec, image: np.ndarray, objective: Objective, how: Preprocessing = HOW) -> None:
    ours, plain = TorchNet(spec, how, "cpu"), EagerNet(spec, how, "cpu")
    (expected, value), (got, its_value) = (net.input_gradient(image, objective) for net in (ours, plain))
    assert got.shape == image.shape
    assert np.abs(got - expected).max() <= 1e-5 * np.abs(expected).max() > 0
    assert its_value == pytest.approx(value, rel=1e-5)
    blob, its_blob = (net.activations(image, objective.layers[0]) for net in (ours, plain))
    assert np.allclose(blob, its_blob, rtol=1e-4, atol=1e-5 * np.abs(blob).max())
    assert plain.spec.names() == ours.spec.names()


@pytest.mark.parametrize(
    ("kind", "setting"), [(kind, setting) for kind, cases in nets.TYPES.items() for setting in cases]
)
def test_each_layer_type(kind: str, setting: str) -> None:
    spec = he_weights(nets.net_of(nets.TYPES[kind][setting]), (1, 3, 29, 37))
    assert_same(spec, picture(29, 37), L2(spec.names()[-1]))


def test_googlenet() -> None:
    spec = read_net(own_folder("models") / "bvlc_googlenet.prototxt", None).pruned(["inception_4c/output"])
    assert_same(he_weights(spec, (1, 3, 96, 128)), picture(96, 128), L2("inception_4c/output"))


@pytest.mark.parametrize("shape", [(33, 50), (10, 12)])
def test_a_picture_that_is_padded_and_in_rgb(shape: tuple[int, int]) -> None:
    assert_same(tiny_spec(), picture(*shape), L2("conv2"), Preprocessing((127.0,) * 3, 1 / 128, "RGB", 32))


@pytest.mark.parametrize(
    "objective",
    [Channels("conv2", (1, 3)), Sum(((0.7, L2("conv1")), (0.3, L2("conv2")))), L2("fc")],
    ids=lambda objective: type(objective).__name__,
)
def test_any_objective(objective: Objective) -> None:
    assert_same(classifier_spec(), picture(24, 20), objective)


@pytest.mark.parametrize("before", [False, True])
def test_a_cards_convolutions_are_as_torch_has_them_and_only_there(before: bool) -> None:
    class Looking(L2):
        def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
            seen.append(torch.backends.cudnn.allow_tf32)
            return super().seed(activations)

    seen: list[bool] = []
    usual, torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.allow_tf32, before
    try:
        EagerNet(tiny_spec(), HOW, "cpu").input_gradient(picture(), Looking("conv2"))
        assert seen == [True]
        assert torch.backends.cudnn.allow_tf32 == before
    finally:
        torch.backends.cudnn.allow_tf32 = usual


def test_an_unknown_layer_is_named() -> None:
    with pytest.raises(NetError, match="did you mean 'conv2'"):
        EagerNet(tiny_spec(), HOW, "cpu").activations(picture(), "conv3")
