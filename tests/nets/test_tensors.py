"""Pictures as tensors: an array's gradient, in the picture's layout, and nothing waits for a device."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from dreamstream.dream.objectives import L2, Channels, Class, Guide, Sum
from dreamstream.nets import Network, Objective, Preprocessing
from dreamstream.nets.eager import EagerNet
from dreamstream.nets.torch_net import TorchNet
from tests.fakes import classifier_spec, picture
from tests.waiting import NoWaiting

GUIDE = Guide("conv2", np.random.default_rng(3).normal(size=(6, 11)).astype(np.float32))
OBJECTIVES: list[Objective] = [
    L2("conv2"),
    L2("conv2", 0.7),
    Channels("conv2", (0, 5, 3)),
    GUIDE,
    Sum(((1.0, L2("conv2")), (0.5, Channels("conv1", (2, 3))), (2.0, Class("fc", 1)), (1.0, GUIDE))),
]
LAYOUTS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "interleaved": lambda image: image,
    "planar": lambda image: image.permute(2, 0, 1).contiguous().permute(1, 2, 0),
    "window": lambda image: torch.nn.functional.pad(image, (0, 0, 3, 4, 5, 6))[5:-6, 3:-4],
}


def nets(order: str = "BGR", multiple: int = 1) -> list[Network]:
    how = Preprocessing((104.0, 117.0, 123.0), 1 / 64, order, multiple)
    made = [TorchNet(classifier_spec(), how, "cpu", plan) for plan in ("compiled", "reference")]
    return [*made, EagerNet(classifier_spec(), how, "cpu")]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda each: type(each).__name__)
def test_a_tensor_has_the_gradient_that_an_array_has(objective: Objective, layout: str) -> None:
    image = picture(24, 20)
    for net in nets():
        expected, wanted = net.input_gradient(image, objective)
        given = LAYOUTS[layout](torch.from_numpy(image.copy()))
        gradient, value = net.input_gradient(given, objective)
        assert gradient.dtype == torch.float32
        assert gradient.stride() == torch.empty_like(given).stride()
        assert np.array_equal(gradient.numpy(), expected)
        assert value.shape == ()
        assert float(value) == wanted
        assert np.array_equal(given.numpy(), image)
        assert not given.requires_grad


def test_a_gradient_is_the_caller_s_own() -> None:
    given, other = (torch.from_numpy(picture(24, 20, seed)) for seed in (1, 2))
    for net in nets():
        gradient, _ = net.input_gradient(given, L2("conv2"))
        before = gradient.clone()
        net.input_gradient(other, L2("conv2"))
        assert torch.equal(gradient, before)
        gradient.zero_()
        assert torch.equal(net.input_gradient(given, L2("conv2"))[0], before)


@pytest.mark.parametrize(("order", "multiple"), [("BGR", 1), ("RGB", 16)])
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda each: type(each).__name__)
def test_nothing_waits_for_a_device(objective: Objective, order: str, multiple: int) -> None:
    """The first gradient may send there what all use; each that follows sends and reads nothing."""
    given = LAYOUTS["planar"](torch.from_numpy(picture(24, 20)))
    for net in nets(order, multiple):
        expected, _ = net.input_gradient(given, objective)
        with NoWaiting():
            gradient, _ = net.input_gradient(given, objective)
        assert torch.equal(gradient, expected)


@pytest.mark.parametrize(
    "read", [bool, float, torch.nonzero, lambda x: x[x > 0], lambda x: x.new_tensor([1, 2])]
)
def test_waiting_is_noticed(read: Callable[[torch.Tensor], Any]) -> None:
    waiting = pytest.raises(AssertionError, match=r"device|counts")
    with NoWaiting(), waiting:
        read(torch.ones(()) if read in (bool, float) else torch.ones(3))
