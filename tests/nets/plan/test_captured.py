"""Plans as graphs: what is recorded once gives each later picture its own gradient.

Without a card, a recording is a run whose results are written again where the first ones are.
"""

from collections.abc import Callable, Mapping
from threading import Thread
from typing import Any, TypeVar

import numpy as np
import pytest
import torch

from dreamstream.caffe import NetSpec
from dreamstream.dream.objectives import L2, Channels, Class, Guide, Sum
from dreamstream.nets import Network, Objective, Preprocessing, find_net, load_spec, open_network
from dreamstream.nets.plan.captured import Captured
from dreamstream.nets.plan.plan import Plan
from dreamstream.nets.plan.plans import Key
from dreamstream.nets.torch_net import TorchNet, build_plan
from dreamstream.size import Size
from tests.fakes import classifier_spec, picture
from tests.nets import example_nets as nets
from tests.nets.plan.test_plan import cosine

T = TypeVar("T")
CPU, SHAPE = torch.device("cpu"), (1, 3, 24, 20)
ENDS = ("conv1", "conv2", "fc")
card = pytest.mark.skipif(not torch.cuda.is_available(), reason="no card that torch knows as cuda")
pytestmark = pytest.mark.device


def record(function: Callable[[], T]) -> tuple[T, Callable[[], None]]:
    first = function()
    return first, lambda: write(first, function())


def write(old: Any, new: Any) -> None:
    """Write a result where another stands, as a graph does."""
    if isinstance(old, torch.Tensor):
        old.copy_(new)
    elif isinstance(old, Mapping):
        for name, each in old.items():
            write(each, new[name])
    elif isinstance(old, list):
        old[:] = new
    elif isinstance(old, tuple):
        for each, other in zip(old, new, strict=True):
            write(each, other)


def plans(layers: tuple[str, ...], dtype: torch.dtype = torch.float32) -> tuple[Plan, Plan]:
    built = [build_plan(classifier_spec(), dtype, CPU, (layers, SHAPE)) for _ in range(2)]
    return Captured(built[0], torch.zeros(SHAPE), record), built[1]


def pictures(count: int) -> list[torch.Tensor]:
    return [torch.from_numpy(picture(*SHAPE[2:], seed)).permute(2, 0, 1)[None] for seed in range(count)]


FEATURES = np.random.default_rng(3).normal(size=(6, 11)).astype(np.float32)
CHANGING: list[Objective] = [
    Sum(((1.0, L2("conv2")), (0.5, L2("conv1", 0.7)), (2.0, Class("fc", 1)))),
    Sum(((0.2, Guide("conv2", FEATURES)), (0.5, Channels("conv1", (2,))), (0.1, Class("fc", 3)))),
    Sum(((1.0, L2("conv2")), (1.0, L2("fc")))),  # a layer less
    Sum(((3.0, L2("conv1")), (1.0, L2("conv2")), (0.0, Class("fc", 1)))),
]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_what_is_dreamt_may_change_from_run_to_run(dtype: torch.dtype) -> None:
    ours, plain = plans(ENDS, dtype)
    for given, objective in zip(pictures(4), CHANGING, strict=True):
        got, value = ours.gradient(given, objective.seed)
        expected, wanted = plain.gradient(given, objective.seed)
        # in float16 a layer that is left out counts as zeros in what the seeds are scaled by
        assert (got - expected).abs().max() <= (0 if dtype == torch.float32 else 0.01) * expected.abs().max()
        assert value == wanted


def test_layers_alone_are_had_in_between() -> None:
    ours, plain = plans(("conv2",))
    first, second = pictures(2)
    expected, _ = plain.gradient(first, L2("conv2").seed)
    assert torch.equal(ours.forward(second)["conv2"], plain.forward(second)["conv2"])
    assert torch.equal(ours.gradient(first, L2("conv2").seed)[0], expected)


def test_a_picture_that_is_given_is_left_as_it_is() -> None:
    ours, _ = plans(("conv2",))
    first, second = pictures(2)
    before = first.clone()
    ours.gradient(first, L2("conv2").seed)
    ours.gradient(second, L2("conv2").seed)
    assert torch.equal(first, before)


# on a card


def on_card(spec: NetSpec, precision: str, how: Preprocessing) -> tuple[TorchNet, TorchNet]:
    return TorchNet(spec, how, "cuda", "compiled", precision), TorchNet(spec, how, "cpu", "reference")


HOW = Preprocessing((104.0, 117.0, 123.0), 1 / 64, "BGR")


@card
@pytest.mark.parametrize("text", [nets.RESNET_LIKE, nets.SQUEEZENET_LIKE, nets.MOBILENET_LIKE])
def test_a_card_gives_the_gradient_that_the_cpu_gives(text: str) -> None:
    spec = nets.he_weights(nets.net_of(text), (1, 3, 40, 56))
    ours, theirs = on_card(spec, "fp32", HOW)
    for layer in spec.names()[::4]:
        got, expected = (net.input_gradient(picture(40, 56), L2(layer))[0] for net in (ours, theirs))
        assert cosine(got, expected) > 0.9999, layer


@card
@pytest.mark.parametrize("precision", ["fp32", "fp16", "auto"])
def test_the_default_net_on_a_card(precision: str) -> None:
    entry = find_net("efficientnet_lite0")
    ours, theirs = (
        open_network(entry, "cuda", precision=precision),
        open_network(entry, "cpu", plan="reference"),
    )
    for image in (picture(126, 224), picture(126, 224, 5)):
        got, expected = (net.input_gradient(image, L2("block9"))[0] for net in (ours, theirs))
        assert cosine(got, expected) > (0.9999 if precision == "fp32" else 0.95)


@card
def test_gradients_on_a_card_are_graphs_and_nothing_waits_for_them() -> None:
    net = open_network(find_net("efficientnet_lite0"), "cuda", precision="auto")
    given = torch.from_numpy(picture(126, 224)).cuda().permute(2, 0, 1).contiguous().permute(1, 2, 0)
    objective = Sum(((1.0, L2("block9")), (0.5, Channels("block5", (3, 5)))))
    first, _ = net.input_gradient(given, objective)
    before = first.clone()
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(3):
            again, _ = net.input_gradient(given, objective)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert isinstance(graph_of(net, given, objective), Captured)
    assert torch.equal(first, before)
    assert cosine(again.cpu().numpy(), first.cpu().numpy()) > 0.9999


def graph_of(net: Network, given: torch.Tensor, objective: Objective) -> Plan:
    assert isinstance(net, TorchNet)
    assert net._plans is not None
    key: Key = (objective.layers, net.input_shape(Size.of(given), objective.layers))
    return net._plans.get(key)


@card
def test_graphs_are_recorded_beside_a_show() -> None:
    """The dream goes on, with memory taken and given back, while other plans are built."""
    spec = load_spec(find_net("efficientnet_lite0"))
    net = TorchNet(spec, Preprocessing((127.0,) * 3, 1 / 128, "RGB"), "cuda", precision="auto")
    given = torch.from_numpy(picture(126, 224)).cuda()
    expected, _ = net.input_gradient(given, L2("block9"))
    done: list[bool] = []

    def build() -> None:
        try:
            for layer in ("block5", "block7", "block11"):
                graph_of(net, given, L2(layer))
        finally:
            done.append(True)

    builder = Thread(target=build)
    builder.start()
    while not done:
        got, _ = net.input_gradient(given, L2("block9"))
        assert cosine(got.cpu().numpy(), expected.cpu().numpy()) > 0.9999
    builder.join()
    for layer in ("block5", "block7", "block11"):
        assert isinstance(graph_of(net, given, L2(layer)), Captured)
